using DataHub.EventStore.Signals;
using Npgsql;
using NpgsqlTypes;

namespace DataHub.EventStore.Sealing;

/// <summary>A subject's key as it stands in the database.</summary>
internal sealed record SubjectWrap(string SubjectId, long Number, int EncryptionKey, byte[] Wrapped);

/// <summary>One way to open a record key, as it stands in the database.</summary>
internal sealed record RecordWrap(long Number, string Holder, long? HolderKey, int? EncryptionKey, byte[] Wrapped);

/// <summary>A subject key that unwraps something else.</summary>
internal sealed record Via(long Number, int EncryptionKey, byte[] Wrapped);

/// <summary>A wrapped key with all it takes to unwrap it; <c>Holder</c> is null for a subject's own key.</summary>
internal sealed record Opener(long Number, byte[] Wrapped, string? Holder, int? EncryptionKey, Via? Via);

/// <summary>A key file as the database knows it by its check value.</summary>
internal sealed record KeyCheck(string Name, byte[] Value, bool IsNeeded, bool IsRetired);

/// <summary>Runs <see cref="SealingSql"/> on one connection.</summary>
internal sealed class KeyTable(NpgsqlConnection connection)
{
    /// <summary>Enters the gate of those who seal, until the transaction ends.</summary>
    /// <returns>Number of the key that wraps new keys, for as long as the gate is held; null before any node checked its files.</returns>
    public async Task<int?> EnterGateAsync(CancellationToken cancellationToken) => await AtGateAsync(SealingSql.EnterGate, cancellationToken);

    /// <summary>Waits for those who seal to end and keeps new ones out, until the transaction ends.</summary>
    /// <returns>As <see cref="EnterGateAsync"/>.</returns>
    public async Task<int?> CloseGateAsync(CancellationToken cancellationToken) => await AtGateAsync(SealingSql.CloseGate, cancellationToken);

    public async Task<IReadOnlyList<SubjectWrap>> ReadSubjectsAsync(string[] subjectIds, CancellationToken cancellationToken)
    {
        await using var command = Command(SealingSql.SubjectKeys, Texts(subjectIds));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await ListAsync(
            reader, row => new SubjectWrap(row.GetString(0), row.GetInt64(1), row.GetInt32(2), row.GetFieldValue<byte[]>(3)), cancellationToken);
    }

    public async Task<IReadOnlyList<long>> TakeNumbersAsync(int count, CancellationToken cancellationToken)
    {
        await using var command = Command(SealingSql.TakeNumbers, new NpgsqlParameter<int> { TypedValue = count });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await ListAsync(reader, row => row.GetInt64(0), cancellationToken);
    }

    public async Task AddSubjectsAsync(SubjectWrap[] rows, DateTimeOffset time, CancellationToken cancellationToken)
    {
        await using var command = Command(
            SealingSql.AddSubjectKeys,
            Array(rows, row => row.Number, NpgsqlDbType.Bigint),
            Array(rows, row => row.SubjectId, NpgsqlDbType.Text),
            Array(rows, row => row.EncryptionKey, NpgsqlDbType.Integer),
            Array(rows, row => row.Wrapped, NpgsqlDbType.Bytea),
            new NpgsqlParameter<DateTime> { TypedValue = time.UtcDateTime });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task AddRecordKeysAsync(RecordWrap[] rows, CancellationToken cancellationToken)
    {
        await using var command = Command(
            SealingSql.AddRecordKeys,
            Array(rows, row => row.Number, NpgsqlDbType.Bigint),
            Array(rows, row => row.Holder, NpgsqlDbType.Text),
            Array(rows, row => row.HolderKey, NpgsqlDbType.Bigint),
            Array(rows, row => row.EncryptionKey, NpgsqlDbType.Integer),
            Array(rows, row => row.Wrapped, NpgsqlDbType.Bytea));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<Opener>> ReadOpenersAsync(long[] numbers, CancellationToken cancellationToken)
    {
        await using var command = Command(SealingSql.Openers, new NpgsqlParameter<long[]> { TypedValue = numbers });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await ListAsync(reader, MapOpener, cancellationToken);
    }

    /// <summary>Destroys keys; the nodes are told when the transaction commits.</summary>
    public async Task<IReadOnlyList<ErasedKey>> EraseAsync(string[] subjectIds, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { new(SealingSql.CloseGate), new(Channels.NotifyKeys), new(SealingSql.Erase) { Parameters = { Texts(subjectIds) } } },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken); // Of the gate; a notification has no rows.
        return await ListAsync(reader, row => new ErasedKey(row.GetString(0), row.GetInt64(1)), cancellationToken);
    }

    /// <summary>Destroys just these keys where they are there again, and lets no key ever have their numbers.</summary>
    /// <returns>How many keys and wraps there were.</returns>
    public async Task<long> EraseAgainAsync(IReadOnlyCollection<ErasedKey> keys, CancellationToken cancellationToken)
    {
        await CloseGateAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new(Channels.NotifyKeys),
                new(SealingSql.EraseAgain) { Parameters = { Texts([.. keys.Select(key => key.SubjectId)]), Numbers([.. keys.Select(key => key.KeyNumber)]) } },
                new(SealingSql.PassNumbers) { Parameters = { new NpgsqlParameter<long> { TypedValue = keys.Max(key => key.KeyNumber) } } },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.GetInt64(0);
    }

    /// <summary>Notes check values new to the database and returns all it holds.</summary>
    public async Task<IReadOnlyList<KeyCheck>> CheckAsync(IReadOnlyDictionary<string, byte[]> values, CancellationToken cancellationToken)
    {
        var known = await ReadChecksAsync(cancellationToken);
        if (values.Keys.Except(known.Select(check => check.Name)).Any())
        {
            await using var add = Command(SealingSql.AddChecks, Texts([.. values.Keys]), Bytes([.. values.Values]));
            await add.ExecuteNonQueryAsync(cancellationToken);
            known = await ReadChecksAsync(cancellationToken);
        }

        return known;
    }

    /// <summary>Tells the others which key files a node has.</summary>
    public async Task<int> ReportAsync(string node, IReadOnlyDictionary<string, byte[]> values, CancellationToken cancellationToken)
    {
        await using var command = Command(SealingSql.Report, new NpgsqlParameter<string> { TypedValue = node }, Texts([.. values.Keys]), Bytes([.. values.Values]));
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<object?> ScalarAsync(string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = Command(sql, parameters);
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<T>> ReadAsync<T>(string sql, Func<NpgsqlDataReader, T> map, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = Command(sql, parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await ListAsync(reader, map, cancellationToken);
    }

    private static Opener MapOpener(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.GetFieldValue<byte[]>(1),
        row.IsDBNull(2) ? null : row.GetString(2),
        row.IsDBNull(3) ? null : row.GetInt32(3),
        row.IsDBNull(4) ? null : new Via(row.GetInt64(4), row.GetInt32(5), row.GetFieldValue<byte[]>(6)));

    private static async Task<IReadOnlyList<T>> ListAsync<T>(NpgsqlDataReader reader, Func<NpgsqlDataReader, T> map, CancellationToken cancellationToken)
    {
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(map(reader));
        }

        return rows;
    }

    private static NpgsqlParameter<string[]> Texts(string[] values) => new() { TypedValue = values };

    private static NpgsqlParameter<TValue[]> Array<TRow, TValue>(TRow[] rows, Converter<TRow, TValue> value, NpgsqlDbType type) =>
        new() { TypedValue = System.Array.ConvertAll(rows, value), NpgsqlDbType = NpgsqlDbType.Array | type };

    private static NpgsqlParameter<long[]> Numbers(long[] values) => new() { TypedValue = values };

    private static NpgsqlParameter<byte[][]> Bytes(byte[][] values) => new() { TypedValue = values };

    private Task<IReadOnlyList<KeyCheck>> ReadChecksAsync(CancellationToken cancellationToken) => ReadAsync(
        SealingSql.Checks, row => new KeyCheck(row.GetString(0), row.GetFieldValue<byte[]>(1), row.GetBoolean(2), row.GetBoolean(3)), cancellationToken);

    // Two statements, so that the second's snapshot is taken behind the gate.
    private async Task<int?> AtGateAsync(string gate, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new(gate), new(SealingSql.ActiveKey) } };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? reader.GetInt32(0) : null;
    }

    private NpgsqlCommand Command(string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        return command;
    }
}

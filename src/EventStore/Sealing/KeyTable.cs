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

/// <summary>Runs <see cref="SealingSql"/> on one connection.</summary>
internal sealed class KeyTable(NpgsqlConnection connection)
{
    public async Task<IReadOnlyList<SubjectWrap>> ReadSubjectsAsync(string[] subjectIds, bool enterGate, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        if (enterGate)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(SealingSql.EnterGate));
        }

        batch.BatchCommands.Add(new NpgsqlBatchCommand(SealingSql.SubjectKeys) { Parameters = { Texts(subjectIds) } });
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (enterGate)
        {
            await reader.NextResultAsync(cancellationToken);
        }

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

    public async Task<int> EraseAsync(string[] subjectIds, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { new(SealingSql.CloseGate), new(SealingSql.Erase) { Parameters = { Texts(subjectIds) } } },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.GetInt32(0);
    }

    /// <summary>Notes check values new to the database and returns all it holds.</summary>
    public async Task<IReadOnlyList<(string Name, byte[] Value)>> CheckAsync(IReadOnlyDictionary<string, byte[]> values, CancellationToken cancellationToken)
    {
        var known = await ReadChecksAsync(cancellationToken);
        if (values.Keys.Except(known.Select(check => check.Name)).Any())
        {
            await using var add = Command(SealingSql.AddChecks, Texts([.. values.Keys]), new NpgsqlParameter<byte[][]> { TypedValue = [.. values.Values] });
            await add.ExecuteNonQueryAsync(cancellationToken);
            known = await ReadChecksAsync(cancellationToken);
        }

        return known;
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

    private async Task<IReadOnlyList<(string Name, byte[] Value)>> ReadChecksAsync(CancellationToken cancellationToken)
    {
        await using var command = Command(SealingSql.Checks);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await ListAsync(reader, row => (row.GetString(0), row.GetFieldValue<byte[]>(1)), cancellationToken);
    }

    private NpgsqlCommand Command(string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        return command;
    }
}

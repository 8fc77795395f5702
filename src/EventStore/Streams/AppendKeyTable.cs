using System.Globalization;
using System.Security.Cryptography;
using DataHub.EventStore.Postgres;
using DataHub.Kernel.Faults;
using Npgsql;
using NpgsqlTypes;

namespace DataHub.EventStore.Streams;

/// <summary>What appends with an idempotency key returned, so that the same key returns it again.</summary>
internal sealed class AppendKeyTable(NpgsqlConnection connection)
{
    /// <summary>Waits until nobody else appends under any of these keys, then reads what the first append under each returned.</summary>
    public Task<IReadOnlyDictionary<string, KnownAppend>> FindAsync(string[] keys, CancellationToken cancellationToken) => PostgresFaults.GuardAsync(async () =>
    {
        var found = await ReadAsync(keys, cancellationToken);
        if (found.Count > 0)
        {
            await using var fence = new NpgsqlCommand(EventSql.Fence, connection);
            await fence.ExecuteNonQueryAsync(cancellationToken);
        }

        return (IReadOnlyDictionary<string, KnownAppend>)found;
    });

    /// <summary>Remembers results for repetitions.</summary>
    public async Task WriteAsync(IReadOnlyList<(AppendKey Key, AppendResult Result)> rows, DateTimeOffset time, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(EventSql.WriteKeys, connection)
        {
            Parameters =
            {
                Columns.Of(rows, row => row.Key.Key, NpgsqlDbType.Text),
                Columns.Of(rows, row => row.Key.Digest, NpgsqlDbType.Bytea),
                Columns.Of(rows, row => row.Result.FirstSequence, NpgsqlDbType.Bigint),
                Columns.Of(rows, row => row.Result.LastSequence, NpgsqlDbType.Bigint),
                Columns.Of(rows, row => ArrayLiteral(row.Result.Versions), NpgsqlDbType.Text),
                Columns.Time(time),
            },
        };
        await PostgresFaults.GuardAsync(() => command.ExecuteNonQueryAsync(cancellationToken));
    }

    // Arrays of several lengths don't fit into one array parameter.
    private static string ArrayLiteral(IReadOnlyList<long> versions) =>
        $"{{{string.Join(',', versions.Select(version => version.ToString(CultureInfo.InvariantCulture)))}}}";

    // Two statements, so that the second's snapshot is taken after the locks.
    private async Task<Dictionary<string, KnownAppend>> ReadAsync(string[] keys, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { Keyed(EventSql.LockKeys, keys), Keyed(EventSql.ReadKeys, keys) } };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var found = new Dictionary<string, KnownAppend>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            var result = new AppendResult(reader.GetInt64(2), reader.GetInt64(3), reader.GetFieldValue<long[]>(4));
            found.Add(reader.GetString(0), new KnownAppend(reader.GetFieldValue<byte[]>(1), result));
        }

        return found;
    }

    private static NpgsqlBatchCommand Keyed(string sql, string[] keys) =>
        new(sql) { Parameters = { new NpgsqlParameter<string[]> { TypedValue = keys, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text } } };
}

/// <summary>What an earlier append under a key returned.</summary>
internal sealed record KnownAppend(byte[] Digest, AppendResult Result)
{
    /// <exception cref="FaultException">The key stands for another request: <c>APPEND_KEY_REUSED</c>.</exception>
    public AppendResult ResultFor(AppendKey key) => CryptographicOperations.FixedTimeEquals(Digest, key.Digest)
        ? Result
        : throw new FaultException(FaultKind.Exists, "APPEND_KEY_REUSED", "The idempotency key was used for other content; use a new key for a new request.");
}

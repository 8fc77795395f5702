using System.Security.Cryptography;
using DataHub.EventStore.Postgres;
using DataHub.Kernel.Faults;
using Npgsql;

namespace DataHub.EventStore.Streams;

/// <summary>An idempotency key and what the request is recognised by.</summary>
internal sealed class AppendKey(string key, byte[] digest)
{
    /// <summary>Waits until nobody else appends under this key, then reads what the first append under it returned; null where there was none.</summary>
    /// <exception cref="FaultException">The key stands for another request: <c>APPEND_KEY_REUSED</c>.</exception>
    public Task<AppendResult?> FindAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => PostgresFaults.GuardAsync(async () =>
    {
        var result = await ReadAsync(connection, cancellationToken);
        if (result is not null)
        {
            await using var fence = new NpgsqlCommand(EventSql.Fence, connection);
            await fence.ExecuteNonQueryAsync(cancellationToken);
        }

        return result;
    });

    /// <summary>Remembers a result for repetitions.</summary>
    public async Task WriteAsync(NpgsqlConnection connection, AppendResult result, DateTimeOffset time, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(EventSql.WriteKey, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = key },
                new NpgsqlParameter<byte[]> { TypedValue = digest },
                new NpgsqlParameter<long> { TypedValue = result.FirstSequence },
                new NpgsqlParameter<long> { TypedValue = result.LastSequence },
                new NpgsqlParameter<long[]> { TypedValue = [.. result.Versions] },
                new NpgsqlParameter<DateTime> { TypedValue = time.UtcDateTime },
            },
        };
        await PostgresFaults.GuardAsync(() => command.ExecuteNonQueryAsync(cancellationToken));
    }

    // Two statements, so that the second's snapshot is taken after the lock.
    private async Task<AppendResult?> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { Keyed(EventSql.LockKey), Keyed(EventSql.ReadKey) } };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return null;
        }

        return CryptographicOperations.FixedTimeEquals(reader.GetFieldValue<byte[]>(0), digest)
            ? new AppendResult(reader.GetInt64(1), reader.GetInt64(2), reader.GetFieldValue<long[]>(3))
            : throw new FaultException(FaultKind.Exists, "APPEND_KEY_REUSED", "The idempotency key was used for other content; use a new key for a new request.");
    }

    private NpgsqlBatchCommand Keyed(string sql) => new(sql) { Parameters = { new NpgsqlParameter<string> { TypedValue = key } } };
}

using DataHub.Crypto.Sealing;
using DataHub.EventStore;
using DataHub.EventStore.Sealing;
using DataHub.Ledger.Storage;
using Npgsql;
using NpgsqlTypes;

namespace DataHub.Ledger.Writing;

/// <summary>The keys that kept replies are sealed under, one a day (UTC) for all nodes. Destroying one makes that day's replies unreadable in every backup.</summary>
internal sealed class DayKeys(IEventStore events, SubjectKeys keys) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private volatile Known? _known;

    /// <summary>The key of the day, made by whoever needs it first.</summary>
    public async ValueTask<DataKey> OfAsync(DateTimeOffset at, CancellationToken cancellationToken)
    {
        var day = DateOnly.FromDateTime(at.UtcDateTime);
        if (_known is { } known && known.Day == day)
        {
            return known.Key;
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            return _known is { } now && now.Day == day ? now.Key : (_known = new Known(day, await ReadOrMakeAsync(day, cancellationToken))).Key;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>A key by its number; null once it is destroyed.</summary>
    public async Task<DataKey?> FindAsync(long number, CancellationToken cancellationToken) => (await keys.OpenAsync([number], cancellationToken)).GetValueOrDefault(number);

    /// <summary>No longer uses what it remembers; for after keys were destroyed.</summary>
    public void Forget() => _known = null;

    public void Dispose() => _turn.Dispose();

    private async Task<DataKey> ReadOrMakeAsync(DateOnly day, CancellationToken cancellationToken)
    {
        while (true)
        {
            await using var transaction = await events.BeginAsync(cancellationToken);
            if (await FindAsync(transaction.Connection, day, cancellationToken) is { } number)
            {
                return (await keys.OpenAsync(transaction.Connection, [number], cancellationToken))[number];
            }

            // Where another node was faster, the key made here goes with the transaction.
            var made = (await keys.CreateRecordKeysAsync(transaction, [new RecordKeyRequest([], UnderKeyEncryptionKey: true)], cancellationToken))[0];
            await using var insert = new NpgsqlCommand(LedgerSql.InsertDayKey, transaction.Connection) { Parameters = { Day(day), new NpgsqlParameter<long> { TypedValue = made.Number } } };
            if (await insert.ExecuteNonQueryAsync(cancellationToken) == 1)
            {
                await transaction.CommitAsync();
                return made;
            }
        }
    }

    private static async Task<long?> FindAsync(NpgsqlConnection connection, DateOnly day, CancellationToken cancellationToken)
    {
        await using var find = new NpgsqlCommand(LedgerSql.FindDayKey, connection) { Parameters = { Day(day) } };
        return (long?)await find.ExecuteScalarAsync(cancellationToken);
    }

    private static NpgsqlParameter<DateOnly> Day(DateOnly day) => new() { TypedValue = day, NpgsqlDbType = NpgsqlDbType.Date };

    private sealed record Known(DateOnly Day, DataKey Key);
}

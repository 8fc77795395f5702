using System.Security.Cryptography;
using DataHub.Bench.Append;
using DataHub.Bench.Measuring;
using DataHub.Crypto.Sealing;
using DataHub.EventStore;
using DataHub.EventStore.Streams;

namespace DataHub.Bench.Ledger;

/// <summary>Bulk appends of events: as the store does them by itself, and with a leaf in each.</summary>
internal sealed class EventRuns(LedgerDatabase database, int events)
{
    private const int PerTransaction = 5_000;

    private readonly DataKey _key = new(1, RandomNumberGenerator.GetBytes(32));
    private readonly Random _random = new(20260301);

    public Task<Sample> PlainAsync() => RunAsync(database.PlainEvents);

    public Task<Sample> LedgeredAsync() => RunAsync(database.LedgeredEvents);

    private async Task<Sample> RunAsync(IEventStore store)
    {
        var appends = BenchEvents.Keys(events, _random)
            .Select(key => new NewEvent { StreamId = BenchEvents.StreamOf(key), StreamType = "record", ExpectedVersion = 0, Data = BenchEvents.Record(key, _key) })
            .Chunk(PerTransaction)
            .ToList();
        await database.SettleAsync();
        return await Sample.TakeAsync(events, async () =>
        {
            foreach (var append in appends)
            {
                await store.AppendAsync(append);
            }
        });
    }
}

using DataHub.Bench.Measuring;
using DataHub.EventStore;
using DataHub.EventStore.Sealing;
using DataHub.EventStore.Streams;
using Microsoft.Extensions.DependencyInjection;

namespace DataHub.Bench.Append;

/// <summary>The hub's way to take many records in: make a key, seal, append with the read model, commit. Everything is inside the clock.</summary>
internal sealed class BulkAppend(BenchDatabase database, int perTransaction)
{
    private readonly IEventStore _events = database.Services.GetRequiredService<IEventStore>();
    private readonly SubjectKeys _keys = database.Services.GetRequiredService<SubjectKeys>();

    public async Task<Sample> RunAsync(string[] keys)
    {
        await database.EmptyAsync();
        return await Sample.TakeAsync(keys.Length, async () =>
        {
            foreach (var chunk in keys.Chunk(perTransaction))
            {
                await AppendAsync(chunk);
            }
        });
    }

    private async Task AppendAsync(string[] keys)
    {
        await using var transaction = await _events.BeginAsync();
        var key = (await _keys.CreateRecordKeysAsync(transaction, [new RecordKeyRequest([], UnderKeyEncryptionKey: true)], CancellationToken.None))[0];
        await transaction.AppendAsync(
            [.. keys.Select(id => new NewEvent { StreamId = BenchEvents.StreamOf(id), StreamType = "record", ExpectedVersion = 0, Data = BenchEvents.Record(id, key) })],
            CancellationToken.None);
        await transaction.CommitAsync();
    }
}

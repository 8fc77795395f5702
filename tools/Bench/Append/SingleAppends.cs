using System.Security.Cryptography;
using DataHub.Bench.Measuring;
using DataHub.Crypto.Sealing;
using DataHub.EventStore;
using DataHub.EventStore.Streams;
using Microsoft.Extensions.DependencyInjection;

namespace DataHub.Bench.Append;

/// <summary>Many callers that append one event each and wait until it is durable: with a commit each, and as the store shares commits among them.</summary>
internal sealed class SingleAppends(BenchDatabase database, int callers)
{
    private readonly IEventStore _events = database.Services.GetRequiredService<IEventStore>();
    private readonly DataKey _key = new(1, RandomNumberGenerator.GetBytes(32));

    public Task<Sample> OneCommitEachAsync(string[] keys) => RunAsync(keys, async append =>
    {
        await using var transaction = await _events.BeginAsync();
        await transaction.AppendAsync([append], CancellationToken.None);
        await transaction.CommitAsync();
    });

    public Task<Sample> SharedAsync(string[] keys) => RunAsync(keys, append => _events.AppendAsync([append]));

    private async Task<Sample> RunAsync(string[] keys, Func<NewEvent, Task> append)
    {
        await database.EmptyAsync();
        var next = -1;
        return await Sample.TakeAsync(keys.Length, () => Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i < keys.Length; i = Interlocked.Increment(ref next))
            {
                await append(new NewEvent { StreamId = BenchEvents.StreamOf(keys[i]), StreamType = "record", ExpectedVersion = 0, Data = BenchEvents.Record(keys[i], _key) });
            }
        }))));
    }
}

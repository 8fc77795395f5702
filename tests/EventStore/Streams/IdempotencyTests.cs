using DataHub.Kernel.Faults;
using DataHub.TestKit;

namespace DataHub.EventStore.Tests.Streams;

public sealed class IdempotencyTests(PostgresFixture postgres) : StoreTest(postgres)
{
    [Fact]
    public async Task AppendAsync_SameKeySameEvents_ReturnsFirstResult()
    {
        var first = await Store.AppendAsync([Granted("s/a", 0), Granted("s/a", 0)], "key", cancellationToken: Token);
        await Store.AppendAsync([Granted("s/b", 0)], "other key", cancellationToken: Token);
        var again = await Store.AppendAsync([Granted("s/a", 0), Granted("s/a", 0)], "key", cancellationToken: Token);

        Assert.Equal((first.FirstSequence, first.LastSequence), (again.FirstSequence, again.LastSequence));
        Assert.Equal(first.Versions, again.Versions);
        Assert.Equal(2, (await Store.ReadAsync("s/a", cancellationToken: Token)).Version);
    }

    [Fact]
    public async Task AppendAsync_SameKeyOtherEvents_IsRefused()
    {
        await Store.AppendAsync([Granted("s/a", 0)], "key", cancellationToken: Token);
        var fault = await RefusedAsync("APPEND_KEY_REUSED", () => Store.AppendAsync([Granted("s/a", 0, level: 2)], "key", cancellationToken: Token));
        Assert.Equal(FaultKind.Exists, fault.Kind);
    }

    [Fact]
    public async Task AppendAsync_CallersDigest_DecidesWhatIsTheSame()
    {
        var first = await Store.AppendAsync([Granted("s/a", 0, "sealed once")], "key", [1, 2], Token);
        var again = await Store.AppendAsync([Granted("s/a", 0, "sealed anew")], "key", [1, 2], Token);
        Assert.Equal(first.LastSequence, again.LastSequence);
        await RefusedAsync("APPEND_KEY_REUSED", () => Store.AppendAsync([Granted("s/a", 0, "sealed once")], "key", [1, 3], Token));
    }

    [Fact]
    public async Task AppendAsync_SameKeyManyTimesAtOnce_AppendsOnce()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Store.AppendAsync([Granted("s/a", 0)], "key", cancellationToken: Token)));
        Assert.Single(results.Select(result => result.LastSequence).Distinct());
        Assert.Equal(1, (await Store.ReadAsync("s/a", cancellationToken: Token)).Version);
    }

    [Fact]
    public async Task AppendAsync_KeyOfARefusedAppend_IsFreeAgain()
    {
        await RefusedAsync("STREAM_CONFLICT", () => Store.AppendAsync([Granted("s/a", 7)], "key", cancellationToken: Token));
        await Store.AppendAsync([Granted("s/a", 0)], "key", cancellationToken: Token);
        Assert.Equal(1, (await Store.ReadAsync("s/a", cancellationToken: Token)).Version);
    }
}

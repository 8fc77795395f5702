using DataHub.Drills.Store;
using DataHub.EventStore;
using DataHub.EventStore.Streams;
using DataHub.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace DataHub.Drills.Tests.Store;

/// <summary>A drill is worth what its tally notices.</summary>
public sealed class TallyTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly Tally _tally = new();
    private TestDatabase _database = null!;
    private ServiceProvider _services = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IEventStore Store => _services.GetRequiredService<IEventStore>();

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CloneAsync();
        _services = _database.Compose(services => services.AddEvents<Drilled>());
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task CompareAsync_EverythingAsTold_FindsNothing()
    {
        Request[] stored = [new(0, 0, RequestKind.Keyed), new(1, 0, RequestKind.Many), new(2, 0, RequestKind.Unkeyed)];
        foreach (var request in stored)
        {
            _tally.Sent(request.Mark);
            await Store.AppendAsync(request.Events(0), request.Key, cancellationToken: Token);
        }

        _tally.Acknowledge(stored[0].Mark);
        _tally.Acknowledge(stored[1].Mark);
        _tally.Sent(new Request(3, 0, RequestKind.Keyed).Mark);
        _tally.Refuse(new Request(4, 0, RequestKind.Unkeyed).Mark);

        var (events, losses) = await _tally.CompareAsync(Store, Token);
        Assert.Empty(losses);
        Assert.Equal(605, events);
        Assert.Equal(["3-0-Keyed"], _tally.Unanswered.Select(request => request.Mark));
    }

    [Fact]
    public async Task CompareAsync_AcknowledgedAndNotThere_IsALoss()
    {
        _tally.Acknowledge(new Request(0, 0, RequestKind.Keyed).Mark);
        Assert.Single((await _tally.CompareAsync(Store, Token)).Losses);
    }

    [Fact]
    public async Task CompareAsync_RefusedAndThere_IsALoss()
    {
        var request = new Request(0, 0, RequestKind.Unkeyed);
        await Store.AppendAsync(request.Events(0), cancellationToken: Token);
        _tally.Refuse(request.Mark);
        Assert.Single((await _tally.CompareAsync(Store, Token)).Losses);
    }

    [Fact]
    public async Task CompareAsync_HalfOfARequestOrTwiceOrGaps_AreLosses()
    {
        var (half, twice) = (new Request(0, 0, RequestKind.Many), new Request(1, 0, RequestKind.Keyed));
        _tally.Sent(half.Mark);
        _tally.Acknowledge(twice.Mark);
        await Store.AppendAsync([.. half.Events(0).Take(100)], cancellationToken: Token);
        await Store.AppendAsync(twice.Events(0), cancellationToken: Token);
        NewEvent[] again = [.. twice.Events(1).Select(e => e with { ExpectedVersion = 1 })];
        await Store.AppendAsync(again, cancellationToken: Token);
        Assert.Equal(2, (await _tally.CompareAsync(Store, Token)).Losses.Count);

        await _database.SuperuserAsync($"update datahub.mt_events set version = 7 where stream_id = '{Request.DiaryOf(1)}' and version = 2");
        Assert.Equal(3, (await _tally.CompareAsync(Store, Token)).Losses.Count);
    }
}

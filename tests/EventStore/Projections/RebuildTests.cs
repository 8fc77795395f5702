using DataHub.EventStore.Projections;
using DataHub.EventStore.Tests.Support;
using DataHub.TestKit;

namespace DataHub.EventStore.Tests.Projections;

public sealed class RebuildTests(PostgresFixture postgres) : ProjectionTest(postgres)
{
    [Fact]
    public async Task RebuildAsync_WhileReadersAndWritersGoOn_OldRowsAreSeenUntilTheNewAreComplete()
    {
        var tally = new PermitTally();
        await using var node = await NodeAsync(tally);
        await Store.AppendAsync([.. Enumerable.Range(0, 30).Select(i => Granted($"s/{i % 10}", 0))], cancellationToken: Token);
        await CaughtUpAsync();
        await Database.SuperuserAsync("update datahub.permit_tally set events = 99"); // The damage that makes somebody rebuild.

        var (entered, resume) = (new TaskCompletionSource(), new TaskCompletionSource());
        tally.Before = (_, _) =>
        {
            entered.TrySetResult();
            return resume.Task;
        };
        var rebuild = node.Get<ProjectionAdmin>().RebuildAsync(All, Token);
        await entered.Task;
        Assert.Equal("10/990/t", await TallyAsync());
        await Store.AppendAsync([Granted("s/0", 3), Granted("s/new", 0)], cancellationToken: Token);

        resume.SetResult();
        await rebuild;
        await CaughtUpAsync();
        Assert.Equal("11/32/t", await TallyAsync());
    }

    [Fact]
    public async Task RebuildAsync_CutShort_LeavesAllAsItWas()
    {
        var tally = new PermitTally();
        await using var node = await NodeAsync(tally);
        await Store.AppendAsync([Granted("s/a", 0)], cancellationToken: Token);
        await CaughtUpAsync();
        using var cut = new CancellationTokenSource();
        tally.Before = (_, _) => cut.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => node.Get<ProjectionAdmin>().RebuildAsync(All, cut.Token));
        tally.Before = null;
        await Store.AppendAsync([Granted("s/a", 1)], cancellationToken: Token);
        await CaughtUpAsync();
        Assert.Equal("1/2/t", await TallyAsync());
    }

    [Fact]
    public async Task RebuildAsync_NotRegistered_IsRefused()
    {
        await using var node = await NodeAsync();
        await RefusedAsync("PROJECTION_UNKNOWN", () => node.Get<ProjectionAdmin>().RebuildAsync("Nothing:All", Token));
    }

    [Fact]
    public async Task NewVersion_BesideTheOld_TakesOverWhenItHasCaughtUp()
    {
        await Store.AppendAsync([.. Enumerable.Range(0, 1_500).Select(i => Granted($"s/{i % 10}", 0))], cancellationToken: Token);
        await using (var old = await NodeAsync(new PermitTally()))
        {
            Assert.Null(await old.Get<ProjectionAdmin>().ServingVersionAsync("Unheard", Token));
            await Wait.UntilAsync(async () => await old.Get<ProjectionAdmin>().ServingVersionAsync("PermitTally", Token) == 1);
        }

        var (pages, resume) = (0, new TaskCompletionSource());
        var next = new PermitTally(2) { Before = (_, _) => ++pages == 2 ? resume.Task : Task.CompletedTask };
        await using var node = await NodeAsync(new PermitTally(), next);
        await Store.AppendAsync([Granted("s/0", 150)], cancellationToken: Token);
        await CaughtUpAsync();
        Assert.Equal("10/1501/t", await TallyAsync());
        Assert.Equal(1, await node.Get<ProjectionAdmin>().ServingVersionAsync("PermitTally", Token));

        resume.SetResult();
        await Wait.UntilAsync(async () => await node.Get<ProjectionAdmin>().ServingVersionAsync("PermitTally", Token) == 2);
        Assert.Equal("10/1501/t", await TallyAsync(2));
        Assert.Equal(["PermitTally:All", "PermitTally:V2:All"], (await node.Get<ProjectionAdmin>().StatusAsync(Token)).Select(status => status.Progression));
    }
}

using DataHub.EventStore.Projections;
using DataHub.EventStore.Tests.Support;
using DataHub.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace DataHub.EventStore.Tests.Projections;

public sealed class ProjectionDaemonTests(PostgresFixture postgres) : ProjectionTest(postgres)
{
    [Fact]
    public async Task Append_EventsBeforeAndAfterTheStart_AreAppliedOnceInOrder()
    {
        await Store.AppendAsync([.. Enumerable.Range(0, 2_500).Select(i => Granted($"s/{i % 50}", 0))], cancellationToken: Token);
        await using var node = await NodeAsync(new PermitTally());
        await CaughtUpAsync();
        Assert.Equal("50/2500/t", await TallyAsync());

        await Store.AppendAsync([Granted("s/0", 50), Granted("s/new", 0)], cancellationToken: Token); // By a node that feeds nothing.
        await node.Store.AppendAsync([Withdrawn("s/new", 1)], cancellationToken: Token);
        await CaughtUpAsync();
        Assert.Equal("51/2503/t", await TallyAsync());
    }

    [Fact]
    public async Task Append_StreamsOfOtherApplicationsAndUnwantedTypes_AreLeftOut()
    {
        await Store.AppendAsync([Granted("s/a", 0), Withdrawn("s/a", 0), Granted("ext/a", 0)], cancellationToken: Token);
        await using var node = await NodeAsync(new WithdrawalsOnly());
        await CaughtUpAsync();
        Assert.Equal("s/a 1 2", await Database.SuperuserAsync("select string_agg(concat_ws(' ', stream, events, last_version), ',') from datahub.permit_tally"));
    }

    [Fact]
    public async Task Append_WhileLeadersAreKilled_IsAppliedOnceByWhoeverLeads()
    {
        await using var first = await NodeAsync(new PermitTally());
        await using var second = await NodeAsync(new PermitTally());
        for (var round = 0; round < 10; round++)
        {
            await Store.AppendAsync([.. Enumerable.Range(0, 40).Select(i => Granted($"s/{i}", round))], cancellationToken: Token);
            await KillLeaderAsync();
        }

        await CaughtUpAsync();
        Assert.Equal("40/400/t", await TallyAsync());
    }

    [Fact]
    public async Task Append_LeaderLostItsLeadInTheMiddleOfAPage_UndoesItAndTheOtherNodeAppliesIt()
    {
        var (entered, resume) = (new TaskCompletionSource(), new TaskCompletionSource());
        var slow = new PermitTally
        {
            Before = (_, _) =>
            {
                entered.TrySetResult();
                return resume.Task;
            },
        };
        await using var first = await NodeAsync(slow);
        await Wait.UntilAsync(async () => await LeaderAsync() == first.Name);
        await using var second = await NodeAsync(new PermitTally());
        await Store.AppendAsync([Granted("s/a", 0)], cancellationToken: Token);
        await entered.Task;
        Assert.True(await KillLeaderAsync() is true);
        await Wait.UntilAsync(async () => await LeaderAsync() == second.Name);

        resume.SetResult(); // The first goes on as if nothing had happened.
        await CaughtUpAsync();
        Assert.Equal("1/1/t", await TallyAsync());
        Assert.Equal(second.Name, await LeaderAsync());
    }

    [Fact]
    public async Task AdvanceAsync_TwoFeedersFromOnePosition_OnlyOneMovesOn()
    {
        await using var node = await NodeAsync(new PermitTally());
        await CaughtUpAsync();
        var feed = node.Get<IReadOnlyList<Feed>>().Single();
        await using var one = await feed.ConnectAsync(Token);
        await using var other = await feed.ConnectAsync(Token);
        Task<bool> late;
        await using (var transaction = await one.BeginTransactionAsync(Token))
        {
            Assert.True(await new ProjectionProgress(one, feed).AdvanceAsync(0, 7, Token));
            late = new ProjectionProgress(other, feed).AdvanceAsync(0, 9, Token);
            await transaction.CommitAsync(Token);
        }

        Assert.False(await late);
    }

    [Fact]
    public async Task StopAsync_Leader_LetsGoAtOnce()
    {
        var first = await NodeAsync(new PermitTally());
        await Wait.UntilAsync(async () => await LeaderAsync() == first.Name);
        await first.DisposeAsync();
        await using var second = await NodeAsync(new PermitTally());
        await Wait.UntilAsync(async () => await LeaderAsync() == second.Name);
    }

    [Fact]
    public async Task Append_DatabaseFaultInAPage_IsNotTheEventsFault()
    {
        var failures = 0;
        var unlucky = new PermitTally
        {
            Before = async (connection, _) =>
            {
                if (failures++ < 3)
                {
                    await Database.SuperuserAsync($"select pg_terminate_backend({connection.ProcessID}, 5000)");
                }
            },
        };
        await using var node = await NodeAsync(unlucky);
        await Store.AppendAsync([Granted("s/a", 0), Granted("s/b", 0)], cancellationToken: Token);
        await CaughtUpAsync();
        Assert.Equal("2/2/t", await TallyAsync());
        Assert.True(failures > 3);
        Assert.Equal(0L, await Database.SuperuserAsync("select count(*) from datahub.projection_parked"));
    }

    [Fact]
    public async Task StatusAsync_LeaderAndLag_AreSeenFromAnyNode()
    {
        var gate = new TaskCompletionSource();
        await using var node = await NodeAsync(new PermitTally { Before = (_, _) => gate.Task });
        await Wait.UntilAsync(async () => await LeaderAsync() is not null);
        await Store.AppendAsync([Granted("s/a", 0), Granted("s/b", 0), Granted("s/c", 0)], cancellationToken: Token);
        var behind = (await Services.GetRequiredService<ProjectionAdmin>().StatusAsync(Token)).Single();
        Assert.Equal((All, 0L, 3L, node.Name, 0L), (behind.Progression, behind.Position, behind.Lag, behind.Leader, behind.Parked));

        gate.SetResult();
        await CaughtUpAsync();
        Assert.Equal(0, (await Services.GetRequiredService<ProjectionAdmin>().StatusAsync(Token)).Single().Lag);
    }

    [Fact]
    public async Task Start_AnotherApplicationHasTheName_LeavesItsProgressAlone()
    {
        await Database.SuperuserAsync("insert into datahub.mt_event_progression (name, last_seq_id) values ('PermitTally:All', 5)");
        await using var node = await NodeAsync(new PermitTally());
        var feed = node.Get<IReadOnlyList<Feed>>().Single();
        await using var connection = await feed.ConnectAsync(Token);
        await RefusedAsync("PROJECTION_NAME_TAKEN", () => new ProjectionProgress(connection, feed).OpenAsync(Token));
        Assert.Equal(5L, await Database.SuperuserAsync("select last_seq_id from datahub.mt_event_progression where name = 'PermitTally:All'"));
    }

    [Fact]
    public async Task AppendAsync_ManyInARow_AreToldAtMostTwentyTimesASecond()
    {
        await using var node = await NodeAsync();
        await using var ear = await Database.Sources.Standing.OpenConnectionAsync(Token);
        var heard = 0;
        ear.Notification += (_, _) => heard++;
        await using var listen = new NpgsqlCommand("listen datahub_events", ear);
        await listen.ExecuteNonQueryAsync(Token);

        var start = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 100; i++)
        {
            await node.Store.AppendAsync([Granted($"s/{i}", 0)], cancellationToken: Token);
        }

        await ear.WaitAsync(Token);
        var limit = (TimeProvider.System.GetElapsedTime(start).TotalMilliseconds / 50) + 2;
        Assert.InRange(heard, 1, limit);
    }

    private sealed class WithdrawalsOnly : PermitTally
    {
        public override IReadOnlyCollection<Type> EventTypes => [typeof(PermitWithdrawn)];
    }
}

using DataHub.EventStore.Projections;
using DataHub.EventStore.Streams;
using DataHub.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace DataHub.EventStore.Tests.Projections;

public sealed class ParkingTests(PostgresFixture postgres) : ProjectionTest(postgres)
{
    private readonly PermitTally _picky = new();

    private bool _cured;

    private ProjectionAdmin Admin => Services.GetRequiredService<ProjectionAdmin>();

    [Fact]
    public async Task Append_PoisonousEvent_IsParkedWithItsStreamBehindItAndOthersGoOn()
    {
        _picky.Before = RefusePoison;
        await using var node = await NodeAsync(_picky);
        await Store.AppendAsync([Granted("s/a", 0), Granted("s/b", 0), Granted("s/a", 0, "poison"), Granted("s/a", 0), Granted("s/b", 0)], cancellationToken: Token);
        await CaughtUpAsync();
        await Store.AppendAsync([Granted("s/a", 3), Granted("s/c", 0)], cancellationToken: Token);
        await CaughtUpAsync();

        Assert.Equal("3/4/t", await TallyAsync());
        var parked = await Admin.ParkedAsync(All, 10, Token);
        Assert.Equal(
            [("s/a", "System.InvalidOperationException", 1), ("s/a", null, 0), ("s/a", null, 0)],
            parked.Select(p => (p.StreamId, p.ErrorType, p.Attempts)));
        Assert.Equal(3, (await Admin.StatusAsync(Token)).Single().Parked);
    }

    [Fact]
    public async Task RetryAsync_BeforeAndAfterTheCure_AppliesInOrderAndReleasesTheStream()
    {
        _picky.Before = RefusePoison;
        await using var node = await NodeAsync(_picky);
        var admin = node.Get<ProjectionAdmin>();
        await Store.AppendAsync([Granted("s/a", 0, "poison"), Granted("s/a", 0), Granted("s/b", 0, "poison")], cancellationToken: Token);
        await CaughtUpAsync();
        Assert.Equal(new RetryResult(0, 3), await admin.RetryAsync(All, Token));
        Assert.Equal([2, 0, 2], (await Admin.ParkedAsync(null, 10, Token)).Select(p => p.Attempts));

        _cured = true;
        Assert.Equal(new RetryResult(3, 0), await admin.RetryAsync(All, Token));
        await Store.AppendAsync([Granted("s/a", 2)], cancellationToken: Token);
        await CaughtUpAsync();
        Assert.Equal("2/4/t", await TallyAsync());
    }

    [Fact]
    public async Task Append_StatementOfTheProjectionFails_PageIsSavedAndOnlyItsEventParked()
    {
        _picky.Before = async (connection, events) =>
        {
            await using var divide = new NpgsqlCommand(events.Any(IsPoison) ? "select 1 / 0" : "select 1", connection);
            await divide.ExecuteNonQueryAsync(Token);
        };
        await using var node = await NodeAsync(_picky);
        await Store.AppendAsync([Granted("s/a", 0), Granted("s/b", 0, "poison"), Granted("s/c", 0)], cancellationToken: Token);
        await CaughtUpAsync();
        Assert.Equal("2/2/t", await TallyAsync());
        Assert.Equal("PostgresException 22012", (await Admin.ParkedAsync(All, 10, Token)).Single().ErrorType);
    }

    [Fact]
    public async Task Append_DeferredConstraintBroken_IsBlamedOnTheEventNotTheCommit()
    {
        await Database.SuperuserAsync("""
            create table datahub.approved (stream text primary key); insert into datahub.approved values ('s/a');
            grant select, references on datahub.approved to datahub_hub;
            alter table datahub.permit_tally add constraint approved_only foreign key (stream) references datahub.approved deferrable initially deferred
            """);
        await using var node = await NodeAsync(_picky);
        await Store.AppendAsync([Granted("s/a", 0), Granted("s/b", 0)], cancellationToken: Token);
        await CaughtUpAsync();
        Assert.Equal("1/1/t", await TallyAsync());
        Assert.Equal("s/b", (await Admin.ParkedAsync(All, 10, Token)).Single().StreamId);
    }

    [Fact]
    public async Task Append_JsonTheTypeRefuses_IsParked()
    {
        await Store.AppendAsync([Granted("s/a", 0), Granted("s/b", 0)], cancellationToken: Token);
        await Database.SuperuserAsync("update datahub.mt_events set data = '{\"Kind\": \"unknown\"}' where stream_id = 's/a'");
        await using var node = await NodeAsync(_picky);
        await CaughtUpAsync();
        Assert.Equal("1/1/t", await TallyAsync());
        Assert.Equal("System.Text.Json.JsonException", (await Admin.ParkedAsync(All, 10, Token)).Single().ErrorType);
        Assert.Equal(new RetryResult(0, 1), await node.Get<ProjectionAdmin>().RetryAsync(All, Token));
    }

    private static bool IsPoison(StoredEvent e) => e.Data is PermitGranted { Holder: "poison" };

    private Task RefusePoison(NpgsqlConnection connection, IReadOnlyList<StoredEvent> events) =>
        events.Any(IsPoison) && !_cured ? throw new InvalidOperationException("cannot") : Task.CompletedTask;
}

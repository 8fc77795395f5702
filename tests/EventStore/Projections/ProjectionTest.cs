using DataHub.EventStore.Projections;
using DataHub.EventStore.Tests.Support;
using DataHub.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace DataHub.EventStore.Tests.Projections;

/// <summary>A database with the table of <see cref="PermitTally"/>, and nodes that feed it.</summary>
public abstract class ProjectionTest(PostgresFixture postgres) : StoreTest(postgres)
{
    protected const string All = "PermitTally:All";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Database.SuperuserAsync(PermitTally.Table);
    }

    internal Task<Node> NodeAsync(params IProjection[] projections) => Node.StartAsync(Database, services =>
    {
        foreach (var projection in projections)
        {
            services.AddSingleton(projection);
        }
    });

    /// <summary>Streams, events and whether all came in order: <c>2/5/t</c>.</summary>
    protected async Task<string> TallyAsync(int version = 1) => (string)(await Database.SuperuserAsync(
        $"select concat_ws('/', count(*), coalesce(sum(events), 0), coalesce(bool_and(in_order), true)) from datahub.permit_tally where version = {version}"))!;

    protected Task CaughtUpAsync(string progression = All) => Wait.UntilAsync(async () => await Database.SuperuserAsync(
        $"select last_seq_id >= coalesce(pg_sequence_last_value('datahub.mt_events_sequence'), 0) from datahub.mt_event_progression where name = '{progression}'") is true);

    /// <summary>Ends the session that leads.</summary>
    protected Task<object?> KillLeaderAsync(string what = All) => Database.SuperuserAsync($"""
        select pg_terminate_backend(pid, 5000) from pg_locks
        where locktype = 'advisory' and classid = 1684107373 and objid = hashtext('{what}')::bit(32)::bigint::oid and granted
        and database = (select oid from pg_database where datname = current_database())
        """);

    protected async Task<string?> LeaderAsync() =>
        (await Services.GetRequiredService<ProjectionAdmin>().StatusAsync(Token)).SingleOrDefault(status => status.Progression == All)?.Leader;
}

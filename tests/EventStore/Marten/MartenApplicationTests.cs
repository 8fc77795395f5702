using System.Text.Json;
using DataHub.Crypto.Sealing;
using DataHub.EventStore.Postgres;
using DataHub.EventStore.Streams;
using DataHub.EventStore.Tests.Projections;
using DataHub.EventStore.Tests.Support;
using DataHub.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace DataHub.EventStore.Tests.Marten;

public sealed record PermitSealed(int Level, SealedValue Holder);

/// <summary>What an application that uses Marten does on the hub's tables, in the SQL Marten sends, with the rights the script gives it.</summary>
public sealed class MartenApplicationTests(PostgresFixture postgres) : StoreTest(postgres)
{
    private const string Denied = PostgresErrorCodes.InsufficientPrivilege;

    private MartenApplication _app = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _app = await MartenApplication.InstallAsync(Database);
    }

    protected override void Add(IServiceCollection services) => services.AddEvents<PermitSealed>();

    [Fact]
    public async Task FetchStream_WrittenByTheHub_ComesWithVersionsTypesAndState()
    {
        await Store.AppendAsync([Granted("s/a", 0, level: 2), Granted("s/a", 0, level: 3)], cancellationToken: Token);
        Assert.Equal(
            """1 permit_granted {"Kind": 1, "Level": 2, "Holder": "p"}|2 permit_granted {"Kind": 1, "Level": 3, "Holder": "p"}""",
            await _app.ScalarAsync("""
                select string_agg(concat_ws(' ', d.version, d.type, d.data), '|' order by d.version)
                from datahub.mt_events as d inner join datahub.mt_streams as s on d.stream_id = s.id where d.stream_id = $1 and d.is_archived = false
                """, "s/a"));
        Assert.Equal(2L, await _app.ScalarAsync("select version from datahub.mt_streams where id = $1 and is_archived = false", "s/a"));
    }

    [Fact]
    public async Task AggregateStream_ClearFields_AreReadAndSealedOnesComeAsNumberAndCiphertext()
    {
        var key = new DataKey(17, new byte[32]);
        await Store.AppendAsync(
            [.. new[] { 2, 5 }.Select(level => new NewEvent
            {
                StreamId = "s/a", StreamType = "permit", ExpectedVersion = 0, Data = new PermitSealed(level, Seal.Close(key, "s/a", "名"u8)),
            })],
            cancellationToken: Token);

        var json = (string)(await _app.ScalarAsync("select string_agg(data::text, ',' order by version) from datahub.mt_events where stream_id = $1", "s/a"))!;
        var events = JsonSerializer.Deserialize<PermitSealed[]>($"[{json}]")!; // As the application's own types with Marten's serialiser.
        Assert.Equal(7, events.Sum(e => e.Level));
        Assert.All(events, e => Assert.Equal((17L, "名"u8.Length + Seal.OverheadBytes), (e.Holder.K, e.Holder.C.Length)));
    }

    [Fact]
    public async Task Append_UnderExt_IsReadByTheHubAndByTheApplication()
    {
        await _app.AppendAsync("ext/visits/1", 0, """{"Desk": 1}""", """{"Desk": 2}""");
        await _app.AppendAsync("ext/visits/1", 2, """{"Desk": 3}""");
        var stream = await Store.ReadAsync("ext/visits/1", cancellationToken: Token);
        Assert.Equal(3, stream.Version);
        Assert.Equal([1, 2, 3], stream.Events.Select(e => ((JsonElement)e.Data).GetProperty("Desk").GetInt32()));
        Assert.Equal(["ext/visits/1"], (await Store.ReadAllAsync(0, 10, Token)).Select(e => e.StreamId).Distinct());
    }

    [Theory]
    [InlineData("s/new")]
    [InlineData("ext")]
    [InlineData("extra/1")]
    [InlineData("EXT/1")]
    public async Task Append_OutsideExt_IsRefused(string stream)
    {
        var refused = await Assert.ThrowsAsync<PostgresException>(() => _app.AppendAsync(stream, 0, "{}"));
        Assert.Equal((Denied, "mt_streams"), (refused.SqlState, refused.TableName ?? "mt_streams"));
        Assert.Equal(0L, await Database.SuperuserAsync("select count(*) from datahub.mt_streams"));
    }

    [Fact]
    public async Task Append_ToAStreamOfTheHub_IsRefusedOnEveryWay()
    {
        await Store.AppendAsync([Granted("s/a", 0)], cancellationToken: Token);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _app.AppendAsync("s/a", 1, "{}")); // Its stream row is not the application's to advance.
        Assert.Equal(Denied, await _app.RefusalAsync("""
            insert into datahub.mt_events (seq_id, id, stream_id, version, data, type, timestamp)
            values (nextval('datahub.mt_events_sequence'), gen_random_uuid(), 's/a', 2, '{}', 'x', now()) returning seq_id
            """));
        Assert.Equal(1, (await Store.ReadAsync("s/a", cancellationToken: Token)).Version);
    }

    [Theory]
    [InlineData("update datahub.mt_events set data = '{}'")]
    [InlineData("delete from datahub.mt_events")]
    [InlineData("truncate datahub.mt_events cascade")]
    [InlineData("delete from datahub.mt_streams")]
    [InlineData("update datahub.mt_streams set id = 'ext/stolen'")]
    [InlineData("update datahub.mt_streams set is_archived = true")]
    [InlineData("select setval('datahub.mt_events_sequence', 1)")]
    [InlineData("alter table datahub.mt_events disable row level security")]
    [InlineData("create table datahub.mine (n int)")]
    [InlineData("select count(*) from datahub.subject_key")]
    [InlineData("select count(*) from datahub.sealing_check")]
    [InlineData("set role datahub_hub")]
    public async Task Statement_BeyondItsRights_IsRefused(string sql)
    {
        await Store.AppendAsync([Granted("s/a", 0)], cancellationToken: Token);
        Assert.Equal(Denied, await _app.RefusalAsync(sql));
    }

    [Fact]
    public async Task Append_NumberNotHandedOutYet_IsRefused()
    {
        await _app.AppendAsync("ext/a", 0, "{}");
        Assert.Equal(Denied, await _app.RefusalAsync("""
            insert into datahub.mt_events (seq_id, id, stream_id, version, data, type, timestamp) values (2, gen_random_uuid(), 'ext/a', 2, '{}', 'x', now()) returning seq_id
            """));
        await Store.AppendAsync([Granted("s/a", 0)], cancellationToken: Token);
    }

    [Fact]
    public async Task StartStream_Twice_ViolatesTheTableMartenLooksFor()
    {
        await _app.AppendAsync("ext/a", 0, "{}");
        var refused = await Assert.ThrowsAsync<PostgresException>(() => _app.AppendAsync("ext/a", 0, "{}"));
        Assert.Equal((PostgresErrorCodes.UniqueViolation, "mt_streams", "pkey_mt_streams_id"), (refused.SqlState, refused.TableName, refused.ConstraintName));
    }

    [Fact]
    public async Task Append_AtAVersionThatExists_ViolatesTheIndexMartenLooksFor()
    {
        await _app.AppendAsync("ext/a", 0, "{}", "{}");
        await Assert.ThrowsAsync<InvalidOperationException>(() => _app.AppendAsync("ext/a", 1, "{}"));
        await using var connection = await _app.OpenAsync();
        var refused = await Assert.ThrowsAsync<PostgresException>(() => MartenApplication.ExecuteAsync(connection, """
            insert into datahub.mt_events (seq_id, id, stream_id, version, data, type, timestamp)
            values (nextval('datahub.mt_events_sequence'), gen_random_uuid(), 'ext/a', 2, '{}', 'x', now())
            """));
        Assert.Equal((PostgresErrorCodes.UniqueViolation, "pk_mt_events_stream_and_version"), (refused.SqlState, refused.ConstraintName));
    }

    [Fact]
    public async Task Documents_InItsOwnSchema_AreItsOwn()
    {
        await _app.ScalarAsync($"create table {_app.Role}.mt_doc_visit (id varchar primary key, data jsonb not null)");
        await _app.ScalarAsync($"insert into {_app.Role}.mt_doc_visit values ('1', '{{}}')");
        await using var hub = await Database.Sources.Hub.OpenConnectionAsync(Token);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => MartenApplication.ScalarAsync(hub, $"select count(*) from {_app.Role}.mt_doc_visit"));
        Assert.Equal(Denied, refused.SqlState);
    }

    [Fact]
    public async Task Projection_OfTheApplication_FollowsTheMarkAndComparesItsProgress()
    {
        await using var node = await Node.StartAsync(Database); // The hub keeps the mark.
        await Store.AppendAsync([Granted("s/a", 0), Granted("s/b", 0)], cancellationToken: Token);
        await _app.AppendAsync("ext/a", 0, "{}");
        await Wait.UntilAsync(async () => await _app.ScalarAsync("select last_seq_id from datahub.mt_event_progression where name = 'HighWaterMark'") is 3L);

        await using var connection = await _app.OpenAsync();
        await MartenApplication.ExecuteAsync(connection, "insert into datahub.mt_event_progression (name, last_seq_id) values ('Visits:All', 0)");
        const string advance = "update datahub.mt_event_progression set last_seq_id = $1, last_updated = transaction_timestamp() where name = $2 and last_seq_id = $3";
        Assert.Equal(1, await MartenApplication.ExecuteAsync(connection, advance, 3L, "Visits:All", 0L));
        Assert.Equal(0, await MartenApplication.ExecuteAsync(connection, advance, 9L, "Visits:All", 0L));
        Assert.Equal(1, await MartenApplication.ExecuteAsync(connection, "delete from datahub.mt_event_progression where name = $1", "Visits:All"));
    }

    [Fact]
    public async Task HighWaterMark_KeptByMartensDaemon_MovesForwardOnlyAndNotesSkips()
    {
        await _app.ScalarAsync("select datahub.mt_mark_event_progression('HighWaterMark', $1)", 5L);
        await _app.ScalarAsync("select datahub.mt_mark_event_progression('HighWaterMark', $1)", 3L);
        Assert.Equal(5L, await _app.ScalarAsync("select datahub.mt_mark_progression_with_skip('HighWaterMark', $1, $2)", 9L, 4L));
        Assert.Equal(9L, await _app.ScalarAsync("select datahub.mt_mark_progression_with_skip('HighWaterMark', $1, $2)", 9L, 5L));
        Assert.Equal("9 5", await _app.ScalarAsync("select string_agg(concat_ws(' ', ending_sequence, starting_sequence), ',') from datahub.mt_high_water_skips"));
        await _app.ScalarAsync("select datahub.mt_mark_event_progression('Visits:All', $1)", 7L);
        await _app.ScalarAsync("select datahub.mt_mark_event_progression('Visits:All', $1)", 0L);
        Assert.Equal(0L, await _app.ScalarAsync("select last_seq_id from datahub.mt_event_progression where name = 'Visits:All'"));
    }

    [Fact]
    public async Task Progress_OfTheHubsProjections_IsNotItsToTouch()
    {
        await Database.SuperuserAsync(PermitTally.Table);
        await using var node = await Node.StartAsync(Database, services => services.AddSingleton<EventStore.Projections.IProjection>(new PermitTally()));
        await Store.AppendAsync([Granted("s/a", 0)], cancellationToken: Token);
        await Wait.UntilAsync(async () => await _app.ScalarAsync("select last_seq_id from datahub.mt_event_progression where name = 'PermitTally:All'") is 1L);

        // Marten's repair after a restore sets every row it may: the hub's are not among them.
        await _app.ScalarAsync("update datahub.mt_event_progression set last_seq_id = $1, last_updated = transaction_timestamp()", 0L);
        await _app.ScalarAsync("delete from datahub.mt_event_progression");
        Assert.Equal(1L, await _app.ScalarAsync("select last_seq_id from datahub.mt_event_progression where name = 'PermitTally:All'"));
        Assert.Equal(Denied, await _app.RefusalAsync("select datahub.mt_mark_event_progression('PermitTally:All', 0)"));
        Assert.Equal(1L, await _app.ScalarAsync("select count(*) from datahub.mt_event_progression where name = 'HighWaterMark'"));
    }

    [Fact]
    public async Task Append_PoliciesOff_TheSameStatementsWouldPass()
    {
        await Database.SuperuserAsync("alter table datahub.mt_streams disable row level security; alter table datahub.mt_events disable row level security");
        await _app.AppendAsync("s/forged", 0, "{}");
        Assert.Equal(1, (await Store.ReadAsync("s/forged", cancellationToken: Token)).Version);
    }

    [Theory]
    [InlineData("datahub_app")]
    [InlineData("pg_app")]
    [InlineData("App")]
    [InlineData("a'; drop table x; --")]
    public void ExtRoleScript_NameThatIsNotOne_IsRefused(string role) => Assert.Throws<ArgumentException>(() => PostgresEndpoint.ExtRoleScript(role));

    public override async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await base.DisposeAsync();
    }
}

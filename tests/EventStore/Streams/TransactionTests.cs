using DataHub.EventStore.Streams;
using DataHub.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace DataHub.EventStore.Tests.Streams;

public sealed class TransactionTests(PostgresFixture postgres) : StoreTest(postgres)
{
    private readonly Witness _witness = new();

    protected override void Add(IServiceCollection services) => services.AddSingleton<ITransactionParticipant>(_witness);

    [Fact]
    public async Task AppendAsync_Participant_SeesSequencesVersionsAndState()
    {
        var result = await Store.AppendAsync([Granted("s/b", 0) with { State = "state" }, Granted("s/a", 0)], cancellationToken: Token);

        Assert.Equal([(result.FirstSequence, 1L), (result.LastSequence, 1L)], _witness.Seen.Select(e => (e.Sequence, e.Version)));
        Assert.Equal(["state", null], _witness.Seen.Select(e => e.Event.State));
        var stored = await Store.ReadAllAsync(0, 10, Token);
        Assert.Equal(_witness.Seen.Select(e => (e.Id, e.Timestamp)), stored.Select(e => (e.Id, e.Timestamp)));
        Assert.Equal(2L, await Database.SuperuserAsync("select sum(last_seq_id)::bigint from datahub.mt_event_progression where name = 'witness'"));
    }

    [Fact]
    public async Task AppendAsync_ParticipantThrows_NothingIsStored()
    {
        _witness.Refusal = new InvalidOperationException("no");
        await Assert.ThrowsAsync<InvalidOperationException>(() => Store.AppendAsync([Granted("s/a", 0)], "key", cancellationToken: Token));

        Assert.Equal(0, (await Store.ReadAsync("s/a", cancellationToken: Token)).Version);
        Assert.Equal(0L, await Database.SuperuserAsync("select count(*) from datahub.mt_streams"));
        Assert.Equal(0L, await Database.SuperuserAsync("select count(*) from datahub.mt_event_progression"));
        Assert.Equal(0L, await Database.SuperuserAsync("select count(*) from datahub.append_key"));
    }

    [Fact]
    public async Task BeginAsync_DisposedWithoutCommit_UndoesEverything()
    {
        await using (var transaction = await Store.BeginAsync(Token))
        {
            await transaction.AppendAsync([Granted("s/a", 0)], Token);
        }

        Assert.Empty((await Store.ReadAsync("s/a", cancellationToken: Token)).Events);
    }

    [Fact]
    public async Task CommitAsync_SeveralAppendsAndOwnTable_AreOneTransaction()
    {
        await using (var transaction = await Store.BeginAsync(Token))
        {
            await transaction.AppendAsync([Granted("s/a", 0)], Token);
            await using var own = new NpgsqlCommand("insert into mt_high_water_skips values (7, 7)", transaction.Connection);
            await own.ExecuteNonQueryAsync(Token);
            await transaction.AppendAsync([Granted("s/a", 1), Granted("s/b", 0)], Token);
            await transaction.CommitAsync();
        }

        Assert.Equal(2, (await Store.ReadAsync("s/a", cancellationToken: Token)).Version);
        Assert.Equal(1L, await Database.SuperuserAsync("select count(*) from datahub.mt_high_water_skips"));
    }

    [Fact]
    public async Task CommitAsync_AfterAFailedAppend_IsRefused()
    {
        await using var transaction = await Store.BeginAsync(Token);
        await RefusedAsync("STREAM_CONFLICT", () => transaction.AppendAsync([Granted("s/new", 0), Granted("s/a", 3)], Token));
        await Assert.ThrowsAsync<InvalidOperationException>(transaction.CommitAsync);
    }

    [Fact]
    public async Task CommitAsync_AfterAFailedStatementOfTheModule_IsAnErrorNotASilentRollback()
    {
        await using var transaction = await Store.BeginAsync(Token);
        await transaction.AppendAsync([Granted("s/a", 0)], Token);
        await using var own = new NpgsqlCommand("select 1 / 0", transaction.Connection);
        await Assert.ThrowsAsync<PostgresException>(() => own.ExecuteNonQueryAsync(Token));

        var refused = await Assert.ThrowsAsync<PostgresException>(transaction.CommitAsync);
        Assert.Equal(PostgresErrorCodes.InFailedSqlTransaction, refused.SqlState);
    }

    [Fact]
    public async Task AppendAsync_DatabaseIsReadOnly_SaysSo()
    {
        await using var transaction = await Store.BeginAsync(Token);
        await using var own = new NpgsqlCommand("set transaction read only", transaction.Connection);
        await own.ExecuteNonQueryAsync(Token);
        await RefusedAsync("DATABASE_READ_ONLY", () => transaction.AppendAsync([Granted("s/a", 0)], Token));
    }

    [Fact]
    public async Task AppendAsync_ConnectionKilled_SaysTheDatabaseIsAway()
    {
        await using var transaction = await Store.BeginAsync(Token);
        await using var own = new NpgsqlCommand("select 1", transaction.Connection);
        await own.ExecuteScalarAsync(Token);
        await Database.SuperuserAsync($"select pg_terminate_backend({transaction.Connection.ProcessID}, 5000)");
        await RefusedAsync("DATABASE_AWAY", () => transaction.AppendAsync([Granted("s/a", 0)], Token));
    }

    private sealed class Witness : ITransactionParticipant
    {
        public List<AppendedEvent> Seen { get; } = [];

        public Exception? Refusal { get; set; }

        public async Task OnAppendedAsync(EventTransaction transaction, IReadOnlyList<AppendedEvent> events, CancellationToken cancellationToken)
        {
            Seen.AddRange(events);
            await using var command = new NpgsqlCommand(
                """
                insert into mt_event_progression as p (name, last_seq_id) values ('witness', $1)
                on conflict (name) do update set last_seq_id = p.last_seq_id + excluded.last_seq_id
                """,
                transaction.Connection)
            {
                Parameters = { new NpgsqlParameter<long> { TypedValue = events.Count } },
            };
            await command.ExecuteNonQueryAsync(cancellationToken);
            if (Refusal is not null)
            {
                throw Refusal;
            }
        }
    }
}

using DataHub.Kernel.Faults;
using DataHub.TestKit;
using Npgsql;

namespace DataHub.EventStore.Tests.Streams;

public sealed class AppendTests(PostgresFixture postgres) : StoreTest(postgres)
{
    [Fact]
    public async Task AppendAsync_NewStream_IsReadBack()
    {
        var result = await Store.AppendAsync([Granted("h/permit/a", 0, "甲\\u0000", 3) with { CorrelationId = "c1" }], cancellationToken: Token);
        var stream = await Store.ReadAsync("h/permit/a", cancellationToken: Token);

        var stored = Assert.Single(stream.Events);
        Assert.Equal(new PermitGranted("甲\\u0000", 3, PermitKind.Stall), stored.Data);
        Assert.Equal((1, 1L, "permit_granted", "c1"), (stream.Version, stored.Version, stored.Type, stored.CorrelationId));
        Assert.Equal((result.FirstSequence, result.LastSequence), (stored.Sequence, stored.Sequence));
        Assert.Contains("\"Kind\": 1", stored.Json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AppendAsync_SeveralEventsOfSeveralStreams_VersionsAreDenseInOrderGiven()
    {
        await Store.AppendAsync([Granted("s/b", 0)], cancellationToken: Token);
        var result = await Store.AppendAsync(
            [Withdrawn("s/b", 1), Granted("s/a", 0), Granted("s/b", 1), Withdrawn("s/a", 0), Granted("s/b", 1)], cancellationToken: Token);

        Assert.Equal([2, 1, 3, 2, 4], result.Versions);
        var all = await Store.ReadAllAsync(0, 100, Token);
        Assert.Equal(["s/b", "s/b", "s/a", "s/b", "s/a", "s/b"], all.Select(e => e.StreamId));
        Assert.Equal([1L, 2, 1, 3, 2, 4], all.Select(e => e.Version));
        Assert.Equal(4L, await Database.SuperuserAsync("select version from datahub.mt_streams where id = 's/b'"));
    }

    [Fact]
    public async Task AppendAsync_WrongExpectedVersion_IsRefusedNamingBothVersions()
    {
        await Store.AppendAsync([Granted("s/a", 0), Granted("s/a", 0)], cancellationToken: Token);

        foreach (var expected in (long[])[0, 1, 3])
        {
            var fault = await RefusedAsync("STREAM_CONFLICT", () => Store.AppendAsync([Granted("s/new", 0), Granted("s/a", expected)], cancellationToken: Token));
            Assert.Equal(FaultKind.Conflict, fault.Kind);
            Assert.Contains($"s/a is at version 2, not {expected}", fault.Message, StringComparison.Ordinal);
        }

        var missing = await RefusedAsync("STREAM_CONFLICT", () => Store.AppendAsync([Granted("s/none", 5)], cancellationToken: Token));
        Assert.Contains("version 0, not 5", missing.Message, StringComparison.Ordinal);
        Assert.Equal(0, (await Store.ReadAsync("s/new", cancellationToken: Token)).Version);
    }

    [Fact]
    public async Task AppendAsync_ManyAppendersRacingOnOneStream_ExactlyOneWins()
    {
        await Store.AppendAsync([Granted("s/race", 0)], cancellationToken: Token);
        foreach (var expected in (long[])[1, 2, 3])
        {
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => TryAsync(Granted("s/race", expected))));
            Assert.Equal(1, outcomes.Count(code => code == "won"));
            Assert.All(outcomes, code => Assert.True(code is "won" or "STREAM_CONFLICT", code));
        }

        Assert.Equal(4, (await Store.ReadAsync("s/race", cancellationToken: Token)).Version);
    }

    [Fact]
    public async Task AppendAsync_ManyStartersOfOneStream_ExactlyOneWins()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => TryAsync(Granted("s/start", 0))));
        Assert.Equal(1, outcomes.Count(code => code == "won"));
        Assert.Equal(1, (await Store.ReadAsync("s/start", cancellationToken: Token)).Version);
    }

    [Fact]
    public async Task AppendAsync_SameStreamsInOppositeOrders_NeverDeadlocks()
    {
        string[] streams = [.. Enumerable.Range(0, 20).Select(i => $"s/{i:00}")];
        await Store.AppendAsync([.. streams.Select(stream => Granted(stream, 0))], cancellationToken: Token);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(i =>
            TryAsync([.. (i % 2 == 0 ? streams : streams.Reverse()).Select(stream => Granted(stream, 1))])));
        Assert.Equal(1, outcomes.Count(code => code == "won"));
        Assert.DoesNotContain("TRANSACTION_CONFLICT", outcomes);
    }

    [Fact]
    public async Task AppendAsync_HundredThousandEvents_OneTransaction()
    {
        var events = Enumerable.Range(0, 100_000).Select(i => Granted($"s/{i % 60_000}", 0, "p", i)).ToList();
        var result = await Store.AppendAsync(events, cancellationToken: Token);

        Assert.Equal(99_999, result.LastSequence - result.FirstSequence);
        Assert.Equal((1L, 2L), (result.Versions[59_999], result.Versions[60_000]));
        Assert.Equal(100_000L, await Database.SuperuserAsync("select count(*) from datahub.mt_events where (data->>'Level')::bigint = seq_id - (select min(seq_id) from datahub.mt_events)"));
        Assert.Equal(1L, await Database.SuperuserAsync("select count(distinct xmin::text) from datahub.mt_events"));
        Assert.Equal(40_000L, await Database.SuperuserAsync("select count(*) from datahub.mt_streams where version = 2"));
    }

    [Fact]
    public async Task AppendAsync_NothingToAppend_TakesNoSequence()
    {
        Assert.Equal(0, (await Store.AppendAsync([], cancellationToken: Token)).LastSequence);
        Assert.Empty(await Store.ReadAllAsync(0, 10, Token));
    }

    [Fact]
    public async Task AppendAsync_NulOrTooLargeEvent_IsRefused()
    {
        await RefusedAsync("EVENT_TEXT", () => Store.AppendAsync([Granted("s/a", 0, "a\0b")], cancellationToken: Token));
        await RefusedAsync("EVENT_TEXT", () => Store.AppendAsync([Granted("s/a", 0, "\\\0")], cancellationToken: Token));
        await RefusedAsync("EVENT_TOO_LARGE", () => Store.AppendAsync([Granted("s/a", 0, new string('x', 1 << 20))], cancellationToken: Token));
        await RefusedAsync("EVENT_TOO_LARGE", () => Store.AppendAsync([Granted("s/a", 0, new string('证', 350_000))], cancellationToken: Token));
        await Store.AppendAsync([Granted("s/a", 0, new string('x', (1 << 20) - 100))], cancellationToken: Token);
    }

    [Fact]
    public async Task AppendAsync_StreamExpectedAtTwoVersions_IsOurMistake() =>
        await Assert.ThrowsAsync<ArgumentException>(() => Store.AppendAsync([Granted("s/a", 0), Granted("s/a", 1)], cancellationToken: Token));

    [Theory]
    [InlineData("update mt_events set type = 'x'")]
    [InlineData("delete from mt_events")]
    [InlineData("delete from mt_streams")]
    [InlineData("truncate mt_events")]
    [InlineData("update mt_streams set id = 'x'")]
    [InlineData("alter table mt_events disable trigger all")]
    public async Task HubRole_ChangingHistory_HasNoPermission(string sql)
    {
        await using var command = Database.Sources.Hub.CreateCommand(sql);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Token));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Fact]
    public async Task ReaderRole_Writing_IsRefusedAndKeysAreOutOfSight()
    {
        await using var write = Database.Sources.Reader.CreateCommand("insert into mt_streams (id) values ('x')");
        await Assert.ThrowsAsync<PostgresException>(() => write.ExecuteNonQueryAsync(Token));
        await using var keys = Database.Sources.Reader.CreateCommand("select wrapped from subject_key");
        await Assert.ThrowsAsync<PostgresException>(() => keys.ExecuteNonQueryAsync(Token));
    }

    private Task<string> TryAsync(params EventStore.Streams.NewEvent[] events) => Outcome.OfAsync(() => Store.AppendAsync(events, cancellationToken: Token));
}

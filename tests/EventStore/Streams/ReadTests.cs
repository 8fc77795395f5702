using System.Collections.Concurrent;
using System.Text.Json;
using DataHub.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace DataHub.EventStore.Tests.Streams;

public sealed class ReadTests(PostgresFixture postgres) : StoreTest(postgres)
{
    private readonly ManualTime _time = new();

    protected override void Add(IServiceCollection services) => services.AddSingleton<TimeProvider>(_time);

    [Fact]
    public async Task ReadAsync_UnknownStream_IsEmptyAtVersionZero()
    {
        var stream = await Store.ReadAsync("s/none", cancellationToken: Token);
        Assert.Equal((0L, 0), (stream.Version, stream.Events.Count));
    }

    [Fact]
    public async Task ReadAsync_AsOfVersionOrTime_EndsThere()
    {
        var start = _time.GetUtcNow();
        for (var version = 0; version < 4; version++)
        {
            await Store.AppendAsync([Granted("s/a", version)], cancellationToken: Token);
            _time.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal(3, (await Store.ReadAsync("s/a", toVersion: 3, cancellationToken: Token)).Version);
        Assert.Equal(2, (await Store.ReadAsync("s/a", asOf: start.AddHours(1), cancellationToken: Token)).Version);
        Assert.Equal(0, (await Store.ReadAsync("s/a", asOf: start.AddTicks(-10), cancellationToken: Token)).Version);
        Assert.Equal(1, (await Store.ReadAsync("s/a", toVersion: 1, asOf: start.AddHours(9), cancellationToken: Token)).Version);
    }

    [Fact]
    public async Task ReadAsync_ClockWasSetBack_LeavesNoHole()
    {
        var start = _time.GetUtcNow();
        foreach (var (expected, step) in (IEnumerable<(long, int)>)[(0, 2), (1, -2), (2, 0)])
        {
            await Store.AppendAsync([Granted("s/a", expected)], cancellationToken: Token);
            _time.Advance(TimeSpan.FromHours(step));
        }

        Assert.Equal([1L], (await Store.ReadAsync("s/a", asOf: start.AddHours(1), cancellationToken: Token)).Events.Select(e => e.Version));
    }

    [Fact]
    public async Task ReadAsync_EventOfAnotherApplication_ComesAsJson()
    {
        await Database.SuperuserAsync("""
            insert into datahub.mt_streams (id, version) values ('ext/a', 1);
            insert into datahub.mt_events (seq_id, id, stream_id, version, data, type, timestamp)
            values (nextval('datahub.mt_events_sequence'), gen_random_uuid(), 'ext/a', 1, '{"N": 5}', 'stranger', now())
            """);
        var stored = Assert.Single((await Store.ReadAsync("ext/a", cancellationToken: Token)).Events);
        Assert.Equal(5, Assert.IsType<JsonElement>(stored.Data).GetProperty("N").GetInt32());
    }

    [Fact]
    public async Task ReadAllAsync_Pages_FollowOnWithoutOverlap()
    {
        await Store.AppendAsync([.. Enumerable.Range(0, 25).Select(i => Granted($"s/{i}", 0))], cancellationToken: Token);
        var seen = new List<long>();
        for (var page = await Store.ReadAllAsync(0, 10, Token); page.Count > 0; page = await Store.ReadAllAsync(seen[^1], 10, Token))
        {
            Assert.InRange(page.Count, 1, 10);
            seen.AddRange(page.Select(e => e.Sequence));
        }

        Assert.Equal(25, seen.Count);
        Assert.Equal(seen.Order().Distinct(), seen);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.ReadAllAsync(0, 10_001, Token));
    }

    [Fact]
    public async Task ReadAllAsync_LowerAppendStillUnderWay_WaitsForItAtThatPoint()
    {
        await Store.AppendAsync([Granted("s/first", 0)], cancellationToken: Token);
        await using (var slow = await Store.BeginAsync(Token))
        {
            await slow.AppendAsync([Granted("s/slow", 0)], Token);
            await Store.AppendAsync([Granted("s/fast", 0)], cancellationToken: Token);
            Assert.Equal(["s/first"], (await Store.ReadAllAsync(0, 10, Token)).Select(e => e.StreamId));
            await slow.CommitAsync();
        }

        Assert.Equal(["s/first", "s/slow", "s/fast"], (await Store.ReadAllAsync(0, 10, Token)).Select(e => e.StreamId));
    }

    [Fact]
    public async Task ReadAllAsync_WhileManyWrite_MissesNothing()
    {
        var written = new ConcurrentBag<long>();
        var writers = Task.WhenAll(Enumerable.Range(0, 6).Select(writer => Task.Run(() => WriteAsync(writer, written), Token)));
        var seen = new List<long>();
        bool ended;
        do
        {
            ended = writers.IsCompleted; // Looked at before reading: the last reading comes after the last commit.
            seen.AddRange((await Store.ReadAllAsync(seen.Count == 0 ? 0 : seen[^1], 500, Token)).Select(e => e.Sequence));
        }
        while (!ended);

        await writers;
        Assert.Equal(seen.Order(), seen);
        Assert.Equal(written.Order(), seen);
    }

    // Every fifth transaction is undone: its numbers stay unused.
    private async Task WriteAsync(int writer, ConcurrentBag<long> written)
    {
        for (var i = 0; i < 100; i++)
        {
            await using var transaction = await Store.BeginAsync(Token);
            var first = await transaction.AppendAsync([Granted($"w{writer}/{i}", 0)], Token);
            var second = await transaction.AppendAsync([Granted($"w{writer}/{i}/b", 0)], Token);
            if (i % 5 != 4)
            {
                await transaction.CommitAsync();
                written.Add(first.LastSequence);
                written.Add(second.LastSequence);
            }
        }
    }
}

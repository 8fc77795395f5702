using DataHub.EventStore.Streams;
using DataHub.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace DataHub.EventStore.Tests.Streams;

/// <summary>Many callers at once: their small appends share transactions, their outcomes do not.</summary>
public sealed class SharedAppendTests(PostgresFixture postgres) : StoreTest(postgres)
{
    private readonly Refuser _refuser = new();

    protected override void Add(IServiceCollection services) => services.AddSingleton<ITransactionParticipant>(_refuser);

    [Fact]
    public async Task AppendAsync_ManyCallersAtOnce_FewerTransactionsThanAppends()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 400).Select(i => Store.AppendAsync([Granted($"s/{i}", 0, level: i)], cancellationToken: Token)));

        Assert.Equal(400, results.Select(result => result.LastSequence).Distinct().Count());
        Assert.Equal(400L, await Database.SuperuserAsync("select count(*) from datahub.mt_events where stream_id = 's/' || (data->>'Level')"));
        var transactions = (long)(await Database.SuperuserAsync("select count(distinct xmin::text) from datahub.mt_events"))!;
        Assert.InRange(transactions, 1, 200);
        foreach (var (result, i) in results.Select((result, i) => (result, i)))
        {
            Assert.Equal(result.LastSequence, Assert.Single((await Store.ReadAsync($"s/{i}", cancellationToken: Token)).Events).Sequence);
        }
    }

    [Fact]
    public async Task AppendAsync_SomeCallersWrong_OnlyTheyAreRefusedEachForItsOwnReason()
    {
        await Store.AppendAsync([Granted("s/taken", 0)], "used", cancellationToken: Token);
        _refuser.Poison = "poison";

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 240).Select(i => (i % 6) switch
        {
            0 => TryAsync([Granted($"s/new{i}", 0), Granted("s/taken", 0)]),
            1 => TryAsync([Granted($"s/new{i}", 5)]),
            2 => TryAsync([Granted($"s/new{i}", 0)], "used"),
            3 => TryAsync([Granted($"s/new{i}", 0, "poison")]),
            _ => TryAsync([Granted($"s/new{i}", 0), Withdrawn($"s/new{i}", 0)], $"key{i}"),
        }));

        foreach (var (outcome, i) in outcomes.Select((outcome, i) => (outcome, i)))
        {
            Assert.Equal((i % 6) switch { 0 or 1 => "STREAM_CONFLICT", 2 => "APPEND_KEY_REUSED", 3 => "poisoned", _ => "won" }, outcome);
            Assert.Equal(i % 6 > 3 ? 2 : 0, (await Store.ReadAsync($"s/new{i}", cancellationToken: Token)).Version);
        }

        Assert.Equal(1, (await Store.ReadAsync("s/taken", cancellationToken: Token)).Version);
        Assert.Equal(81L, await Database.SuperuserAsync("select count(*) from datahub.append_key"));
        Assert.Equal(81L, await Database.SuperuserAsync("select count(*) from datahub.mt_streams"));
    }

    [Fact]
    public async Task AppendAsync_OneStreamManyCallers_EachVersionIsWonOnce()
    {
        for (var version = 0; version < 5; version++)
        {
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => TryAsync([Granted("s/hot", version, level: i)])));
            Assert.Equal(1, outcomes.Count(outcome => outcome == "won"));
            Assert.Equal(39, outcomes.Count(outcome => outcome == "STREAM_CONFLICT"));
        }

        Assert.Equal([1L, 2, 3, 4, 5], (await Store.ReadAsync("s/hot", cancellationToken: Token)).Events.Select(e => e.Version));
    }

    [Fact]
    public async Task AppendAsync_SameKeyAmongManyOthers_IsAppendedOnceWithOneResult()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 300).Select(i =>
            Store.AppendAsync([Granted($"s/{i % 30}", 0, level: i % 30)], $"key{i % 30}", cancellationToken: Token)));

        Assert.All(results.Select((result, i) => (result, i)).GroupBy(pair => pair.i % 30), same => Assert.Single(same.Select(pair => pair.result.LastSequence).Distinct()));
        Assert.Equal(30L, await Database.SuperuserAsync("select count(*) from datahub.mt_events"));
    }

    [Fact]
    public async Task AppendAsync_ManyEventsOnAStreamThatExists_IsRefusedNamingIt()
    {
        await Store.AppendAsync([Granted("s/00700", 0)], cancellationToken: Token);
        var events = Enumerable.Range(0, 2_000).Select(i => Granted($"s/{i:00000}", 0)).ToList();
        var fault = await RefusedAsync("STREAM_CONFLICT", () => Store.AppendAsync(events, cancellationToken: Token));

        Assert.Contains("s/00700 is at version 1, not 0", fault.Message, StringComparison.Ordinal);
        Assert.Equal(1L, await Database.SuperuserAsync("select count(*) from datahub.mt_streams"));
    }

    [Theory]
    [InlineData("a\0b", "EVENT_TEXT")]
    [InlineData("large", "EVENT_TOO_LARGE")]
    public async Task AppendAsync_OneBadEventAmongMany_NothingIsStored(string holder, string code)
    {
        var bad = holder == "large" ? new string('x', 1 << 20) : holder;
        var events = Enumerable.Range(0, 2_000).Select(i => Granted($"s/{i}", 0, i == 1_900 ? bad : "p")).ToList();
        await RefusedAsync(code, () => Store.AppendAsync(events, cancellationToken: Token));
        Assert.Equal(0L, await Database.SuperuserAsync("select count(*) from datahub.mt_streams"));
        await Store.AppendAsync([Granted("s/0", 0)], cancellationToken: Token);
    }

    private async Task<string> TryAsync(NewEvent[] events, string? key = null)
    {
        try
        {
            return await Outcome.OfAsync(() => Store.AppendAsync(events, key, cancellationToken: Token));
        }
        catch (InvalidDataException)
        {
            return "poisoned";
        }
    }

    private sealed class Refuser : ITransactionParticipant
    {
        public string? Poison { get; set; }

        public Task OnAppendedAsync(EventTransaction transaction, IReadOnlyList<AppendedEvent> events, CancellationToken cancellationToken) =>
            Poison is not null && events.Any(e => e.Event.Data is PermitGranted granted && granted.Holder == Poison)
                ? throw new InvalidDataException("A participant refuses this event.")
                : Task.CompletedTask;
    }
}

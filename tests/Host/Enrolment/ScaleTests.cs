using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using DataHub.FrontEnd.Enrolling;
using DataHub.Host.Tests.Support;
using DataHub.Kernel.Access;
using DataHub.V1;

namespace DataHub.Host.Tests.Enrolment;

/// <summary>A whole county at once: every system enrols, sends a heartbeat and renews. How many: environment variable DATAHUB_TEST_ENROLMENTS, default 24; a county has 878.</summary>
public sealed class ScaleTests(HostFixture postgres) : IAsyncLifetime
{
    private const int AtOnce = 8;

    private static readonly int Count =
        int.TryParse(Environment.GetEnvironmentVariable("DATAHUB_TEST_ENROLMENTS"), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 24;

    private readonly WallClock _time = new();
    private EnrolmentHub _hub = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _hub = await EnrolmentHub.StartAsync(postgres, _time);

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task EnrolAndRenew_AllSystemsOfACounty_EachHasItsOwnCertificates()
    {
        string[] systems = [.. Enumerable.Range(1, Count).Select(number => $"fep-{number:0000}")];
        await _hub.RegisterAsync([.. systems.Select(system => Offices.System(system, SystemRole.Provider))]);
        var admin = await _hub.AsAsync(Offices.Admin);
        var identities = new ConcurrentDictionary<string, HubIdentity>();

        var watch = Stopwatch.StartNew();
        var reply = await admin.CreateTokensAsync(new CreateTokensRequest { Accounts = { systems } }, cancellationToken: Token);
        Note($"{Count} tokens", watch);
        await EachAsync(reply.Tokens, async token =>
        {
            var file = await new FrontEnd.Enrolling.Enrolment(_hub.Server.Address, _time).EnrolAsync(token.Token, reply.RootFingerprint, _hub.Sub(token.Account), Token);
            identities[token.Account] = HubIdentity.Load(file, _time);
        });
        Note($"{Count} enrolments", watch);
        var keepers = identities.ToDictionary(pair => pair.Key, pair => new IdentityKeeper(pair.Value, _hub.As(pair.Value), () => new HeartbeatFacts("1.0", 0, 0), _time));
        await EachAsync(keepers, pair => pair.Value.BeatAsync(Token));
        Note($"{Count} heartbeats over new connections", watch);
        await EachAsync(keepers, pair => pair.Value.BeatAsync(Token));
        Note($"{Count} heartbeats", watch);

        var due = keepers.Values.Select(keeper => keeper.RenewalDue).ToList();
        _time.Advance(TimeSpan.FromDays(6));
        await EachAsync(keepers, pair => pair.Value.BeatAsync(Token));
        Note($"{Count} heartbeats with renewal", watch);

        Assert.Equal(2 * Count, await _hub.CountAsync("select count(*) from datahub.account_certificate where account like 'fep-%'"));
        Assert.Equal(Count, await _hub.CountAsync("select count(distinct account) from datahub.account_certificate where account like 'fep-%'"));
        Assert.Equal(0, await _hub.AlertsAsync("CERTIFICATE_CLONED"));
        Assert.Empty((await admin.ListProcessorsAsync(new ListProcessorsRequest { OnlyDark = true }, cancellationToken: Token)).Processors);

        // Two thirds of 7 days and 5 minutes, and up to a twelfth more: nobody before, and not all together.
        Assert.All(due, instant => Assert.InRange(instant - _time.GetUtcNow(), TimeSpan.FromDays(-1.4), TimeSpan.FromDays(-0.7)));
        Assert.True(due.Distinct().Count() > Count / 2);
        foreach (var identity in identities.Values)
        {
            identity.Dispose();
        }
    }

    private static Task EachAsync<T>(IEnumerable<T> items, Func<T, Task> act) =>
        Parallel.ForEachAsync(items, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Token }, async (item, _) => await act(item));

    private static void Note(string what, Stopwatch watch)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {watch.Elapsed.TotalSeconds:F2} s"));
        watch.Restart();
    }
}

using DataHub.Host.Ledgering;
using DataHub.Host.Tests.Support;
using DataHub.Kernel.Access;
using DataHub.Ledger.Entries;
using DataHub.Ledger.Search;
using Grpc.Core;
using Grpc.Health.V1;

namespace DataHub.Host.Tests.Ledgering;

public sealed class CallRecorderTests(HostFixture postgres) : IAsyncLifetime
{
    private static readonly Metadata Steward = LedgeringServer.As("steward-1", roles: SystemRole.Steward);

    private LedgeringServer _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await LedgeringServer.StartAsync(postgres);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("well", StatusCode.OK, EntryKind.Read, "OK")]
    [InlineData("refuse", StatusCode.PermissionDenied, EntryKind.Refused, "NO_GRANT")]
    [InlineData("fail", StatusCode.Internal, EntryKind.Failed, "INTERNAL")]
    [InlineData("away", StatusCode.Unavailable, EntryKind.Failed, "SOURCE_AWAY")]
    public async Task Call_HoweverItEnds_IsRecordedWithWhatItWasAbout(string what, StatusCode status, EntryKind kind, string outcome)
    {
        Assert.Equal(status, await _server.TellAsync(what, Steward));

        var entry = Assert.Single(await RecordedAsync());
        Assert.Equal(
            (kind, outcome, "steward-1", "11330382MB9902916X", "StewardshipService/GetQualityReport", "pseudonym", "case \uFFFD 7", what),
            (entry.Kind, entry.Outcome, entry.Account, entry.Organisation, entry.Method, entry.Subject, entry.CaseNo, entry.Target));
    }

    [Fact]
    public async Task Call_RecordedByItsService_IsNotRecordedTwice()
    {
        Assert.Equal(StatusCode.OK, await _server.TellAsync("recorded", Steward));

        Assert.Empty(await RecordedAsync());
    }

    [Fact]
    public async Task Call_WithoutTheRole_IsRecordedUnderItsAccount()
    {
        Assert.Equal(StatusCode.PermissionDenied, await _server.TellAsync("well", LedgeringServer.As("curious-1", roles: SystemRole.Consumer)));

        var entry = Assert.Single(await RecordedAsync());
        Assert.Equal((EntryKind.Refused, "ROLE_REQUIRED", "curious-1"), (entry.Kind, entry.Outcome, entry.Account));
    }

    [Theory]
    [InlineData("well")]
    [InlineData("refuse")]
    [InlineData("fail")]
    public async Task Call_ThatCannotBeRecorded_FailsUnavailable(string what)
    {
        await _server.TellAsync("well", Steward);
        await _server.Database.SuperuserAsync("revoke insert on datahub.ledger_entry from datahub_hub");

        Assert.Equal(StatusCode.Unavailable, await _server.TellAsync(what, Steward));
    }

    [Fact]
    public async Task Strangers_HoweverOftenTheyKnock_AreRecordedSomeTimesAndCounted()
    {
        for (var i = 0; i < 60; i++)
        {
            Assert.Equal(StatusCode.Unauthenticated, await _server.TellAsync("well", null));
        }

        await _server.StopAsync();

        var entries = await RecordedAsync();
        Assert.Equal(StrangerBudget.OfAnAddress, entries.Count(entry => entry.Outcome == "CERTIFICATE_REQUIRED"));
        Assert.Equal($"{60 - StrangerBudget.OfAnAddress} more refused calls of strangers", Assert.Single(entries, entry => entry.Outcome == "STRANGERS_COUNTED").Target);
    }

    [Fact]
    public async Task Health_IsNobodysDoing_AndNotRecorded()
    {
        await new Health.HealthClient(_server.Channel).CheckAsync(new HealthCheckRequest(), cancellationToken: Token);

        Assert.Empty(await RecordedAsync());
    }

    private async Task<List<LedgerEntry>> RecordedAsync() =>
        [.. (await _server.Get<LedgerSearch>().FindAsync(new LedgerQuery(), Token)).Select(found => found.Entry)];
}

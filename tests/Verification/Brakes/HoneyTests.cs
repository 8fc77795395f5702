using DataHub.Kernel.Alerts;
using DataHub.Kernel.Faults;
using DataHub.TestKit;
using DataHub.Verification.Brakes;
using DataHub.Verification.Tests.Support;
using Google.Protobuf;
using static DataHub.Verification.Tests.Support.Requests;

namespace DataHub.Verification.Tests.Brakes;

public sealed class HoneyTests(VerificationFixture postgres) : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private VerificationNode _hub = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Subject => _hub.Pseudonyms.OfSubject("resident_id", Zhang);

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CloneAsync();
        _hub = new VerificationNode(_database, new ManualTime());
        _hub.Records.Hold(Subject, ("area", "60"));
        await _hub.Get<QuestionWatch>().StartAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.Get<QuestionWatch>().StopAsync(CancellationToken.None);
        await _hub.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Answer_AboutATrap_IsOrdinaryAndAlertsTheSecurityAdministrator()
    {
        var before = await _hub.AskAsync(Of("r1", Houses.Claim("area", value: "60")));
        await _hub.Get<HoneyRegister>().MarkAsync(Subject, "nobody's house", "security-1", Token);
        var after = await _hub.AskAsync(Of("r2", Houses.Claim("area", value: "60")));

        var alert = await _hub.Alerts.NextAsync();
        Assert.Equal(("HONEY_RECORD", AlertLevel.Critical, "approval-1", Subject), (alert.Code, alert.Level, alert.Account, alert.Subject));
        (before.Receipt, after.Receipt, after.RequestId) = (ByteString.Empty, ByteString.Empty, "r1");
        Assert.Equal(before.ToByteArray(), after.ToByteArray());
    }

    [Fact]
    public async Task Answer_RefusedQuestionAboutATrap_AlertsAsWell()
    {
        _hub.Grants.Clear();
        await _hub.Get<HoneyRegister>().MarkAsync(Subject, "nobody's house", "security-1", Token);
        await _hub.RefusedAsync("GRANT_REQUIRED", Of("r1", Houses.Claim("area", value: "60")));
        Assert.Equal("HONEY_RECORD", (await _hub.Alerts.NextAsync()).Code);
    }

    [Fact]
    public async Task Alerts_Away_AreRaisedWhenTheyAreBack()
    {
        _hub.Alerts.Failures = 1;
        await _hub.Get<HoneyRegister>().MarkAsync(Subject, "nobody's house", "security-1", Token);
        await _hub.AskAsync(Of("r1", Houses.Claim("area", value: "60")));
        Assert.Equal("HONEY_RECORD", (await _hub.Alerts.NextAsync()).Code);
        Assert.Equal(0, _hub.Alerts.Failures);
    }

    [Fact]
    public async Task Stop_LooksAtWhatIsWaiting()
    {
        await _hub.Get<HoneyRegister>().MarkAsync(Subject, "nobody's house", "security-1", Token);
        await _hub.AskAsync(Of("r1", Houses.Claim("area", value: "60")));
        await _hub.Get<QuestionWatch>().StopAsync(Token);
        Assert.Equal("HONEY_RECORD", Assert.Single(_hub.Alerts.Rest()).Code);
    }

    [Fact]
    public async Task Unmark_Trap_MakesItAnOrdinarySubject()
    {
        var honey = _hub.Get<HoneyRegister>();
        await honey.MarkAsync(Subject, "one", "security-1", Token);
        await honey.MarkAsync(Subject, "two", "security-2", Token);
        Assert.Equal(new MarkedSubject(Subject, "two", "security-2", _hub.Time.GetUtcNow()), Assert.Single(await honey.ListAsync(Token)));

        await honey.UnmarkAsync(Subject, Token);
        await _hub.AskAsync(Of("r1", Houses.Claim("area", value: "60")));
        await _hub.Get<QuestionWatch>().StopAsync(Token);
        Assert.Empty(_hub.Alerts.Rest());
        var fault = await Assert.ThrowsAsync<FaultException>(() => honey.UnmarkAsync(Subject, Token));
        Assert.Equal((FaultKind.Unknown, "HONEY_UNKNOWN"), (fault.Kind, fault.Code));
    }
}

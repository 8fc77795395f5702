using DataHub.Kernel.Identifiers;
using DataHub.TestKit;
using DataHub.Verification.Brakes;
using DataHub.Verification.Tests.Support;
using static DataHub.Verification.Tests.Support.Requests;

namespace DataHub.Verification.Tests.Brakes;

/// <summary>That what the desk answers reaches the watch, and the watch the security administrator.</summary>
public sealed class QuestionWatchTests(VerificationFixture postgres) : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private VerificationNode _hub = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CloneAsync();
        _hub = new VerificationNode(
            _database, new ManualTime(), ("DelayStep", "00:00:00"), ("RatioMinimum", "3"), ("RatioLimit", "0.5"), ("NeighbourLimit", "4"), ("AbsentLimit", "1000"), ("PerCaller", "1"));
        _hub.Records.Hold(_hub.Pseudonyms.OfSubject("resident_id", Zhang), ("area", "60"));
        await _hub.Get<QuestionWatch>().StartAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Answers_MostlyNegative_RaiseMismatchRatio()
    {
        foreach (var year in (string[])["1950", "1951", "1952"])
        {
            await _hub.AskAsync(About(IdOf($"110105{year}1231002"), $"r{year}", Houses.Claim("area", value: "61")));
        }

        Assert.Equal("MISMATCH_RATIO", await OnlyAlertAsync());
    }

    [Fact]
    public async Task Questions_AboutNeighbours_RaiseEnumerationThoughEachIsRefused()
    {
        _hub.Grants.Clear();
        for (var i = 0; i < 4; i++)
        {
            await _hub.RefusedAsync("GRANT_REQUIRED", About(IdOf($"{Zhang[..14]}10{i}"), $"r{i}", Houses.Claim("area", value: "61")));
        }

        Assert.Equal("ENUMERATION", await OnlyAlertAsync());
    }

    [Fact]
    public async Task Budget_UsedUp_RaisesMismatchBudgetWithTheSubject()
    {
        await _hub.AskAsync(Of("r1", Houses.Claim("area", value: "61")));
        await _hub.RefusedAsync("MISMATCH_BUDGET", Of("r2", Houses.Claim("area", value: "62")));
        await _hub.Get<QuestionWatch>().StopAsync(Token);
        var alert = Assert.Single(_hub.Alerts.Rest());
        Assert.Equal(("MISMATCH_BUDGET", "approval-1", _hub.Pseudonyms.OfSubject("resident_id", Zhang)), (alert.Code, alert.Account, alert.Subject));
    }

    private static string IdOf(string first17) => first17 + ResidentId.CheckCharacter(first17);

    private async Task<string> OnlyAlertAsync()
    {
        await _hub.Get<QuestionWatch>().StopAsync(Token);
        return Assert.Single(_hub.Alerts.Rest()).Code;
    }
}

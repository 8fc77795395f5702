using DataHub.Acceptance.Tests.Support;
using DataHub.Cli.Demo;
using DataHub.V1;
using Google.Protobuf;

namespace DataHub.Acceptance.Tests;

/// <summary>A hub that is told to stop, and started again on what it left. Ctrl-C and SIGTERM are orders, not failures: exit code 0.</summary>
[Collection(TownHubCollection.Name)]
public sealed class RestartTests(TownHub hub)
{
    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task Serve_StoppedAndStartedAgain_LeavesNothingAndKnowsEverything(string signal)
    {
        var answers = await AnswersAsync();
        var minted = await MintAsync();
        var traces = await hub.Database.TracesAsync();
        var socketFolder = hub.Database.SocketFolder;

        await hub.Process.SignalAsync(signal);
        Assert.Equal(0, await hub.Process.ExitAsync());
        Assert.Equal("", hub.Process.Errors);
        Assert.Equal([], Servers.On(hub.DataFolder));
        Assert.False(Directory.Exists(socketFolder));
        Assert.False(File.Exists(Path.Combine(hub.DataFolder, "running.json")));

        await hub.StartAsync();
        Assert.Equal(traces, await hub.Database.TracesAsync());
        Assert.Equal(answers, await AnswersAsync());
        using var approval = hub.As(DemoSystems.Approval);
        Assert.True((await LicenceCalls.VerifyAsync(approval, minted)).Accepted);
        var again = await hub.PushAsync("insurance_participation", hub.Town.File("insurance_participation").Watermark);
        Assert.Equal(hub.Pushed["insurance_participation"].Receipt.ToByteArray(), again.Receipt.ToByteArray());
    }

    private async Task<LicenceDocument> MintAsync()
    {
        using var issuer = hub.As(DemoSystems.Issuer);
        return (await LicenceCalls.MintAsync(issuer, hub.Town.Cases.Builder)).Document;
    }

    private async Task<List<ClaimAnswer>> AnswersAsync()
    {
        var cases = hub.Town.Cases;
        VerifyRequest[] questions =
        [
            Questions.IsCalled(cases.PropertyOwner.Person, cases.PropertyOwner.Person.Name),
            Questions.IsCalled(cases.MiddleDot, cases.MiddleDot.Name),
            Questions.OwnsProperty(cases.CoOwners.Second),
            Questions.OwnsProperty(cases.NonOwner),
            Questions.HasPaidMonths(cases.NewlyInsured.Person, "12"),
            Questions.Represents(cases.LegalRep.Person),
            Questions.IsInBusiness(cases.SoleTrader.Uscc),
        ];
        using var approval = hub.As(DemoSystems.Approval);
        var answers = new List<ClaimAnswer>();
        foreach (var question in questions)
        {
            answers.AddRange((await approval.Verification.VerifyAsync(question, cancellationToken: TestContext.Current.CancellationToken)).Answers);
        }

        return answers;
    }
}

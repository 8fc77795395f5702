using System.Globalization;
using DataHub.Acceptance.Tests.Support;
using DataHub.Cli.Demo;
using DataHub.V1;

namespace DataHub.Acceptance.Tests;

/// <summary>The sealing keys from the command line, on a hub full of people.</summary>
[Collection(TownHubCollection.Name)]
public sealed class KeysTests(TownHub hub)
{
    [Fact]
    public async Task Keys_RotatedWhileTheHubServes_AnswersStayAndTheOldFileIsNotNeeded()
    {
        var before = await AnswerAsync();
        var number = await NewestAsync() + 1;
        var added = await RunAsync("add");
        Assert.Contains($"kek-{number}.key", added, StringComparison.Ordinal);
        await Wait.UntilAsync(async () => (await RunAsync("status")).Contains($"kek-{number} is there", StringComparison.Ordinal));
        await RunAsync("activate", Text(number));
        Assert.Contains("KEY_IN_USE", await RefusedAsync("retire", Text(number - 1)), StringComparison.Ordinal);
        await RunAsync("rewrap");
        await RunAsync("retire", Text(number - 1), "--destroy");

        Assert.False(File.Exists(Path.Combine(hub.DataFolder, "keys", $"kek-{number - 1}.key")));
        await hub.Process.SignalAsync("TERM");
        Assert.Equal(0, await hub.Process.ExitAsync());
        await hub.StartAsync();
        Assert.Equal(before, await AnswerAsync());
    }

    [Fact]
    public async Task Keys_BackedUpAndLost_AreRestoredWhileTheHubIsStopped()
    {
        using var folder = new TempFolder();
        var file = folder.Sub("wrapped.keys");
        var before = await AnswerAsync();
        var backup = await RunAsync("backup", file);
        await hub.Process.SignalAsync("TERM");
        Assert.Equal(0, await hub.Process.ExitAsync());
        Assert.StartsWith("0 of ", await RunAsync("restore", file), StringComparison.Ordinal); // Nothing is missing.
        Assert.Equal([], Servers.On(hub.DataFolder));

        await hub.StartAsync();
        Assert.Equal(before, await AnswerAsync());
        Assert.EndsWith(" keys\n", backup, StringComparison.Ordinal);
        Assert.DoesNotContain(": 0 keys", backup, StringComparison.Ordinal);
        await File.AppendAllTextAsync(file, "x", TestContext.Current.CancellationToken);
        Assert.Contains("KEY_BACKUP", await RefusedAsync("restore", file), StringComparison.Ordinal);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private async Task<int> NewestAsync() => (await RunAsync("status")).Split('\n').Where(line => line.StartsWith("| kek-", StringComparison.Ordinal))
        .Max(line => int.Parse(line["| kek-".Length..].Split(' ')[0], CultureInfo.InvariantCulture));

    private async Task<string> RunAsync(params string[] arguments)
    {
        await using var process = await HubProcess.RunAsync(["keys", .. arguments, "--data", hub.DataFolder]);
        Assert.Equal((0, ""), (await process.ExitAsync(), process.Errors));
        return process.Output;
    }

    private async Task<string> RefusedAsync(params string[] arguments)
    {
        await using var process = await HubProcess.RunAsync(["keys", .. arguments, "--data", hub.DataFolder]);
        Assert.Equal(1, await process.ExitAsync());
        return process.Errors;
    }

    private async Task<ClaimAnswer> AnswerAsync()
    {
        using var approval = hub.As(DemoSystems.Approval);
        var question = Questions.OwnsProperty(hub.Town.Cases.CoOwners.Second);
        return (await approval.Verification.VerifyAsync(question, cancellationToken: TestContext.Current.CancellationToken)).Answers[0];
    }
}

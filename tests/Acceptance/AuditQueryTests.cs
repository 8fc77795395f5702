using DataHub.Acceptance.Tests.Support;
using DataHub.Cli.Demo;
using DataHub.V1;

namespace DataHub.Acceptance.Tests;

/// <summary>What an auditor and a security administrator ask a running hub from the command line.</summary>
[Collection(TownHubCollection.Name)]
public sealed class AuditQueryTests(TownHub hub)
{
    private const string Bureau = "清河市政务服务管理办公室";

    private Town.TownPerson Person => hub.Town.Cases.Builder;

    [Fact]
    public async Task SearchAndTrace_OfAnAnswer_SayWhoAskedForWhichCaseAndAreRecordedThemselves()
    {
        await AskAsync("TRACED-1");
        var found = await RunAsync(input: "", "audit", "search", "--case", "TRACED-1", "--kind", "answered");
        Assert.Contains(DemoSystems.Approval, found, StringComparison.Ordinal);
        Assert.Contains("VerificationService/Verify", found, StringComparison.Ordinal);

        var traced = await RunAsync(Person.Id, "audit", "trace", "resident_id", "--most", "100000");
        Assert.Contains(traced.Split('\n'), line => line.Contains(Bureau, StringComparison.Ordinal) && line.Contains("TRACED-1", StringComparison.Ordinal));
        Assert.DoesNotContain(Person.Id, traced, StringComparison.Ordinal);

        var asked = await RunAsync(input: "", "audit", "search", "--account", "auditor-1", "--method", "AuditService/Trace");
        Assert.Contains("Read", asked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Traps_MarkedAskedAboutAndUnmarked_AlertTheSecurityAdministrator()
    {
        var pseudonym = (await RunAsync(Person.Id, "access", "traps", "mark", "resident_id", "nobody has a reason")).Trim();
        Assert.Contains(pseudonym, await RunAsync(input: "", "access", "traps", "list"), StringComparison.Ordinal);
        await AskAsync("TRAPPED-1");
        await Wait.UntilAsync(async () => (await RunAsync(input: "", "access", "alerts")).Contains("HONEY_RECORD", StringComparison.Ordinal));
        await RunAsync(input: "", "access", "traps", "unmark", pseudonym);
        Assert.DoesNotContain(pseudonym, await RunAsync(input: "", "access", "traps", "list"), StringComparison.Ordinal);
    }

    private async Task AskAsync(string caseNo)
    {
        using var approval = hub.As(DemoSystems.Approval);
        var question = Questions.IsCalled(Person, Person.Name);
        question.Purpose.CaseNo = caseNo;
        var reply = await approval.Verification.VerifyAsync(question, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(Result.Match, reply.Answers[0].Result);
    }

    private async Task<string> RunAsync(string input, params string[] command)
    {
        await using var process = HubProcess.StartThrough(["/bin/sh", "-c", "printf '%s\\n' \"$0\" | \"$@\"", input], new Dictionary<string, string>(), [.. command, "--data", hub.DataFolder]);
        Assert.Equal((0, ""), (await process.ExitAsync(), process.Errors));
        return process.Output;
    }
}

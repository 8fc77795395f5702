using DataHub.Acceptance.Tests.Support;
using DataHub.V1;

namespace DataHub.Acceptance.Tests;

/// <summary>The register of access from the command line, as administrators use it.</summary>
[Collection(TownHubCollection.Name)]
public sealed class AccessCommandTests(TownHub hub)
{
    [Fact]
    public async Task Propose_AFileAndApproveIt_LetsTheSystemIn()
    {
        using var folder = new TempFolder();
        var file = folder.Sub("more.yaml");
        await File.WriteAllTextAsync(
            file,
            """
            organisations: [{ uscc: 11330382MB9902916X, name: 清河市政务服务管理办公室 }]
            accounts: [{ id: cli-tester-1, type: system, organisation: 11330382MB9902916X, roles: [consumer] }]
            """,
            TestContext.Current.CancellationToken);
        Assert.Equal((0, ""), await RunAsync("propose", file, "--reason", "a test"));
        var change = await WaitingAsync();

        await using (var shown = await HubProcess.RunAsync("access", "show", change, "--data", hub.DataFolder))
        {
            Assert.Contains("cli-tester-1", shown.Output, StringComparison.Ordinal);
        }

        Assert.Equal((0, ""), await RunAsync("approve", change, "--as", "security-1"));
        Assert.Contains("CHANGE_DECIDED", (await RunAsync("approve", change, "--as", "security-2")).Errors, StringComparison.Ordinal);
        Assert.Equal((0, ""), await RunAsync("certify", "cli-tester-1"));
        using var system = hub.As("cli-tester-1");
        await system.Catalog.SearchAsync(new SearchRequest { Query = "不动产" }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal((0, ""), await RunAsync("suspend", "cli-tester-1", "a test"));
        await using var accounts = await HubProcess.RunAsync("access", "accounts", "--role", "consumer", "--data", hub.DataFolder);
        Assert.Contains(accounts.Output.Split('\n'), line => line.Contains("cli-tester-1", StringComparison.Ordinal) && line.Contains("Suspended", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Found_OfAHubWithAdministrators_IsRefused()
    {
        var (exit, errors) = await RunAsync("found", "--organisation", Testers.Organisation, "--name", "another");
        Assert.Equal(1, exit);
        Assert.Contains("FOUNDED_ALREADY", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("accounts: [{ id: Cli, type: system, organisation: 11330382MB9902916X, roles: [consumer] }]", "accounts[0].account_id")]
    [InlineData("accounts: [{ id: a, type: system, organisation: 11330382MB99029160, roles: [consumer] }]", "accounts[0].organisation")]
    [InlineData("accounts: [{ id: a, type: system, organisation: 11330382MB9902916X, roles: [auditor] }]", "ROLE_FOR_PERSONS")]
    [InlineData("accounts: [{ id: a, type: person, organisation: 11330382MB9902916X, roles: [auditor, system_administrator] }]", "ROLES_SEPARATED")]
    [InlineData("accounts: [{ id: approval-1, type: system, organisation: 11330382MB9902916X, roles: [consumer] }]", "ACCOUNT_EXISTS")]
    [InlineData("grants: [{ consumer: 11330382MB9902916X, resource: legal_entity, fields: ['*'], purposes: ['33011700201'], operations: [verify] }]", "grants[0].purposes")]
    [InlineData("grants: [{ consumer: 11330382MB9902916X, resource: legal_entity, fields: ['*', name], purposes: ['*'], operations: [verify] }]", "grants[0].fields")]
    [InlineData("grants: [{ consumer: 11330382MB9902916X, resource: legal_entity, fields: ['*'], purposes: ['*'], operations: [verify], until: 2020-01-01 }]", "grants[0].until")]
    [InlineData("revoke: [nothing]", "GRANT_UNKNOWN")]
    [InlineData("emperors: [me]", "ACCESS_FILE")]
    public async Task Propose_WhatCannotBe_SaysWhatAndWhere(string yaml, string said)
    {
        using var folder = new TempFolder();
        var file = folder.Sub("bad.yaml");
        await File.WriteAllTextAsync(file, yaml, TestContext.Current.CancellationToken);
        var (exit, errors) = await RunAsync("propose", file, "--reason", "a test");
        Assert.Equal(1, exit);
        Assert.Contains(said, errors, StringComparison.Ordinal);
    }

    private async Task<(int Exit, string Errors)> RunAsync(params string[] arguments)
    {
        await using var process = await HubProcess.RunAsync(["access", .. arguments, "--data", hub.DataFolder]);
        return (await process.ExitAsync(), process.Errors);
    }

    private async Task<string> WaitingAsync()
    {
        using var security = hub.As("security-1");
        var reply = await security.Access.ListChangesAsync(
            new ListChangesRequest { Standing = ChangeStanding.Proposed, PageSize = 1 }, cancellationToken: TestContext.Current.CancellationToken);
        return Assert.Single(reply.Changes).ChangeId;
    }
}

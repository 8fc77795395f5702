using DataHub.EventStore;
using DataHub.Host.Access;
using DataHub.Host.Tests.Support;
using DataHub.Kernel.Access;
using DataHub.Kernel.Faults;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace DataHub.Host.Tests.Access;

/// <summary>Changes of the register on a real database, as the role of production.</summary>
public sealed class AccessDeskTests(HostFixture postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Found_Twice_IsRefused()
    {
        await using var offices = await Offices.FoundAsync(postgres);
        var fault = await Assert.ThrowsAsync<FaultException>(() => offices.Desk.FoundAsync(Offices.Bureau, "another", Offices.Founders, Token));
        Assert.Equal("FOUNDED_ALREADY", fault.Code);
    }

    [Fact]
    public async Task Found_OfAHub_IsInItsEventsAndMakesFourPersons()
    {
        await using var offices = await Offices.FoundAsync(postgres);
        var history = (await offices.Services.GetRequiredService<IEventStore>().ReadAsync("qinghe/account/security-1", cancellationToken: Token)).Events;
        var registered = Assert.IsType<AccountRegistered>(Assert.Single(history).Data);
        Assert.Equal((AccountKind.Person, AccessAct.Folder), (registered.Kind, registered.Act.By));
        Assert.Equal([SystemRole.SecurityAdministrator], registered.Roles);
        Assert.Equal(4L, await offices.Database.SuperuserAsync("select count(*) from datahub.account where kind = 'person' and state = 'active'"));
    }

    [Fact]
    public async Task Approve_ByWhoProposed_IsRefusedAndChangesNothing()
    {
        await using var offices = await Offices.FoundAsync(postgres);
        var change = await offices.Desk.ProposeAsync(new ChangeContent { Accounts = [Offices.System("fep-1", SystemRole.Provider)] }, "new", Offices.First, Token);
        Assert.Equal("OWN_PROPOSAL", (await Assert.ThrowsAsync<FaultException>(() => offices.Desk.ApproveAsync(change.Id, Offices.First, Token))).Code);
        Assert.Null(await offices.Register.FindAsync("fep-1", Token));
    }

    [Fact]
    public async Task Approve_OfOwnAccount_IsRefused()
    {
        await using var offices = await Offices.FoundAsync(postgres);
        var content = new ChangeContent { Roles = [new ProposedRoles(Offices.First, [SystemRole.SecurityAdministrator, SystemRole.Steward])] };
        var change = await offices.Desk.ProposeAsync(content, "more", Offices.Admin, Token);
        Assert.Equal("OWN_ACCOUNT", (await Assert.ThrowsAsync<FaultException>(() => offices.Desk.ApproveAsync(change.Id, Offices.First, Token))).Code);
        await offices.Desk.ApproveAsync(change.Id, Offices.Second, Token);
        Assert.Equal(2, (await offices.Register.FindAsync(Offices.First, Token))!.Roles.Count);
    }

    [Fact]
    public async Task Approve_ByASystem_IsRefused()
    {
        await using var offices = await Offices.FoundAsync(postgres);
        await offices.ChangeAsync(new ChangeContent { Accounts = [Offices.System("fep-1", SystemRole.Provider)] });
        var change = await offices.Desk.ProposeAsync(new ChangeContent { Closed = ["fep-1"] }, "gone", Offices.Admin, Token);
        Assert.Equal("PERSON_REQUIRED", (await Assert.ThrowsAsync<FaultException>(() => offices.Desk.ApproveAsync(change.Id, "fep-1", Token))).Code);
    }

    [Fact]
    public async Task Approve_TwiceAtOnce_OneWins()
    {
        await using var offices = await Offices.FoundAsync(postgres);
        var change = await offices.Desk.ProposeAsync(new ChangeContent { Accounts = [Offices.System("fep-1", SystemRole.Provider)] }, "new", Offices.Admin, Token);
        var outcomes = await Task.WhenAll(((string[])[Offices.First, Offices.Second]).Select(by => OutcomeOfAsync(() => offices.Desk.ApproveAsync(change.Id, by, Token))));
        Assert.Equal(["CHANGE_DECIDED", "done"], outcomes.Order());
        Assert.Equal(2, (await offices.Services.GetRequiredService<IEventStore>().ReadAsync($"qinghe/change/{change.Id}", cancellationToken: Token)).Version);
    }

    // Both orders are lawful; what is not is an approval by somebody who was no security administrator any more.
    [Fact]
    public async Task Approve_WhileTheApproverLosesTheRole_IsBeforeItOrRefused()
    {
        await using var offices = await Offices.FoundAsync(postgres);
        var account = await offices.Desk.ProposeAsync(new ChangeContent { Accounts = [Offices.System("fep-1", SystemRole.Provider)] }, "new", Offices.Admin, Token);
        var demotion = await offices.Desk.ProposeAsync(new ChangeContent { Roles = [new ProposedRoles(Offices.Second, [SystemRole.Steward])] }, "moved", Offices.Admin, Token);
        var outcomes = await Task.WhenAll(
            OutcomeOfAsync(() => offices.Desk.ApproveAsync(demotion.Id, Offices.First, Token)), OutcomeOfAsync(() => offices.Desk.ApproveAsync(account.Id, Offices.Second, Token)));
        Assert.Equal("done", outcomes[0]);
        var order = await offices.Database.SuperuserAsync(
            $"""
            select string_agg(stream_id, ' ' order by seq_id) from datahub.mt_events
            where type = 'change_approved' and stream_id in ('qinghe/change/{account.Id}', 'qinghe/change/{demotion.Id}')
            """);
        Assert.Equal(outcomes[1] == "done" ? $"qinghe/change/{account.Id} qinghe/change/{demotion.Id}" : $"qinghe/change/{demotion.Id}", order);
        Assert.True(outcomes[1] is "done" or "ROLE_REQUIRED", outcomes[1]);
        Assert.Equal("ROLE_REQUIRED", await OutcomeOfAsync(() => offices.Desk.ApproveAsync(account.Id, Offices.Second, Token)));
    }

    [Fact]
    public async Task Approve_OfAThousandAccountsOneOfWhichCameFirst_DoesNothing()
    {
        await using var offices = await Offices.FoundAsync(postgres);
        ProposedAccount[] accounts = [.. Enumerable.Range(1, 1_000).Select(number => Offices.System($"fep-{number}", SystemRole.Provider))];
        var change = await offices.Desk.ProposeAsync(new ChangeContent { Accounts = accounts }, "the townships", Offices.Admin, Token);
        await offices.ChangeAsync(new ChangeContent { Accounts = [Offices.System("fep-500", SystemRole.Provider)] });
        var fault = await Assert.ThrowsAsync<FaultException>(() => offices.Desk.ApproveAsync(change.Id, Offices.First, Token));
        Assert.Equal(("ACCOUNT_EXISTS", "accounts[499].account_id"), (fault.Code, fault.Field));
        Assert.Null(await offices.Register.FindAsync("fep-1", Token));
    }

    [Fact]
    public async Task Approve_OfAThousandAccountsAndAThousandGrants_DoesThemAll()
    {
        await using var offices = await Offices.FoundAsync(postgres);
        await offices.ChangeAsync(new ChangeContent { Accounts = [.. Enumerable.Range(1, 1_000).Select(number => Offices.System($"fep-{number}", SystemRole.Provider))] });
        await offices.ChangeAsync(new ChangeContent { Grants = [.. Enumerable.Range(1, 1_000).Select(number => new ProposedGrant($"g-{number}", Offices.Terms($"r_{number}")))] });
        Assert.Equal(1_000L, await offices.Database.SuperuserAsync("select count(*) from datahub.account where kind = 'system'"));
        Assert.Equal(1_000L, await offices.Database.SuperuserAsync("select count(*) from datahub.access_grant where not is_revoked"));
    }

    [Fact]
    public async Task Suspend_ByOnePerson_NeedsTwoToResume()
    {
        await using var offices = await Offices.FoundAsync(postgres);
        await offices.RegisterAsync(Offices.System("fep-1", SystemRole.Provider));
        await offices.Desk.SuspendAsync("fep-1", "strange", Offices.First, Token);
        Assert.Equal(AccountState.Suspended, (await offices.Register.FindAsync("fep-1", Token))!.State);
        var certificate = Offices.Certificate("another", offices.Time);
        Assert.Equal("ACCOUNT_SUSPENDED", (await Assert.ThrowsAsync<FaultException>(() => offices.Register.RecordCertificateAsync("fep-1", certificate, Offices.Admin, Token))).Code);

        var change = await offices.Desk.ProposeAsync(new ChangeContent { Resumed = ["fep-1"] }, "cleared up", Offices.First, Token);
        Assert.Equal("OWN_PROPOSAL", await OutcomeOfAsync(() => offices.Desk.ApproveAsync(change.Id, Offices.First, Token)));
        await offices.Desk.ApproveAsync(change.Id, Offices.Second, Token);
        Assert.Equal(AccountState.Active, (await offices.Register.FindAsync("fep-1", Token))!.State);
    }

    [Theory]
    [InlineData(Offices.Admin)]
    [InlineData("auditor-1")]
    public async Task Suspend_ByAnyOtherRole_IsRefused(string by)
    {
        await using var offices = await Offices.FoundAsync(postgres);
        Assert.Equal("ROLE_REQUIRED", (await Assert.ThrowsAsync<FaultException>(() => offices.Desk.SuspendAsync(Offices.First, "no", by, Token))).Code);
    }

    [Fact]
    public async Task RevokeCertificate_Twice_IsOneEvent()
    {
        await using var offices = await Offices.FoundAsync(postgres);
        await offices.RegisterAsync(Offices.System("fep-1", SystemRole.Provider));
        var thumbprint = Offices.Certificate("fep-1", offices.Time).Thumbprint;
        await offices.Register.RevokeCertificateAsync(thumbprint, "lost", Offices.First, Token);
        await offices.Register.RevokeCertificateAsync(thumbprint, "lost", Offices.First, Token);
        Assert.Empty(await offices.Register.CertificatesOfAsync("fep-1", Token));
        Assert.Equal(1L, await offices.Database.SuperuserAsync("select count(*) from datahub.mt_events where type = 'certificate_revoked'"));
    }

    // Whoever gets past the program is stopped by the table.
    [Theory]
    [InlineData("array['auditor', 'systemadministrator']")]
    [InlineData("array['auditor', 'securityadministrator']")]
    [InlineData("array['systemadministrator', 'securityadministrator']")]
    [InlineData("array['emperor']")]
    [InlineData("array[null]::text[]")]
    public async Task Account_WithRolesThatDoNotGoTogether_IsRefusedByTheDatabase(string roles)
    {
        await using var offices = await Offices.FoundAsync(postgres);
        await using var update = offices.Database.Sources.Hub.CreateCommand($"update datahub.account set roles = {roles} where id = 'security-1'");
        Assert.Equal(PostgresErrorCodes.CheckViolation, (await Assert.ThrowsAsync<PostgresException>(() => update.ExecuteNonQueryAsync(Token))).SqlState);
    }

    [Theory]
    [InlineData("update datahub.account set kind = 'person'")]
    [InlineData("update datahub.account_certificate set account = 'security-1'")]
    [InlineData("update datahub.access_grant set consumer = 'x'")]
    [InlineData("update datahub.access_change set proposed_by = 'x'")]
    [InlineData("delete from datahub.account")]
    [InlineData("delete from datahub.account_certificate")]
    [InlineData("delete from datahub.access_grant")]
    [InlineData("delete from datahub.alert")]
    public async Task Register_AsTheHubsRole_CannotBeRewritten(string sql)
    {
        await using var offices = await Offices.FoundAsync(postgres);
        await using var command = offices.Database.Sources.Hub.CreateCommand(sql);
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Token))).SqlState);
    }

    private static async Task<string> OutcomeOfAsync(Func<Task> act)
    {
        try
        {
            await act();
            return "done";
        }
        catch (FaultException fault)
        {
            return fault.Code;
        }
    }
}

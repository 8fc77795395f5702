using System.Collections.Concurrent;
using DataHub.Cli;
using DataHub.Crypto.Certificates;
using DataHub.Host.Access;
using DataHub.Host.Keys;
using DataHub.Kernel.Access;
using DataHub.V1;

namespace DataHub.Acceptance.Tests.Support;

/// <summary>Accounts made for tests, by the road everybody takes: proposed by one person, approved by another, then certified.</summary>
/// <param name="dataFolder">Data folder of the running hub.</param>
internal sealed class Testers(string dataFolder)
{
    public const string Organisation = "11330382MB9902916X";

    private readonly ConcurrentDictionary<SystemRole, Lazy<Task<string>>> _byRole = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The certificate of an account that has this role and no other; the same for all tests.</summary>
    public async Task<TlsCredential> InRoleAsync(SystemRole role) =>
        TlsCredential.Load(await _byRole.GetOrAdd(role, _ => new Lazy<Task<string>>(() => RegisterAsync($"tester-{role.ToString().ToLowerInvariant()}", Organisation, role))).Value);

    /// <summary>Registers an account and writes its certificate.</summary>
    /// <returns>The file.</returns>
    public async Task<string> RegisterAsync(string id, string organisation, params SystemRole[] roles)
    {
        var isAdministrator = roles.Any(role => role is SystemRole.Auditor or SystemRole.SystemAdministrator or SystemRole.SecurityAdministrator);
        var account = new ProposedAccountEntry
        {
            AccountId = id,
            Type = isAdministrator ? AccountType.Person : AccountType.System,
            Organisation = organisation,
            Roles = { roles.Select(role => (AccountRole)role) },
        };
        await AgreeAsync(access => access.ProposeAccountsAsync(new ProposeAccountsRequest { Accounts = { account }, Reason = "a test" }, cancellationToken: Token).ResponseAsync);
        return await AdministerAsync(administration => administration.CertifyAsync(id, Token));
    }

    /// <summary>A change proposed by the system administrator and approved by a security administrator.</summary>
    public async Task AgreeAsync(Func<AccessService.AccessServiceClient, Task<ChangeEntry>> propose)
    {
        using var proposer = HubConnection.Open(dataFolder, "", "system-admin-1");
        using var approver = HubConnection.Open(dataFolder, "", "security-1");
        var change = await propose(proposer.Access);
        await approver.Access.ApproveAsync(new ApproveRequest { ChangeId = change.ChangeId }, cancellationToken: Token);
    }

    /// <summary>Other roles for an account.</summary>
    public Task GiveAsync(string id, params SystemRole[] roles) => AgreeAsync(access => access.ProposeRolesAsync(
        new ProposeRolesRequest { Accounts = { new ProposedRolesEntry { AccountId = id, Roles = { roles.Select(role => (AccountRole)role) } } }, Reason = "a test" }, cancellationToken: Token).ResponseAsync);

    /// <summary>Stops an account.</summary>
    public async Task SuspendAsync(string id)
    {
        using var security = HubConnection.Open(dataFolder, "", "security-2");
        await security.Access.SuspendAccountAsync(new SuspendAccountRequest { AccountId = id, Reason = "a test" }, cancellationToken: Token);
    }

    /// <summary>Revokes a certificate.</summary>
    public Task RevokeAsync(TlsCredential credential) => AdministerAsync(async administration =>
    {
        await administration.Accounts.RevokeCertificateAsync(CertificateFacts.Of(credential.Certificate).Thumbprint, "a test", AccessAct.Folder, Token);
        return true;
    });

    private async Task<T> AdministerAsync<T>(Func<AccessAdministration, Task<T>> act)
    {
        await using var administration = await AccessAdministration.OpenAsync(new HubFolder(dataFolder), connectionString: null, TimeProvider.System, Token);
        return await act(administration);
    }
}

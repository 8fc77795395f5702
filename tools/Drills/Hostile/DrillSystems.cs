using DataHub.Crypto.Certificates;
using DataHub.Host.Access;
using DataHub.Host.Keys;
using DataHub.Kernel.Access;
using DataHub.V1;

namespace DataHub.Drills.Hostile;

/// <summary>A system of a drill.</summary>
/// <param name="Id">Id of its account.</param>
/// <param name="Role">Its one role.</param>
/// <param name="Organisation">Unified social credit code of its organisation.</param>
internal sealed record DrillAccount(string Id, SystemRole Role, string Organisation);

/// <summary>
/// Lets the systems of a drill in by the road everybody takes: administrators founded, accounts and grants proposed by one and approved by another, then certificates. Every organisation with a
/// consumer may ask everything about <c>population_person</c>.
/// </summary>
/// <param name="address">A hub that runs.</param>
/// <param name="dataFolder">Its data folder.</param>
internal sealed class DrillSystems(Uri address, string dataFolder)
{
    /// <summary>Organisation of the honest who ask, and of the administrators.</summary>
    public const string Honest = "11330382MB9900531B";

    /// <summary>Organisation of the attackers: another one, because quotas and turns are each organisation's own.</summary>
    public const string Hostile = "11330382MB9902916X";

    private const string Reason = "a drill";
    private const string Resource = "population_person";
    private const string Everything = "*";

    private readonly HubFolder _folder = new(dataFolder);

    /// <summary>Roots that the hub's own certificate leads to.</summary>
    public string RootsFile => FileOf("tls-root.crt");

    /// <summary>Registers accounts and writes the certificate of each with its key to <see cref="CertificateOf"/>.</summary>
    /// <param name="accounts">The accounts.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task RegisterAsync(IReadOnlyList<DrillAccount> accounts, CancellationToken cancellationToken)
    {
        await using var administration = await AccessAdministration.OpenAsync(_folder, connectionString: null, TimeProvider.System, cancellationToken);
        await administration.FoundAsync(Honest, NameOf(Honest), cancellationToken);
        await AgreeAsync(accounts, cancellationToken);
        foreach (var account in accounts)
        {
            await administration.CertifyAsync(account.Id, cancellationToken);
        }
    }

    /// <summary>PEM file of an account's certificate with its key.</summary>
    public string CertificateOf(DrillAccount account) => FileOf($"{account.Id}.pem");

    /// <summary>A certificate of the hub's own authority whose time is over.</summary>
    public void MakeExpired()
    {
        var passphrase = Environment.GetEnvironmentVariable("DATAHUB_KEY_PASSPHRASE") is { Length: > 0 } given ? given : File.ReadAllText(Path.Combine(_folder.Path, "keys", "passphrase"));
        using var authority = TlsAuthority.Load(Path.Combine(_folder.Path, "tls"), passphrase);
        var now = TimeProvider.System.GetUtcNow();
        using var credential = authority.IssueClient(new TlsIdentity("expired", Hostile), new CertificateValidity(now.AddMinutes(-4), now.AddMinutes(-1)));
        credential.Save(FileOf("expired.pem"));
    }

    private async Task AgreeAsync(IReadOnlyList<DrillAccount> accounts, CancellationToken cancellationToken)
    {
        var roots = TlsTrust.ReadRoots(RootsFile);
        using var proposing = TlsCredential.Load(FileOf("system-admin-1.pem"));
        using var approving = TlsCredential.Load(FileOf("security-1.pem"));
        using var proposersChannel = HubChannel.Open(address, roots, proposing);
        using var approversChannel = HubChannel.Open(address, roots, approving);
        var (proposer, approver) = (new AccessService.AccessServiceClient(proposersChannel), new AccessService.AccessServiceClient(approversChannel));
        foreach (var organisation in accounts.Select(account => account.Organisation).Distinct())
        {
            await proposer.RegisterOrganisationAsync(new RegisterOrganisationRequest { Uscc = organisation, Name = NameOf(organisation) }, cancellationToken: cancellationToken);
        }

        ChangeEntry[] changes =
        [
            await proposer.ProposeAccountsAsync(new ProposeAccountsRequest { Accounts = { accounts.Select(ToEntry) }, Reason = Reason }, cancellationToken: cancellationToken),
            await proposer.ProposeGrantsAsync(new ProposeGrantsRequest { Grants = { GrantsFor(accounts) }, Reason = Reason }, cancellationToken: cancellationToken),
        ];
        foreach (var change in changes)
        {
            await approver.ApproveAsync(new ApproveRequest { ChangeId = change.ChangeId }, cancellationToken: cancellationToken);
        }
    }

    private static ProposedAccountEntry ToEntry(DrillAccount account) =>
        new() { AccountId = account.Id, Type = AccountType.System, Organisation = account.Organisation, Roles = { (AccountRole)account.Role } };

    private static IEnumerable<GrantEntry> GrantsFor(IReadOnlyList<DrillAccount> accounts) =>
        accounts.Where(account => account.Role is SystemRole.Consumer).Select(account => account.Organisation).Distinct().Select(organisation => new GrantEntry
        {
            Consumer = organisation,
            Resource = Resource,
            Fields = { Everything },
            Purposes = { Everything },
            Operations = { GrantOperation.Verify },
            TellsAbsence = true,
            RetentionDays = 1,
        });

    private static string NameOf(string organisation) => $"drill {organisation}";

    private string FileOf(string name) => Path.Combine(_folder.Systems, name);
}

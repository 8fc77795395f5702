using DataHub.Host.Access;
using DataHub.Host.Keys;
using DataHub.Kernel.Faults;
using DataHub.V1;

namespace DataHub.Cli.Demo;

/// <summary>How the systems of the demo town come to the hub: administrators founded, accounts and grants proposed by one and approved by another, then certificates. Repeating it adds what is missing.</summary>
internal static class DemoAccess
{
    /// <summary>Lets everybody of the town in, on a running hub.</summary>
    /// <param name="dataFolder">Data folder of the hub.</param>
    /// <param name="time">Clock.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task OnboardAsync(string dataFolder, TimeProvider time, CancellationToken cancellationToken)
    {
        var town = AccessFile.OfTown;
        await using var administration = await AccessAdministration.OpenAsync(new HubFolder(dataFolder), connectionString: null, time, cancellationToken);
        await FoundAsync(administration, town.Organisations[0], cancellationToken);
        await AgreeAsync(dataFolder, town, cancellationToken);
        foreach (var account in town.Accounts)
        {
            await administration.EnsureCertifiedAsync(account.Id, cancellationToken);
        }
    }

    private static async Task FoundAsync(AccessAdministration administration, AccessFile.Organisation organisation, CancellationToken cancellationToken)
    {
        try
        {
            await administration.FoundAsync(organisation.Uscc, organisation.Name, cancellationToken);
        }
        catch (FaultException fault) when (fault.Code == "FOUNDED_ALREADY")
        {
            // A demo on the folder of an earlier one; its certificates may have ended.
            foreach (var (account, _) in AccessAdministration.Founders)
            {
                await administration.EnsureCertifiedAsync(account, cancellationToken);
            }
        }
    }

    private static async Task AgreeAsync(string dataFolder, AccessFile town, CancellationToken cancellationToken)
    {
        using var proposer = HubConnection.Open(dataFolder, "systemadministrator", "system-admin-1");
        using var approver = HubConnection.Open(dataFolder, "securityadministrator", "security-1");
        var accounts = await proposer.Access.ListAccountsAsync(new ListAccountsRequest { PageSize = 1_000 }, cancellationToken: cancellationToken);
        var grants = await proposer.Access.ListGrantsAsync(new ListGrantsRequest { PageSize = 1_000 }, cancellationToken: cancellationToken);
        var missing = new AccessFile
        {
            Organisations = town.Organisations,
            Accounts = town.Accounts.FindAll(account => accounts.Accounts.All(known => known.AccountId != account.Id)),
            Grants = town.Grants.FindAll(grant => !grants.Grants.Any(known => known.Consumer == grant.Consumer && known.Resource == grant.Resource && !known.Revoked)),
        };
        foreach (var change in await AccessProposals.SendAsync(proposer, missing, "demo town", cancellationToken))
        {
            await approver.Access.ApproveAsync(new ApproveRequest { ChangeId = change.ChangeId }, cancellationToken: cancellationToken);
        }
    }
}

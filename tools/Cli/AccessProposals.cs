using DataHub.V1;

namespace DataHub.Cli;

/// <summary>Carries an access file to the hub: organisations at once, everything else as proposals of at most 1,000 parts.</summary>
internal static class AccessProposals
{
    private const int PartsAProposal = 1_000;

    /// <summary>Registers the organisations and proposes the rest.</summary>
    /// <returns>The changes proposed, in the order in which they are to be approved.</returns>
    public static async Task<IReadOnlyList<ChangeEntry>> SendAsync(HubConnection hub, AccessFile file, string reason, CancellationToken cancellationToken)
    {
        var access = hub.Access;
        foreach (var organisation in file.Organisations)
        {
            await access.RegisterOrganisationAsync(organisation.ToRequest(), cancellationToken: cancellationToken);
        }

        var changes = new List<ChangeEntry>();
        await EachAsync(file.Accounts, part => access.ProposeAccountsAsync(
            new ProposeAccountsRequest { Accounts = { part.Select(account => account.ToEntry()) }, Reason = reason }, cancellationToken: cancellationToken).ResponseAsync);
        await EachAsync(file.Roles, part => access.ProposeRolesAsync(
            new ProposeRolesRequest { Accounts = { part.Select(account => account.ToRoles()) }, Reason = reason }, cancellationToken: cancellationToken).ResponseAsync);
        await EachAsync(file.Resume, part => access.ProposeStatesAsync(new ProposeStatesRequest { Resume = { part }, Reason = reason }, cancellationToken: cancellationToken).ResponseAsync);
        await EachAsync(file.Close, part => access.ProposeStatesAsync(new ProposeStatesRequest { Close = { part }, Reason = reason }, cancellationToken: cancellationToken).ResponseAsync);
        await EachAsync(file.Grants, part => access.ProposeGrantsAsync(
            new ProposeGrantsRequest { Grants = { part.Select(grant => grant.ToEntry()) }, Reason = reason }, cancellationToken: cancellationToken).ResponseAsync);
        await EachAsync(file.Revoke, part => access.ProposeRevocationAsync(new ProposeRevocationRequest { GrantIds = { part }, Reason = reason }, cancellationToken: cancellationToken).ResponseAsync);
        return changes;

        async Task EachAsync<T>(List<T> parts, Func<T[], Task<ChangeEntry>> propose)
        {
            foreach (var part in parts.Chunk(PartsAProposal))
            {
                changes.Add(await propose(part));
            }
        }
    }
}

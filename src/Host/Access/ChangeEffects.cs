using DataHub.EventStore.Streams;
using DataHub.Host.Storage;
using DataHub.Kernel.Faults;

namespace DataHub.Host.Access;

/// <summary>What a change speaks of, as it stands.</summary>
internal sealed record RegisterView(
    IReadOnlyDictionary<string, Held<Organisation>> Organisations,
    IReadOnlyDictionary<string, Held<Account>> Accounts,
    IReadOnlyDictionary<string, Held<HeldGrant>> Grants);

/// <summary>What a change does to the register as it stands: facts, or the first thing that stands in the way with its place in the proposal.</summary>
internal sealed class ChangeEffects(AccessStreams streams)
{
    /// <summary>The facts, in the order of the content.</summary>
    /// <param name="content">What is to be changed; no account and no grant in it twice.</param>
    /// <param name="change">Id of the change.</param>
    /// <param name="view">What it speaks of.</param>
    /// <param name="act">Who lets it happen, when.</param>
    /// <exception cref="FaultException">
    /// <c>ACCOUNT_EXISTS</c>, <c>ACCOUNT_UNKNOWN</c>, <c>ACCOUNT_STATE</c>, <c>ROLES_SEPARATED</c>, <c>ROLE_FOR_PERSONS</c>, <c>ORGANISATION_UNKNOWN</c>, <c>ORGANISATION_RETIRED</c>,
    /// <c>GRANT_UNKNOWN</c>, <c>GRANT_REVOKED</c>.
    /// </exception>
    public IReadOnlyList<NewEvent> Of(ChangeContent content, string change, RegisterView view, AccessAct act)
    {
        var events = new List<NewEvent>();
        Add(events, content.Accounts, "accounts", (account, at) => Register(view, account, change, act, at));
        Add(events, content.Roles, "accounts", (roles, at) => OfAccount(view, roles.Id, $"{at}.account_id", account => account.ChangeRoles(roles.Roles, change, act)));
        Add(events, content.Resumed, "resume", (id, at) => OfAccount(view, id, at, account => account.Resume(change, act)));
        Add(events, content.Closed, "close", (id, at) => OfAccount(view, id, at, account => account.Close(change, act)));
        Add(events, content.Grants, "grants", (grant, at) => Make(view, grant, change, act, at));
        Add(events, content.RevokedGrants, "grant_ids", (id, at) => Revoke(view, id, change, act, at));
        return events;
    }

    private static void Add<T>(List<NewEvent> events, IReadOnlyList<T> parts, string list, Func<T, string, NewEvent> effect)
    {
        foreach (var (index, part) in parts.Index())
        {
            var at = $"{list}[{index}]";
            try
            {
                events.Add(effect(part, at));
            }
            catch (FaultException fault) when (fault.Field is null)
            {
                throw new FaultException(fault.Kind, fault.Code, fault.Message, fault) { Field = at };
            }
        }
    }

    private NewEvent Register(RegisterView view, ProposedAccount account, string change, AccessAct act, string at)
    {
        RequireOrganisation(view, account.Organisation, $"{at}.organisation");
        return view.Accounts.ContainsKey(account.Id)
            ? throw AccessFaults.AccountExists(account.Id, $"{at}.account_id")
            : streams.Event(before: null, Account.Register(account, change, act));
    }

    private NewEvent OfAccount(RegisterView view, string id, string at, Func<Account, AccountEvent> decide)
    {
        var account = view.Accounts.GetValueOrDefault(id) ?? throw AccessFaults.AccountUnknown(id, at);
        return streams.Event(account, decide(account.State));
    }

    private NewEvent Make(RegisterView view, ProposedGrant grant, string change, AccessAct act, string at)
    {
        RequireOrganisation(view, grant.Terms.Consumer, $"{at}.consumer");
        return streams.Event(before: null, new GrantMade(grant.Id, grant.Terms, change, act));
    }

    private NewEvent Revoke(RegisterView view, string id, string change, AccessAct act, string at)
    {
        var grant = view.Grants.GetValueOrDefault(id) ?? throw AccessFaults.GrantUnknown(id, at);
        return streams.Event(grant, grant.State.Revoke(change, act));
    }

    private static void RequireOrganisation(RegisterView view, string uscc, string field)
    {
        var organisation = view.Organisations.GetValueOrDefault(uscc) ?? throw AccessFaults.OrganisationUnknown(uscc, field);
        if (organisation.State.IsRetired)
        {
            throw AccessFaults.OrganisationRetired(uscc);
        }
    }
}

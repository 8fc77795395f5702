using DataHub.Kernel.Access;
using DataHub.Kernel.Faults;

namespace DataHub.Host.Access;

/// <summary>What stands behind an account.</summary>
public enum AccountKind
{
    /// <summary>A system 信息系统.</summary>
    System = 1,

    /// <summary>A person; only persons administer, propose and approve.</summary>
    Person = 2,
}

/// <summary>Whether an account is admitted.</summary>
public enum AccountState
{
    /// <summary>Admitted.</summary>
    Active = 1,

    /// <summary>Stopped until two people let it go on.</summary>
    Suspended = 2,

    /// <summary>Closed for good.</summary>
    Closed = 3,
}

/// <summary>An account as its history leaves it. Decisions return the next fact and change nothing.</summary>
/// <param name="Id">Id: common name of its certificates.</param>
/// <param name="Kind">System or person.</param>
/// <param name="Organisation">Unified social credit code of its organisation.</param>
/// <param name="Roles">What it may be.</param>
/// <param name="State">Whether it is admitted.</param>
/// <param name="Authority">Key identifier of the outside authority whose certificates it shows; null = the hub's own.</param>
public sealed record Account(string Id, AccountKind Kind, string Organisation, IReadOnlyList<SystemRole> Roles, AccountState State, string? Authority)
{
    private static readonly SystemRole[] Administrators = [SystemRole.Auditor, SystemRole.SystemAdministrator, SystemRole.SecurityAdministrator];

    /// <summary>Whether it has one of the roles that look after the hub.</summary>
    public bool IsAdministrator => Roles.Any(Administrators.Contains);

    /// <summary>Whether it is admitted and has a role.</summary>
    /// <param name="role">The role.</param>
    public bool Is(SystemRole role) => State is AccountState.Active && Roles.Contains(role);

    /// <summary>Checks that a person stands behind it who has one of these roles now.</summary>
    /// <param name="roles">Any of these.</param>
    /// <exception cref="FaultException"><c>PERSON_REQUIRED</c>, <c>ROLE_REQUIRED</c>.</exception>
    public void RequirePerson(params ReadOnlySpan<SystemRole> roles)
    {
        if (Kind is not AccountKind.Person)
        {
            throw AccessFaults.PersonRequired(Id);
        }

        foreach (var role in roles)
        {
            if (Is(role))
            {
                return;
            }
        }

        throw AccessFaults.RoleRequired(Id);
    }

    /// <summary>The account after its history; null where nothing happened.</summary>
    /// <param name="history">Its events in order.</param>
    public static Account? Replay(IEnumerable<AccountEvent> history) => history.Aggregate(default(Account), After);

    /// <summary>The account after one more event.</summary>
    /// <param name="account">Before; null where nothing happened.</param>
    /// <param name="e">What happened.</param>
    public static Account After(Account? account, AccountEvent e) => (account, e) switch
    {
        (null, AccountRegistered r) => new Account(r.Id, r.Kind, r.Organisation, r.Roles, AccountState.Active, r.Authority),
        ({ State: not AccountState.Closed } a, AccountRolesChanged changed) => a with { Roles = changed.Roles },
        ({ State: AccountState.Active } a, AccountSuspended) => a with { State = AccountState.Suspended },
        ({ State: AccountState.Suspended } a, AccountResumed) => a with { State = AccountState.Active },
        ({ State: not AccountState.Closed } a, AccountClosed) => a with { State = AccountState.Closed },
        ({ } a, CertificateIssued or CertificateRevoked) => a,
        _ => throw new InvalidDataException($"{e.GetType().Name} cannot follow {account}."),
    };

    /// <summary>Registers an account that does not exist.</summary>
    /// <param name="proposed">What was proposed.</param>
    /// <param name="change">Id of the change approved.</param>
    /// <param name="act">Who, when.</param>
    /// <exception cref="FaultException">Roles that do not go together: <c>ROLES_SEPARATED</c>, <c>ROLE_FOR_PERSONS</c>.</exception>
    public static AccountRegistered Register(ProposedAccount proposed, string change, AccessAct act)
    {
        ArgumentNullException.ThrowIfNull(proposed);
        RequireTogether(proposed.Id, proposed.Kind, proposed.Roles);
        return new AccountRegistered(proposed.Id, proposed.Kind, proposed.Organisation, proposed.Roles, proposed.Authority, change, act);
    }

    /// <summary>Gives it other roles.</summary>
    /// <param name="roles">All it may be from now on.</param>
    /// <param name="change">Id of the change approved.</param>
    /// <param name="act">Who, when.</param>
    /// <exception cref="FaultException">Closed: <c>ACCOUNT_STATE</c>; roles that do not go together: <c>ROLES_SEPARATED</c>, <c>ROLE_FOR_PERSONS</c>.</exception>
    public AccountRolesChanged ChangeRoles(IReadOnlyList<SystemRole> roles, string change, AccessAct act)
    {
        RequireNot(AccountState.Closed);
        RequireTogether(Id, Kind, roles);
        return new AccountRolesChanged(roles, change, act);
    }

    /// <summary>Stops it at once.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="act">Who, when.</param>
    /// <exception cref="FaultException">Stopped or closed already: <c>ACCOUNT_STATE</c>.</exception>
    public AccountSuspended Suspend(string reason, AccessAct act) => State is AccountState.Active ? new AccountSuspended(reason, act) : throw AccessFaults.WrongState(Id, State);

    /// <summary>Lets it go on.</summary>
    /// <param name="change">Id of the change approved.</param>
    /// <param name="act">Who, when.</param>
    /// <exception cref="FaultException">Not stopped: <c>ACCOUNT_STATE</c>.</exception>
    public AccountResumed Resume(string change, AccessAct act) => State is AccountState.Suspended ? new AccountResumed(change, act) : throw AccessFaults.WrongState(Id, State);

    /// <summary>Closes it for good.</summary>
    /// <param name="change">Id of the change approved.</param>
    /// <param name="act">Who, when.</param>
    /// <exception cref="FaultException">Closed already: <c>ACCOUNT_STATE</c>.</exception>
    public AccountClosed Close(string change, AccessAct act)
    {
        RequireNot(AccountState.Closed);
        return new AccountClosed(change, act);
    }

    /// <summary>Gives it a certificate.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="act">Who, when.</param>
    /// <exception cref="FaultException">Not active: <c>ACCOUNT_SUSPENDED</c>, <c>ACCOUNT_CLOSED</c>.</exception>
    public CertificateIssued Certify(CertificateFacts certificate, AccessAct act) =>
        State is AccountState.Active ? new CertificateIssued(certificate, act) : throw AccessFaults.NotActive(Id, State);

    private void RequireNot(AccountState state)
    {
        if (State == state)
        {
            throw AccessFaults.WrongState(Id, State);
        }
    }

    private static void RequireTogether(string id, AccountKind kind, IReadOnlyList<SystemRole> roles)
    {
        var administrator = roles.Count(Administrators.Contains);
        if (administrator > 1)
        {
            throw AccessFaults.RolesSeparated(id);
        }

        if (administrator > 0 && kind is not AccountKind.Person)
        {
            throw AccessFaults.RoleForPersons(id);
        }
    }
}

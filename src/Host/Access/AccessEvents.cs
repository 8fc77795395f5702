using DataHub.Kernel.Access;

namespace DataHub.Host.Access;

/// <summary>Who did something to the register, and when.</summary>
/// <param name="By">Id of the account; <see cref="Folder"/> for whoever holds the data folder.</param>
/// <param name="At">When the hub took it in.</param>
public sealed record AccessAct(string By, DateTimeOffset At)
{
    /// <summary>Whoever holds the data folder, at the founding; no account can have this id.</summary>
    public const string Folder = "(data folder)";
}

/// <summary>Something that happened in the register of who may do what. Stored for ever: properties are added, never renamed. Reasons name things, never people.</summary>
/// <param name="Act">Who, when.</param>
public abstract record AccessEvent(AccessAct Act);

/// <summary>What can happen to an organisation; stream <c>{hub}/organisation/{uscc}</c>.</summary>
/// <inheritdoc cref="AccessEvent"/>
public abstract record OrganisationEvent(AccessAct Act) : AccessEvent(Act);

/// <summary>An organisation was registered.</summary>
/// <param name="Uscc">Its unified social credit code.</param>
/// <param name="Name">Its name.</param>
/// <param name="Act">Who, when.</param>
public sealed record OrganisationRegistered(string Uscc, string Name, AccessAct Act) : OrganisationEvent(Act);

/// <summary>An organisation has another name.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Act">Who, when.</param>
public sealed record OrganisationRenamed(string Name, AccessAct Act) : OrganisationEvent(Act);

/// <summary>An organisation was retired: its accounts are refused and its grants no longer hold.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Act">Who, when.</param>
public sealed record OrganisationRetired(string Reason, AccessAct Act) : OrganisationEvent(Act);

/// <summary>What can happen to an account; stream <c>{hub}/account/{id}</c>.</summary>
/// <inheritdoc cref="AccessEvent"/>
public abstract record AccountEvent(AccessAct Act) : AccessEvent(Act);

/// <summary>An account was registered.</summary>
/// <param name="Id">Id of the account: common name of its certificates.</param>
/// <param name="Kind">System or person.</param>
/// <param name="Organisation">Unified social credit code of its organisation.</param>
/// <param name="Roles">What it may be.</param>
/// <param name="Authority">Key identifier of the outside authority whose certificates it shows; null = the hub's own.</param>
/// <param name="Change">Id of the change approved; empty at the founding.</param>
/// <param name="Act">Who, when.</param>
public sealed record AccountRegistered(
    string Id, AccountKind Kind, string Organisation, IReadOnlyList<SystemRole> Roles, string? Authority, string Change, AccessAct Act) : AccountEvent(Act);

/// <summary>An account has other roles.</summary>
/// <param name="Roles">All it may be from now on.</param>
/// <param name="Change">Id of the change approved.</param>
/// <param name="Act">Who, when.</param>
public sealed record AccountRolesChanged(IReadOnlyList<SystemRole> Roles, string Change, AccessAct Act) : AccountEvent(Act);

/// <summary>An account was stopped.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Act">Who, when.</param>
public sealed record AccountSuspended(string Reason, AccessAct Act) : AccountEvent(Act);

/// <summary>A stopped account may go on.</summary>
/// <param name="Change">Id of the change approved.</param>
/// <param name="Act">Who, when.</param>
public sealed record AccountResumed(string Change, AccessAct Act) : AccountEvent(Act);

/// <summary>An account was closed for good.</summary>
/// <param name="Change">Id of the change approved.</param>
/// <param name="Act">Who, when.</param>
public sealed record AccountClosed(string Change, AccessAct Act) : AccountEvent(Act);

/// <summary>A certificate was issued to an account.</summary>
/// <param name="Certificate">What is known of it.</param>
/// <param name="Act">Who, when.</param>
public sealed record CertificateIssued(CertificateFacts Certificate, AccessAct Act) : AccountEvent(Act);

/// <summary>A certificate of an account was revoked; effective at once.</summary>
/// <param name="Thumbprint">Lower-case hex SHA-256 of its DER.</param>
/// <param name="Reason">Why.</param>
/// <param name="Act">Who, when.</param>
public sealed record CertificateRevoked(string Thumbprint, string Reason, AccessAct Act) : AccountEvent(Act);

/// <summary>What can happen to a grant; stream <c>{hub}/grant/{id}</c>.</summary>
/// <inheritdoc cref="AccessEvent"/>
public abstract record GrantEvent(AccessAct Act) : AccessEvent(Act);

/// <summary>A grant was made.</summary>
/// <param name="Id">Id of the grant.</param>
/// <param name="Terms">What it allows.</param>
/// <param name="Change">Id of the change approved.</param>
/// <param name="Act">Who, when.</param>
public sealed record GrantMade(string Id, GrantTerms Terms, string Change, AccessAct Act) : GrantEvent(Act);

/// <summary>A grant was revoked.</summary>
/// <param name="Change">Id of the change approved.</param>
/// <param name="Act">Who, when.</param>
public sealed record GrantRevoked(string Change, AccessAct Act) : GrantEvent(Act);

/// <summary>What can happen to a proposed change; stream <c>{hub}/change/{id}</c>.</summary>
/// <inheritdoc cref="AccessEvent"/>
public abstract record ChangeEvent(AccessAct Act) : AccessEvent(Act);

/// <summary>A change was proposed.</summary>
/// <param name="Id">Id of the change.</param>
/// <param name="Content">What is to be changed.</param>
/// <param name="Reason">Why.</param>
/// <param name="Act">Who, when.</param>
public sealed record ChangeProposed(string Id, ChangeContent Content, string Reason, AccessAct Act) : ChangeEvent(Act);

/// <summary>A change was approved, and took effect in the same transaction.</summary>
/// <inheritdoc cref="AccessEvent"/>
public sealed record ChangeApproved(AccessAct Act) : ChangeEvent(Act);

/// <summary>A change was rejected.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Act">Who, when.</param>
public sealed record ChangeRejected(string Reason, AccessAct Act) : ChangeEvent(Act);

/// <summary>A change was taken back by who proposed it.</summary>
/// <inheritdoc cref="AccessEvent"/>
public sealed record ChangeWithdrawn(AccessAct Act) : ChangeEvent(Act);

using DataHub.Kernel.Faults;

namespace DataHub.Host.Access;

/// <summary>Everything access control and the register of access refuse. Codes are contract.</summary>
internal static class AccessFaults
{
    public static FaultException CertificateRequired() =>
        new(FaultKind.Unauthenticated, "CERTIFICATE_REQUIRED", "A client certificate of a registered account is required.");

    public static FaultException CertificateUnknown() =>
        new(FaultKind.Unauthenticated, "CERTIFICATE_UNKNOWN", "The client certificate is not in the register of this hub; enrol again.");

    public static FaultException CertificateRevoked() =>
        new(FaultKind.Unauthenticated, "CERTIFICATE_REVOKED", "The client certificate was revoked; enrol again with a new token.");

    public static FaultException CertificateExpired() =>
        new(FaultKind.Unauthenticated, "CERTIFICATE_EXPIRED", "The client certificate is outside its validity; renew it, or enrol again.");

    public static FaultException NotActive(string account, AccountState state) => state is AccountState.Closed
        ? new(FaultKind.Denied, "ACCOUNT_CLOSED", $"Account {account} is closed.")
        : new(FaultKind.Denied, "ACCOUNT_SUSPENDED", $"Account {account} was stopped by a security administrator.");

    public static FaultException OrganisationGone(string account) =>
        new(FaultKind.Denied, "ORGANISATION_RETIRED", $"The organisation of account {account} was retired.");

    public static FaultException RoleRequired(string account, string method) =>
        new(FaultKind.Denied, "ROLE_REQUIRED", $"Account {account} does not have a role that may call {method}.");

    public static FaultException RoleRequired(string account) =>
        new(FaultKind.Denied, "ROLE_REQUIRED", $"Account {account} does not have a role that may do this.");

    public static FaultException PersonRequired(string account) =>
        new(FaultKind.Denied, "PERSON_REQUIRED", $"Account {account} is a system's; only a person may do this.");

    public static FaultException AccessUnknown() =>
        new(FaultKind.Unavailable, "ACCESS_UNKNOWN", "This node does not know at present who may do what; repeat the call.") { RetryAfter = TimeSpan.FromSeconds(1) };

    public static FaultException StrangersBusy() =>
        new(FaultKind.OverQuota, "STRANGERS_BUSY", "Too many calls without a certificate are under way; repeat the call later.") { RetryAfter = TimeSpan.FromSeconds(1) };

    public static FaultException RolesSeparated(string account) =>
        new(FaultKind.WrongState, "ROLES_SEPARATED", $"Account {account} would have two of auditor, system administrator and security administrator, which never go together.");

    public static FaultException RoleForPersons(string account) =>
        new(FaultKind.WrongState, "ROLE_FOR_PERSONS", $"Account {account} is a system's; auditors and administrators are persons.");

    public static FaultException WrongState(string account, AccountState state) =>
        new(FaultKind.WrongState, "ACCOUNT_STATE", $"Account {account} is {state}, which forbids this.");

    public static FaultException AccountUnknown(string account, string field) =>
        new(FaultKind.Unknown, "ACCOUNT_UNKNOWN", $"There is no account {account}.") { Field = field };

    public static FaultException AccountExists(string account, string field) =>
        new(FaultKind.Exists, "ACCOUNT_EXISTS", $"Account {account} is registered already.") { Field = field };

    public static FaultException CertificateNotIssued(string thumbprint) =>
        new(FaultKind.Unknown, "CERTIFICATE_UNKNOWN", $"No certificate {thumbprint} was issued here.") { Field = "thumbprint" };

    public static FaultException OrganisationUnknown(string uscc, string field) =>
        new(FaultKind.Unknown, "ORGANISATION_UNKNOWN", $"Organisation {uscc} is not registered.") { Field = field };

    public static FaultException OrganisationRetired(string uscc) =>
        new(FaultKind.WrongState, "ORGANISATION_RETIRED", $"Organisation {uscc} was retired.");

    public static FaultException GrantUnknown(string grant, string field) =>
        new(FaultKind.Unknown, "GRANT_UNKNOWN", $"There is no grant {grant}.") { Field = field };

    public static FaultException GrantRevoked(string grant) =>
        new(FaultKind.WrongState, "GRANT_REVOKED", $"Grant {grant} was revoked already.");

    public static FaultException ChangeUnknown(string change) =>
        new(FaultKind.Unknown, "CHANGE_UNKNOWN", $"There is no change {change}.") { Field = "change_id" };

    public static FaultException Decided(string change, ChangeState state) =>
        new(FaultKind.WrongState, "CHANGE_DECIDED", $"Change {change} is {state} already.");

    public static FaultException OwnProposal(string change) =>
        new(FaultKind.Denied, "OWN_PROPOSAL", $"Change {change} has to be decided by somebody else than who proposed it.");

    public static FaultException OthersProposal(string change) =>
        new(FaultKind.Denied, "PROPOSAL_OF_OTHER", $"Change {change} can be taken back only by who proposed it; reject it instead.");

    public static FaultException OwnAccount(string change) =>
        new(FaultKind.Denied, "OWN_ACCOUNT", $"Change {change} concerns the approver's own account.");

    public static FaultException FoundedAlready() =>
        new(FaultKind.WrongState, "FOUNDED_ALREADY", "The hub has administrators; what is to be changed, two of them change.");

    public static FaultException AlertUnknown(long id) =>
        new(FaultKind.Unknown, "ALERT_UNKNOWN", $"There is no alert {id}.") { Field = "alert_id" };
}

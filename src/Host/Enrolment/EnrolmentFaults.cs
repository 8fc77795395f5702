using DataHub.Kernel.Faults;

namespace DataHub.Host.Enrolment;

/// <summary>Everything enrolment refuses. Codes are contract.</summary>
internal static class EnrolmentFaults
{
    public static FaultException TokenUnknown() =>
        new(FaultKind.Unauthenticated, "ENROLMENT_TOKEN_UNKNOWN", "No such token was given out; ask the system administrator for one.");

    public static FaultException TokenExpired() =>
        new(FaultKind.Unauthenticated, "ENROLMENT_TOKEN_EXPIRED", "The token has expired; ask the system administrator for a new one.");

    public static FaultException TokenUsed() =>
        new(FaultKind.Unauthenticated, "ENROLMENT_TOKEN_USED", "The token was used before, or replaced by a later one; ask the system administrator for a new one, and tell the security administrator if you have not used it.");

    public static FaultException Guessing(TimeSpan retryAfter) =>
        new(FaultKind.OverQuota, "ENROLMENT_GUESSING", "Too many wrong tokens came from this address; repeat later.") { RetryAfter = retryAfter };

    public static FaultException OutsideAuthority(string account) =>
        new(FaultKind.WrongState, "ACCOUNT_AUTHORITY", $"Account {account} is registered with an outside authority, which issues its certificates.");

    public static FaultException NotActive(string account, string field) =>
        new(FaultKind.WrongState, "ACCOUNT_STATE", $"Account {account} is not active.") { Field = field };

    public static FaultException AccountUnknown(string account, string field) =>
        new(FaultKind.Unknown, "ACCOUNT_UNKNOWN", $"There is no account {account}.") { Field = field };

    public static FaultException KeyReused() =>
        new(FaultKind.Malformed, "KEY_REUSED", "A renewal needs a new key; pkcs10 holds that of the present certificate.") { Field = "pkcs10" };

    public static FaultException TooSoon(TimeSpan retryAfter) =>
        new(FaultKind.OverQuota, "RENEWAL_TOO_SOON", "The certificate has more than a third of its life left and another was issued a short while ago; use that one.") { RetryAfter = retryAfter };

    public static FaultException TooManyCertificates() =>
        new(FaultKind.OverQuota, "CERTIFICATES_TOO_MANY", "The account has too many certificates in force; supersede those that are not used.");

    public static FaultException NothingToRevoke() =>
        new(FaultKind.Unknown, "CERTIFICATE_UNKNOWN", "No certificate in force fits; an account or a serial number must be given.");
}

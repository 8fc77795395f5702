using DataHub.Kernel.Faults;

namespace DataHub.Verification;

/// <summary>Everything verification refuses. Codes are contract. No message tells whether a subject exists.</summary>
internal static class VerificationFaults
{
    public const string MismatchBudgetCode = "MISMATCH_BUDGET";

    public static FaultException ResourceUnknown(string field) =>
        new(FaultKind.Unknown, "RESOURCE_UNKNOWN", $"{field} names no registered resource.") { Field = field };

    public static FaultException RoleUnknown(string field, string resource) =>
        new(FaultKind.Malformed, "CLAIM_ROLE", $"{field} is not a subject role of {resource}.") { Field = field };

    public static FaultException FieldUnknown(string field, string resource) =>
        new(FaultKind.Malformed, "CLAIM_FIELD", $"{field} is not an information item of {resource}.") { Field = field };

    public static FaultException OperatorUnfit(string field) =>
        new(FaultKind.Malformed, "CLAIM_OPERATOR", $"{field} does not fit the type of the information item.") { Field = field };

    public static FaultException ValueUnfit(string field) =>
        new(FaultKind.Malformed, "CLAIM_VALUE", $"{field} is not a value of the information item's type.") { Field = field };

    public static FaultException SubjectInvalid(string rule) =>
        new(FaultKind.Malformed, "SUBJECT_ID", $"subject.id fails the check of its kind ({rule}).") { Field = "subject.id" };

    public static FaultException GrantRequired(string field, string resource) => new(
        FaultKind.Denied, "GRANT_REQUIRED", $"{field}: no grant lets your organisation ask {resource} about this item for this service item; apply for one in the directory.")
    { Field = field };

    public static FaultException AbsenceNotGranted(string field, string resource) => new(
        FaultKind.Denied, "GRANT_REQUIRED", $"{field}: EXISTS tells whether {resource} has a record, which your organisation's grant does not include.")
    { Field = field };

    public static FaultException MismatchBudget(TimeSpan retryAfter) => new(
        FaultKind.OverQuota, MismatchBudgetCode, "Too many questions about this subject, or about its like, were answered in the negative in the last day; nothing more is answered about it for now.")
    { RetryAfter = retryAfter };

    public static FaultException PeriodUnfit(string field, string rest) => Require.Malformed("PERIOD", field, rest);

    public static FaultException TooManyCases(int most) => Require.Malformed("CASES_COUNT", "items", $"may hold {most} case numbers at most; send shorter periods");

    public static FaultException HoneyUnknown() =>
        new(FaultKind.Unknown, "HONEY_UNKNOWN", "pseudonym names no marked subject.") { Field = "pseudonym" };
}

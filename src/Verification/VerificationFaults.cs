using DataHub.Kernel.Faults;

namespace DataHub.Verification;

/// <summary>Everything verification refuses. Codes are contract. No message tells whether a subject exists.</summary>
internal static class VerificationFaults
{
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

    public static FaultException RequestIdReused() =>
        new(FaultKind.Exists, "REQUEST_ID_REUSED", "request_id was used before with other content, or more than 24 hours ago; choose a new one.") { Field = "request_id" };
}

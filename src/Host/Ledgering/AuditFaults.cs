using DataHub.Kernel.Faults;

namespace DataHub.Host.Ledgering;

/// <summary>What the audit service refuses.</summary>
internal static class AuditFaults
{
    public static FaultException NotYours() =>
        new(FaultKind.Denied, "ENTRY_NOT_YOURS", "Only auditors may ask about entries of other organisations, and about events.");

    public static FaultException NothingAsked() =>
        new(FaultKind.Malformed, "FIELD_REQUIRED", "entry or event_sequence is required.") { Field = "entry" };

    public static FaultException PageToken() =>
        new(FaultKind.Malformed, "PAGE_TOKEN", "page_token is not one of this service's.") { Field = "page_token" };

    public static FaultException PageSize(int most) =>
        new(FaultKind.Malformed, "PAGE_SIZE", $"page_size must be from 1 to {most}, or 0 for the default.") { Field = "page_size" };

    public static FaultException Kind() =>
        new(FaultKind.Malformed, "ENTRY_KIND", "kinds has a value that is none.") { Field = "kinds" };
}

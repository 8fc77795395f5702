using DataHub.Kernel.Faults;

namespace DataHub.Catalog;

/// <summary>Everything the catalog refuses beyond a malformed field. Codes are contract.</summary>
internal static class CatalogFaults
{
    public static FaultException EntryOfOtherProvider(string field) => new(
        FaultKind.Denied,
        "ENTRY_OF_OTHER_PROVIDER",
        $"{field} belongs to another provider; an entry with a schema is registered and revised by the organisation that provides it.")
    {
        Field = field,
    };

    public static FaultException ResourceTaken(string field) =>
        new(FaultKind.Exists, "RESOURCE_TAKEN", $"{field} is the resource of another entry; choose another code for it.") { Field = field };

    public static FaultException ResourceFixed(string field, string resource) => new(
        FaultKind.WrongState, "RESOURCE_FIXED", $"{field} must stay {resource}: records may rest on it; register a new entry for another resource.")
    {
        Field = field,
    };

    public static FaultException SchemaVersion(string field, int current) => new(
        FaultKind.WrongState,
        "SCHEMA_VERSION",
        $"{field} must be above {current} when key, roles, the type of an item or a required item change, and may never be below it.")
    {
        Field = field,
    };

    public static FaultException SearchTooBroad(Exception cause) =>
        new(FaultKind.OverQuota, "SEARCH_TOO_BROAD", "The search took longer than two seconds; ask with fewer or more specific words.", cause);

    public static FaultException Csv(string field, string rest) => Require.Malformed("GUIDELINE_CSV", field, rest);
}

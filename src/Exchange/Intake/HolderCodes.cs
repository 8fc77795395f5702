namespace DataHub.Exchange.Intake;

/// <summary>Holder code types (GB/T 36903 annex A) as kinds of identifiers and of subjects.</summary>
internal static class HolderCodes
{
    /// <summary>The kind of identifier a holder code must be; null for documents that have no public check.</summary>
    /// <param name="code">Holder code type, for example 111.</param>
    /// <param name="id">The identifier; permanent residents use their own number where a citizen uses 111.</param>
    public static string? IdentifierKindOf(string? code, string id) => code switch
    {
        "111" when id.StartsWith('9') => "foreign_pr_id",
        "111" => "resident_id",
        "551" or "552" => "hmt_residence_permit",
        "001" => "uscc",
        _ => null,
    };

    /// <summary>Type under which a subject's pseudonym is made: one person has one pseudonym, whichever code a department uses.</summary>
    public static string SubjectTypeOf(string? code, string id) => code switch
    {
        "551" or "552" => "resident_id",
        _ when IdentifierKindOf(code, id) is { } kind => kind,
        _ => $"holder_code/{code}",
    };
}

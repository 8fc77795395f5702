using DataHub.Crypto.Sealing;

namespace DataHub.Exchange.Records;

/// <summary>
/// A department says that a record is so. Carries the whole record, never a difference. Stored for ever: properties are added, never
/// renamed. Personal values stand in <paramref name="Sealed"/> only; destroying the keys erases them here and in every backup.
/// </summary>
/// <param name="Resource">Resource code.</param>
/// <param name="SchemaVersion">Version of the schema the record was checked against.</param>
/// <param name="Key">Record key: a pseudonym where an item of the key is personal, else the canonical key.</param>
/// <param name="Subjects">Whom the record is about.</param>
/// <param name="ValidFrom">First civil date on which it is true; null = not said.</param>
/// <param name="ValidTo">Last civil date on which it is true, inclusive; null = no end.</param>
/// <param name="Fields">Values in the clear, by path (<c>name</c>, or <c>owners[0].name</c> in a list).</param>
/// <param name="Sealed">Personal values, one part a person, and one for what they share.</param>
/// <param name="Source">System that pushed it.</param>
/// <param name="BatchId">Batch it came with.</param>
/// <param name="SourceUpdatedAt">When the source last changed it; null = not said.</param>
public sealed record RecordAsserted(
    string Resource,
    int SchemaVersion,
    string Key,
    IReadOnlyList<RecordSubject> Subjects,
    DateOnly? ValidFrom,
    DateOnly? ValidTo,
    IReadOnlyDictionary<string, string> Fields,
    IReadOnlyList<SealedPart> Sealed,
    string Source,
    Guid BatchId,
    DateTimeOffset? SourceUpdatedAt);

/// <summary>A subject of a record.</summary>
/// <param name="Id">Pseudonym of the subject.</param>
/// <param name="Role">Role in the record.</param>
/// <param name="Element">Place in the list for a role in a list, from 0; null otherwise.</param>
public sealed record RecordSubject(string Id, string Role, int? Element);

/// <summary>One part of a record's personal values: a JSON object of path → value, sealed.</summary>
/// <param name="Of">Pseudonym of the person whose part it is, or <c>record</c> for what the subjects share.</param>
/// <param name="Value">The sealed object.</param>
public sealed record SealedPart(string Of, SealedValue Value)
{
    /// <summary><see cref="Of"/> of the part the subjects share.</summary>
    public const string Shared = "record";
}

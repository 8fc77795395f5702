using DataHub.Crypto.Sealing;
using DataHub.Kernel.Faults;
using DataHub.Kernel.Identifiers;
using DataHub.V1;

namespace DataHub.Verification.Asking;

/// <summary>A subject as an asker named it, under pseudonyms; the id itself goes no further.</summary>
/// <param name="Pseudonym">What records of the subject are kept under.</param>
/// <param name="Neighbourhood">
/// Pseudonym of what its id shares with the thousand that differ in the running number only (division and date of birth): whoever tries them all is seen by it. Null for organisations.
/// </param>
public sealed record AskedSubject(string Pseudonym, string? Neighbourhood)
{
    // Division or office and date of birth stand in front, in numbers of residents and in those of permanent residence permits.
    private const int NeighbourhoodLength = 14;

    private static readonly string[] Kinds = ["resident_id", "hmt_residence_permit", "foreign_pr_id", "uscc"];

    /// <summary>The subject under its pseudonyms.</summary>
    /// <param name="subject">As sent; null is refused like one without an id.</param>
    /// <param name="pseudonyms">The hub's pseudonyms.</param>
    /// <param name="today">Civil date now.</param>
    /// <exception cref="FaultException">Unknown kind, or the id fails its check: says by which rule, never with the id.</exception>
    public static AskedSubject Of(SubjectId? subject, Pseudonyms pseudonyms, DateOnly today)
    {
        var kind = Require.Text(subject?.IdType, "subject.id_type", maxLength: 40);
        var raw = Require.Text(subject?.Id, "subject.id", maxLength: 64);
        if (!Kinds.Contains(kind) || IdentifierKind.Find(kind) is not { } identifier)
        {
            throw Require.Malformed("SUBJECT_ID_TYPE", "subject.id_type", $"must be one of {string.Join(", ", Kinds)}");
        }

        var id = identifier.Normalize(raw) ?? "";
        if (kind == "resident_id" && id.Length == 15 && ResidentId15.Check(id, today).IsValid)
        {
            id = ResidentId.Upgrade15(id);
        }

        var check = identifier.Check(id, today);
        if (!check.IsValid)
        {
            throw VerificationFaults.SubjectInvalid(check.Rule);
        }

        // Permits of Hong Kong, Macao and Taiwan residents carry numbers of the resident form; a person has one pseudonym.
        var one = kind == "hmt_residence_permit" ? "resident_id" : kind;
        return new AskedSubject(pseudonyms.OfSubject(one, id), one == "uscc" ? null : pseudonyms.OfField($"neighbourhood/{one}", id[..NeighbourhoodLength]));
    }
}

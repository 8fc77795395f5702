using DataHub.Crypto.Sealing;
using DataHub.Kernel.Faults;
using DataHub.Kernel.Identifiers;
using DataHub.V1;

namespace DataHub.Verification.Answering;

/// <summary>Subjects as askers name them, to the pseudonyms records are kept under.</summary>
public static class SubjectIds
{
    private static readonly string[] Kinds = ["resident_id", "hmt_residence_permit", "foreign_pr_id", "uscc"];

    /// <summary>The pseudonym of a subject.</summary>
    /// <param name="subject">The subject as named; null is refused like one without an id.</param>
    /// <param name="pseudonyms">The hub's pseudonyms.</param>
    /// <param name="today">Today, a civil date.</param>
    /// <exception cref="FaultException">Unknown kind, or the id fails its check: says by which rule, never with the id.</exception>
    public static string PseudonymOf(SubjectId? subject, Pseudonyms pseudonyms, DateOnly today)
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
        return pseudonyms.OfSubject(kind == "hmt_residence_permit" ? "resident_id" : kind, id);
    }
}

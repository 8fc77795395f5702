using DataHub.Verification.Claims;

namespace DataHub.Verification.Asking;

/// <summary>A request that can be answered: well formed, about registered resources, for a stated purpose.</summary>
/// <param name="RequestId">The asker's id of the request.</param>
/// <param name="Subject">Whom it is about.</param>
/// <param name="Purpose">What it is for.</param>
/// <param name="Claims">What is claimed, in the order asked.</param>
internal sealed record Question(string RequestId, AskedSubject Subject, AskedPurpose Purpose, IReadOnlyList<ParsedClaim> Claims)
{
    // What the ledger takes, less room for the mark.
    private const int MaxTarget = 480;

    /// <summary>
    /// What was asked, without a value, for example <c>house/owner: area AtLeast, owners[].name Equal; population_person/person: Exists</c>. A long list ends in <c>; … n claims</c>; the commitment covers it whole.
    /// </summary>
    public string Target
    {
        get
        {
            var asked = string.Join("; ", Claims.GroupBy(claim => $"{claim.Schema.Resource}/{claim.Role.Role}").Select(of => $"{of.Key}: {string.Join(", ", of.Select(ItemOf))}"));
            return asked.Length <= MaxTarget ? asked : FormattableString.Invariant($"{asked[..asked.LastIndexOfAny([',', ';'], MaxTarget)]}; … {Claims.Count} claims");
        }
    }

    private static string ItemOf(ParsedClaim claim) => $"{claim.Field} {claim.Operator}".TrimStart();
}

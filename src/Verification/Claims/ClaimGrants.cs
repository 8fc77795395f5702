using DataHub.Kernel.Access;
using DataHub.Kernel.Faults;
using DataHub.V1;
using DataHub.Verification.Asking;

namespace DataHub.Verification.Claims;

/// <summary>Whether grants cover a question: from memory, and before anything about its subject is looked up.</summary>
internal static class ClaimGrants
{
    /// <summary>Requires a grant for every claim.</summary>
    /// <param name="book">The grants in force.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="question">What.</param>
    /// <returns>For each claim, whether its grant tells absence.</returns>
    /// <exception cref="FaultException">
    /// A claim without a grant: <c>GRANT_REQUIRED</c>. EXISTS says whether there is a record, so it needs a grant that tells absence.
    /// </exception>
    public static IReadOnlyList<bool> Require(IGrantBook book, Caller caller, Question question) =>
        [.. question.Claims.Select((claim, index) => TellsAbsence(book, caller, question.Purpose, claim, index))];

    private static bool TellsAbsence(IGrantBook book, Caller caller, AskedPurpose purpose, ParsedClaim claim, int index)
    {
        string[] fields = claim.Field is { Length: > 0 } field ? [field] : [];
        var grant = book.Find(caller.Organisation, claim.Schema.Resource, fields, purpose.ServiceItem, GrantOperations.Verify);
        return (grant, claim.Operator) switch
        {
            (null, _) => throw VerificationFaults.GrantRequired($"claims[{index}].field", claim.Schema.Resource),
            ({ TellsAbsence: false }, Operator.Exists) => throw VerificationFaults.AbsenceNotGranted($"claims[{index}].operator", claim.Schema.Resource),
            _ => grant.TellsAbsence,
        };
    }
}

using DataHub.Contracts;
using DataHub.Crypto.Sealing;
using DataHub.Kernel.Faults;
using DataHub.Kernel.Resources;
using DataHub.Kernel.Time;
using DataHub.V1;
using DataHub.Verification.Claims;

namespace DataHub.Verification.Asking;

/// <summary>Reads requests. What is understood is noted at once, so that the ledger can say of a refused one whom it was about and under which case.</summary>
internal sealed class QuestionReader(IResourceDirectory directory, KeyRing keys, TimeProvider time)
{
    private const int MaxClaims = 32;

    /// <summary>The question a request asks.</summary>
    /// <param name="request">As sent.</param>
    /// <param name="notes">Notes of the call.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="FaultException">A malformed field, or an unknown resource.</exception>
    public async Task<Question> ReadAsync(VerifyRequest request, CallNotes notes, CancellationToken cancellationToken)
    {
        var today = CivilTime.Today(time);
        var requestId = notes.RequestId = RequestIdOf(request);
        var subject = AskedSubject.Of(request.Subject, keys.Pseudonyms, today);
        notes.Subject = subject.Pseudonym;
        var purpose = AskedPurpose.Of(request.Purpose, today);
        (notes.ServiceItem, notes.CaseNo, notes.LegalBasis) = (purpose.ServiceItem, purpose.CaseNo, purpose.LegalBasis);
        var question = new Question(requestId, subject, purpose, await ClaimsOfAsync(request, cancellationToken));
        notes.Target = question.Target;
        return question;
    }

    private async Task<IReadOnlyList<ParsedClaim>> ClaimsOfAsync(VerifyRequest request, CancellationToken cancellationToken)
    {
        if (request.Claims.Count is 0 or > MaxClaims)
        {
            throw Require.Malformed("CLAIMS_COUNT", "claims", $"must be 1 to {MaxClaims}");
        }

        var claims = new List<ParsedClaim>();
        foreach (var (index, claim) in request.Claims.Index())
        {
            var path = $"claims[{index}]";
            var resource = Require.Text(claim.Resource, $"{path}.resource", maxLength: 40);
            var schema = await directory.FindAsync(resource, cancellationToken) ?? throw VerificationFaults.ResourceUnknown($"{path}.resource");
            claims.Add(ParsedClaim.Of(claim, schema, path));
        }

        return claims.DistinctBy(claim => claim.Id).Count() == claims.Count
            ? claims
            : throw Require.Malformed("CLAIM_ID_REPEATED", "claims", "must have claim_ids of their own");
    }

    private static string RequestIdOf(VerifyRequest request)
    {
        var id = Require.Text(request.RequestId, "request_id", maxLength: 64);
        return id.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')
            ? id
            : throw Require.Malformed("FIELD_CHARSET", "request_id", "may hold A-Z, a-z, 0-9, dot, underscore and hyphen only");
    }
}

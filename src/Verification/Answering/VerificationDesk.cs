using DataHub.Crypto.Sealing;
using DataHub.Kernel.Access;
using DataHub.Kernel.Faults;
using DataHub.Kernel.Identifiers;
using DataHub.Kernel.Resources;
using DataHub.Kernel.Time;
using DataHub.V1;
using DataHub.Verification.Claims;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace DataHub.Verification.Answering;

/// <summary>Answers questions about subjects and records every answer before it leaves.</summary>
internal sealed class VerificationDesk(IResourceDirectory directory, IRecordReader records, AnswerLog log, KeyRing keys, TimeProvider time)
{
    private const int MaxClaims = 32;

    /// <summary>Answers a request; the same request id with the same content gets the same answer again.</summary>
    /// <exception cref="FaultException">A malformed field, an unknown resource, a request id used before with other content.</exception>
    public async Task<VerifyReply> AnswerAsync(Caller caller, VerifyRequest request, CancellationToken cancellationToken)
    {
        var requestId = RequestIdOf(request);
        var subjectId = SubjectIds.PseudonymOf(request.Subject, keys.Pseudonyms, CivilTime.Today(time));
        RequirePurpose(request.Purpose);
        var claims = await ParseAsync(request, cancellationToken);

        var digest = keys.Digest("verify", request.ToByteArray());
        if (await log.FindAsync(caller, requestId, digest, time.GetUtcNow(), cancellationToken) is { } earlier)
        {
            return earlier;
        }

        var reply = new VerifyReply { RequestId = requestId, AnsweredAt = Timestamp.FromDateTimeOffset(time.GetUtcNow()) };
        foreach (var claim in claims)
        {
            var held = await records.CurrentAsync(claim.Schema.Resource, subjectId, claim.Role.Role, cancellationToken);
            var age = await records.AgeAsync(claim.Schema.Resource, cancellationToken);
            reply.Answers.Add(ClaimAnswers.Of(claim, held, age, time.GetUtcNow()));
        }

        return await log.RecordAsync(caller, subjectId, request, digest, reply, cancellationToken);
    }

    private async Task<IReadOnlyList<ParsedClaim>> ParseAsync(VerifyRequest request, CancellationToken cancellationToken)
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

    private void RequirePurpose(Purpose? purpose)
    {
        var today = CivilTime.Today(time);
        var item = Require.Text(purpose?.ServiceItemCode, "purpose.service_item_code", maxLength: 33);
        if (!ServiceItemImpl.Check(item, today).IsValid && !ServiceItemBasic.Check(item, today).IsValid)
        {
            throw Require.Malformed("SERVICE_ITEM_CODE", "purpose.service_item_code", "is neither an implementation code (31 places) nor a basic code (12 places)");
        }

        Require.Text(purpose?.CaseNo, "purpose.case_no", maxLength: 64);
        if (Require.Text(purpose?.LegalBasis, "purpose.legal_basis", maxLength: 200).Length < 2)
        {
            throw Require.Malformed("FIELD_TOO_SHORT", "purpose.legal_basis", "must name the article relied on");
        }
    }
}

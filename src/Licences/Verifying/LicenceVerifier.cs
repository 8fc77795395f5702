using DataHub.Crypto.Certificates;
using DataHub.Crypto.Sm2;
using DataHub.Kernel.Identifiers;
using DataHub.Kernel.Time;
using DataHub.Licences.Documents;
using DataHub.Licences.Minting;
using DataHub.V1;

namespace DataHub.Licences.Verifying;

/// <summary>
/// Checks a licence document: 1 form, 2 chain under the pinned root, 3 signature over the canonical bytes, 4 issuer named = issuer that
/// signed, 5 minted here and unchanged, 6 state now. Bad input is a verdict, never an error; what cannot be decided speaks against it.
/// </summary>
internal sealed class LicenceVerifier(LicenceRegister register, ISignerDirectory signers, TimeProvider time)
{
    public async Task<VerifyLicenceReply> VerifyAsync(LicenceDocument? given, CancellationToken cancellationToken)
    {
        if (given is null || LicencePaper.Read(given.Document.Memory) is not var (canonical, id, issuerCode))
        {
            return VerdictOf(["document"], null);
        }

        var reasons = new List<string>();
        var licence = ElicenceId.Check(id).IsValid ? await register.FindAsync(id, cancellationToken) : null;
        CheckSignature(given, canonical, issuerCode, licence?.Minted.Act.At ?? time.GetUtcNow(), reasons);
        if (licence is null)
        {
            reasons.Add("unknown");
            return VerdictOf(reasons, null);
        }

        await CheckContentAsync(licence, canonical, reasons, cancellationToken);
        CheckState(licence, reasons);
        return VerdictOf(reasons, await register.StatusOfAsync(licence, cancellationToken));
    }

    private void CheckSignature(LicenceDocument given, byte[] canonical, string issuerCode, DateTimeOffset signedAt, List<string> reasons)
    {
        var chain = LicenceChain.Verify([.. given.Chain.Select(certificate => certificate.Memory)], signers.Roots, signedAt);
        if (chain is not { IsValid: true, Leaf: { } leaf })
        {
            reasons.Add("chain");
            return;
        }

        if (!Sm2.Verify(leaf.PublicKey, canonical, given.Signature.Span))
        {
            reasons.Add("signature");
        }

        if (leaf.Organisation != issuerCode)
        {
            reasons.Add("issuer");
        }
    }

    private async Task CheckContentAsync(Licence licence, byte[] canonical, List<string> reasons, CancellationToken cancellationToken)
    {
        // Once the holder was erased there is nothing to compare with; the signature has to do.
        if (await register.DocumentOfAsync(licence, cancellationToken) is { } minted && !minted.AsSpan().SequenceEqual(canonical))
        {
            reasons.Add("differs");
        }
    }

    private void CheckState(Licence licence, List<string> reasons)
    {
        var today = CivilTime.Today(time);
        if (licence.StateOn(today) is LicenceState.Revoked)
        {
            reasons.Add("revoked");
        }
        else if (licence.StateOn(today) is LicenceState.Expired)
        {
            reasons.Add("expired");
        }

        if (licence.Minted.ValidFrom > today)
        {
            reasons.Add("not_yet_valid");
        }
    }

    private static VerifyLicenceReply VerdictOf(List<string> reasons, LicenceStatus? status) => new()
    {
        Accepted = reasons.Count == 0,
        Reasons = { reasons },
        Status = status,
        MessageZh = VerdictTexts.Zh(reasons),
        MessageEn = VerdictTexts.En(reasons),
    };
}

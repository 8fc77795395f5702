using System.Collections.Concurrent;
using DataHub.Crypto.Certificates;
using DataHub.Crypto.Sm2;

namespace DataHub.Ledger.Heads;

/// <summary>What a signed head is worth. Names are written into reports: never renamed.</summary>
public enum HeadOutcome
{
    /// <summary>The hub's ledger signer vouches for it, and a pinned root for the signer.</summary>
    Valid,

    /// <summary>The text is no head.</summary>
    Form,

    /// <summary>No certificate, or none that a pinned root vouches for at the head's time.</summary>
    Chain,

    /// <summary>The certificate is not one for signing heads.</summary>
    Signer,

    /// <summary>The signature is not the signer's over this text.</summary>
    Signature,
}

/// <summary>What <see cref="HeadVerifier"/> found.</summary>
/// <param name="Outcome">The reason, or <see cref="HeadOutcome.Valid"/>.</param>
/// <param name="Head">The head; null where the text is none. Believe it only if valid.</param>
public sealed record HeadVerdict(HeadOutcome Outcome, TreeHead? Head)
{
    /// <summary>Whether it may be believed.</summary>
    public bool IsValid => Outcome is HeadOutcome.Valid;
}

/// <summary>Verifies signed heads under pinned SM2 roots. A signer's chain is looked at once, its validity for each head. Thread-safe.</summary>
/// <param name="roots">DER of the roots trusted; several while one is being replaced.</param>
public sealed class HeadVerifier(IReadOnlyList<ReadOnlyMemory<byte>> roots)
{
    private const int MaxRemembered = 256;

    private readonly ConcurrentDictionary<string, Signer> _signers = [];

    /// <summary>Verifies a head; bad input is an outcome, never an exception.</summary>
    /// <param name="signedHead">The head.</param>
    public HeadVerdict Verify(SignedHead signedHead)
    {
        ArgumentNullException.ThrowIfNull(signedHead);
        TreeHead head;
        try
        {
            head = TreeHead.Parse(signedHead.Text.Span);
        }
        catch (InvalidDataException)
        {
            return new HeadVerdict(HeadOutcome.Form, null);
        }

        return new HeadVerdict(Judge(signedHead, head.At), head);
    }

    private HeadOutcome Judge(SignedHead signedHead, DateTimeOffset at)
    {
        if (signedHead.Certificates.Count == 0 || SignerOf(signedHead.Certificates[0], at) is not { } signer || !signer.IsCertifiedAt(at))
        {
            return HeadOutcome.Chain;
        }

        if (signer.Certificate.Authority != SignedHead.SignerName)
        {
            return HeadOutcome.Signer;
        }

        return Sm2.Verify(signer.Certificate.PublicKey, signedHead.Text.Span, signedHead.Signature.Span) ? HeadOutcome.Valid : HeadOutcome.Signature;
    }

    private Signer? SignerOf(ReadOnlyMemory<byte> certificate, DateTimeOffset at)
    {
        var key = Convert.ToHexString(Sm3.Hash(certificate.Span));
        if (_signers.TryGetValue(key, out var known))
        {
            return known;
        }

        var found = roots.Select(root => (Root: root, Verdict: LicenceChain.Verify(certificate, root, at))).FirstOrDefault(tried => tried.Verdict.IsValid);
        if (found.Verdict is null)
        {
            return null;
        }

        var signer = new Signer(found.Verdict.Leaf!, LicenceCertificate.Parse(found.Root).Validity);
        if (_signers.Count < MaxRemembered)
        {
            _signers.TryAdd(key, signer);
        }

        return signer;
    }

    private sealed record Signer(LicenceCertificate Certificate, CertificateValidity Root)
    {
        public bool IsCertifiedAt(DateTimeOffset at) => Certificate.Validity.Contains(at) && Root.Contains(at);
    }
}

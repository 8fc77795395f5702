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

/// <summary>Verifies signed heads under pinned SM2 roots. A signer's chain is looked at once for the heads of a day. Thread-safe.</summary>
/// <param name="roots">DER of the roots trusted; several while one is being replaced.</param>
public sealed class HeadVerifier(IReadOnlyList<ReadOnlyMemory<byte>> roots)
{
    private const int MaxRemembered = 256;

    private static readonly TimeSpan Ahead = TimeSpan.FromDays(1);

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
        if (SignerOf(signedHead.Certificates, at) is not { } signer)
        {
            return HeadOutcome.Chain;
        }

        if (signer.Authority != SignedHead.SignerName)
        {
            return HeadOutcome.Signer;
        }

        return Sm2.Verify(signer.PublicKey, signedHead.Text.Span, signedHead.Signature.Span) ? HeadOutcome.Valid : HeadOutcome.Signature;
    }

    /// <summary>The signer, if a root vouches for it at an instant. What holds at two instants holds between them, since every certificate is valid for one stretch of time.</summary>
    private LicenceCertificate? SignerOf(IReadOnlyList<ReadOnlyMemory<byte>> chain, DateTimeOffset at)
    {
        var key = string.Join('.', chain.Select(certificate => Convert.ToHexString(Sm3.Hash(certificate.Span))));
        if (_signers.TryGetValue(key, out var known) && known.From <= at && at <= known.To)
        {
            return known.Certificate;
        }

        var verdict = LicenceChain.Verify(chain, roots, at);
        if (!verdict.IsValid)
        {
            return null;
        }

        if (_signers.Count < MaxRemembered || known is not null)
        {
            _signers[key] = new Signer(verdict.Leaf!, at, LicenceChain.Verify(chain, roots, at + Ahead).IsValid ? at + Ahead : at);
        }

        return verdict.Leaf;
    }

    private sealed record Signer(LicenceCertificate Certificate, DateTimeOffset From, DateTimeOffset To);
}

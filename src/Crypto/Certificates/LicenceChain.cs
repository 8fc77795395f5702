using System.Security.Cryptography.X509Certificates;
using DataHub.Kernel.Faults;

namespace DataHub.Crypto.Certificates;

/// <summary>What <see cref="LicenceChain.Verify"/> found.</summary>
/// <param name="Outcome">The reason, or <see cref="ChainOutcome.Valid"/>.</param>
/// <param name="Leaf">The issuer's certificate; null where it could not be read. Believe it only if <see cref="IsValid"/>.</param>
public sealed record ChainVerdict(ChainOutcome Outcome, LicenceCertificate? Leaf)
{
    /// <summary>Whether the root vouches for the issuer's certificate at the instant asked about.</summary>
    public bool IsValid => Outcome is ChainOutcome.Valid;
}

/// <summary>
/// The chain of a licence: an issuer's certificate directly under a pinned SM2 root. A fixed check without path building; what it does not
/// ask for cannot be got wrong. Revocation of issuer keys is the registry's to know.
/// </summary>
public static class LicenceChain
{
    private const X509KeyUsageFlags IssuerUsage = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation;

    /// <summary>Checks a chain; bad input is an outcome, never an exception.</summary>
    /// <param name="leafDer">The issuer's certificate.</param>
    /// <param name="rootDer">The root the verifier trusts, byte for byte; its own signature adds nothing and is not checked.</param>
    /// <param name="at">Instant that must lie in the validity of both, as a rule that of signing.</param>
    public static ChainVerdict Verify(ReadOnlyMemory<byte> leafDer, ReadOnlyMemory<byte> rootDer, DateTimeOffset at)
    {
        var leaf = TryParse(leafDer);
        if (leaf is null)
        {
            return new ChainVerdict(ChainOutcome.LeafUnreadable, null);
        }

        var root = TryParse(rootDer);
        return new ChainVerdict(root is null ? ChainOutcome.RootUnreadable : Judge(leaf, root, at), leaf);
    }

    private static ChainOutcome Judge(LicenceCertificate leaf, LicenceCertificate root, DateTimeOffset at)
    {
        if (!IsRoot(root))
        {
            return ChainOutcome.RootNotAuthority;
        }

        if (!leaf.IssuerDer.Span.SequenceEqual(root.SubjectDer.Span))
        {
            return ChainOutcome.OtherIssuer;
        }

        if (leaf.Extensions.AuthorityKeyId is not { Length: > 0 } named || !named.AsSpan().SequenceEqual(root.Extensions.SubjectKeyId))
        {
            return ChainOutcome.OtherIssuerKey;
        }

        if (!leaf.Extensions.HasBasicConstraints || leaf.Extensions.IsAuthority)
        {
            return ChainOutcome.LeafIsAuthority;
        }

        if (leaf.Extensions.KeyUsage != IssuerUsage)
        {
            return ChainOutcome.WrongKeyUsage;
        }

        var outcome = JudgeTime(leaf.Validity, root.Validity, at);
        return outcome is ChainOutcome.Valid && !IsSignedBy(leaf, root) ? ChainOutcome.BadSignature : outcome;
    }

    private static bool IsRoot(LicenceCertificate root) =>
        root.Extensions.IsAuthority
        && root.Extensions.KeyUsage.HasFlag(X509KeyUsageFlags.KeyCertSign)
        && root.IssuerDer.Span.SequenceEqual(root.SubjectDer.Span);

    private static ChainOutcome JudgeTime(CertificateValidity leaf, CertificateValidity root, DateTimeOffset at)
    {
        if (at < leaf.From || at < root.From)
        {
            return ChainOutcome.NotYetValid;
        }

        return leaf.Contains(at) && root.Contains(at) ? ChainOutcome.Valid : ChainOutcome.Expired;
    }

    private static bool IsSignedBy(LicenceCertificate leaf, LicenceCertificate root) =>
        Sm2.Sm2.Verify(root.PublicKey, leaf.SignedPart.Span, leaf.Signature.Span);

    private static LicenceCertificate? TryParse(ReadOnlyMemory<byte> der)
    {
        try
        {
            return LicenceCertificate.Parse(der);
        }
        catch (FaultException)
        {
            // Unreadable is an outcome here; which fault it was helps nobody who asks "is it valid?".
            return null;
        }
    }
}

using System.Security.Cryptography.X509Certificates;
using DataHub.Kernel.Faults;

namespace DataHub.Crypto.Certificates;

/// <summary>What <see cref="LicenceChain"/> found.</summary>
/// <param name="Outcome">The reason, or <see cref="ChainOutcome.Valid"/>.</param>
/// <param name="Leaf">The issuer's certificate; null where it could not be read. Believe it only if <see cref="IsValid"/>.</param>
public sealed record ChainVerdict(ChainOutcome Outcome, LicenceCertificate? Leaf)
{
    /// <summary>Whether the root vouches for the issuer's certificate at the instant asked about.</summary>
    public bool IsValid => Outcome is ChainOutcome.Valid;
}

/// <summary>
/// The chain of a licence: an issuer's certificate under a pinned SM2 root, directly or with exactly one issuing authority between. A fixed check without path building; what it does not
/// ask for cannot be got wrong. Revocation of issuer keys is the registry's to know.
/// </summary>
public static class LicenceChain
{
    private const X509KeyUsageFlags IssuerUsage = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation;
    private const int LongestChain = 3;

    /// <summary>Checks a chain of two certificates; bad input is an outcome, never an exception.</summary>
    /// <param name="leafDer">The issuer's certificate.</param>
    /// <param name="rootDer">The root the verifier trusts, byte for byte; its own signature adds nothing and is not checked.</param>
    /// <param name="at">Instant that must lie in the validity of both, as a rule that of signing.</param>
    public static ChainVerdict Verify(ReadOnlyMemory<byte> leafDer, ReadOnlyMemory<byte> rootDer, DateTimeOffset at) => Verify([leafDer], [rootDer], at);

    /// <summary>
    /// Checks a chain as documents carry it: the issuer's certificate, the issuing authority where there is one, the root where it is sent. A root sent counts only if it is a pinned one, byte for
    /// byte. Bad input is an outcome, never an exception.
    /// </summary>
    /// <param name="chain">1 to 3 DER certificates, the issuer's first.</param>
    /// <param name="roots">The roots the verifier trusts; their own signatures add nothing and are not checked.</param>
    /// <param name="at">Instant that must lie in the validity of all, as a rule that of signing.</param>
    public static ChainVerdict Verify(IReadOnlyList<ReadOnlyMemory<byte>> chain, IReadOnlyList<ReadOnlyMemory<byte>> roots, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(chain);
        ArgumentNullException.ThrowIfNull(roots);
        var leaf = chain.Count is 0 or > LongestChain ? null : TryParse(chain[0]);
        if (leaf is null)
        {
            return new ChainVerdict(ChainOutcome.LeafUnreadable, null);
        }

        var between = chain.Skip(1).Where((der, index) => !(index == chain.Count - 2 && roots.Any(root => root.Span.SequenceEqual(der.Span)))).ToList();
        return between.Count switch
        {
            0 => new ChainVerdict(JudgeRoots(leaf, roots, at, LeafRules), leaf),
            1 when TryParse(between[0]) is { } issuing => new ChainVerdict(JudgeThree(leaf, issuing, roots, at), leaf),
            1 => new ChainVerdict(ChainOutcome.IssuingUnreadable, leaf),
            _ => new ChainVerdict(ChainOutcome.OtherIssuer, leaf),
        };
    }

    private static ChainOutcome JudgeThree(LicenceCertificate leaf, LicenceCertificate issuing, IReadOnlyList<ReadOnlyMemory<byte>> roots, DateTimeOffset at)
    {
        var upper = JudgeRoots(issuing, roots, at, IssuingRules);
        return upper is ChainOutcome.Valid ? JudgeLink(leaf, issuing, at, LeafRules) : upper;
    }

    /// <summary>The verdict under the root that the certificate names; under the last one where it names none of them.</summary>
    private static ChainOutcome JudgeRoots(LicenceCertificate certificate, IReadOnlyList<ReadOnlyMemory<byte>> roots, DateTimeOffset at, Func<LicenceCertificate, ChainOutcome> rules)
    {
        var outcome = ChainOutcome.RootUnreadable;
        foreach (var der in roots)
        {
            outcome = TryParse(der) is not { } root ? ChainOutcome.RootUnreadable
                : !IsRoot(root) ? ChainOutcome.RootNotAuthority
                : JudgeLink(certificate, root, at, rules);
            if (outcome is not (ChainOutcome.RootUnreadable or ChainOutcome.RootNotAuthority or ChainOutcome.OtherIssuer or ChainOutcome.OtherIssuerKey))
            {
                return outcome;
            }
        }

        return outcome;
    }

    private static ChainOutcome JudgeLink(LicenceCertificate certificate, LicenceCertificate issuer, DateTimeOffset at, Func<LicenceCertificate, ChainOutcome> rules)
    {
        if (!certificate.IssuerDer.Span.SequenceEqual(issuer.SubjectDer.Span))
        {
            return ChainOutcome.OtherIssuer;
        }

        if (certificate.Extensions.AuthorityKeyId is not { Length: > 0 } named || !named.AsSpan().SequenceEqual(issuer.Extensions.SubjectKeyId))
        {
            return ChainOutcome.OtherIssuerKey;
        }

        var outcome = rules(certificate);
        outcome = outcome is ChainOutcome.Valid ? JudgeTime(certificate.Validity, issuer.Validity, at) : outcome;
        return outcome is ChainOutcome.Valid && !IsSignedBy(certificate, issuer) ? ChainOutcome.BadSignature : outcome;
    }

    private static ChainOutcome LeafRules(LicenceCertificate leaf)
    {
        if (!leaf.Extensions.HasBasicConstraints || leaf.Extensions.IsAuthority)
        {
            return ChainOutcome.LeafIsAuthority;
        }

        return leaf.Extensions.KeyUsage == IssuerUsage ? ChainOutcome.Valid : ChainOutcome.WrongKeyUsage;
    }

    /// <summary>An authority that may have no authority below, and no root passed off as one.</summary>
    private static ChainOutcome IssuingRules(LicenceCertificate issuing) =>
        issuing.Extensions is { IsAuthority: true, PathLength: 0 } && issuing.Extensions.KeyUsage.HasFlag(X509KeyUsageFlags.KeyCertSign)
            ? ChainOutcome.Valid
            : ChainOutcome.IssuingNotAuthority;

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

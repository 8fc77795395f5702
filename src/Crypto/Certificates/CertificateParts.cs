using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DataHub.Crypto.Certificates;

/// <summary>What certificates of both kinds are made of (RFC 5280).</summary>
internal static class CertificateParts
{
    /// <summary>16 random bytes, positive and always of the same length.</summary>
    public static byte[] Serial()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x7F) | 0x40);
        return serial;
    }

    public static void AddAuthority(CertificateRequest request)
    {
        Add(request, X509BasicConstraintsExtension.CreateForCertificateAuthority(), X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(KeyIdOf(request.PublicKey)));
    }

    /// <summary>An authority that certifies leaves and no further authorities.</summary>
    public static void AddIssuing(CertificateRequest request, PublicKey issuerKey)
    {
        Add(request, X509BasicConstraintsExtension.CreateForCertificateAuthority(pathLengthConstraint: 0), X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(KeyIdOf(issuerKey)));
    }

    /// <summary>A root as an older root certifies it: one issuing authority may stand below.</summary>
    public static void AddCross(CertificateRequest request, PublicKey issuerKey)
    {
        Add(request, X509BasicConstraintsExtension.CreateForCertificateAuthority(pathLengthConstraint: 1), X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(KeyIdOf(issuerKey)));
    }

    /// <summary>Whether a certificate names an authority, by name and key, as the one that issued it; says nothing about its signature.</summary>
    public static bool IsNamedIssuer(X509Certificate2 authority, X509Certificate2 certificate) =>
        authority.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData)
        && certificate.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().FirstOrDefault()?.KeyIdentifier is { } named
        && named.Span.SequenceEqual(KeyIdOf(authority.PublicKey).SubjectKeyIdentifierBytes.Span);

    public static void AddLeaf(CertificateRequest request, X509KeyUsageFlags usage, PublicKey issuerKey)
    {
        Add(request, X509BasicConstraintsExtension.CreateForEndEntity(critical: true), usage);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(KeyIdOf(issuerKey)));
    }

    private static void Add(CertificateRequest request, X509BasicConstraintsExtension constraints, X509KeyUsageFlags usage)
    {
        request.CertificateExtensions.Add(constraints);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, critical: true));
        request.CertificateExtensions.Add(KeyIdOf(request.PublicKey));
    }

    /// <summary>Method 1 of RFC 5280, 4.2.1.2, which other tools compute too; a name for the key, not a protection.</summary>
    private static X509SubjectKeyIdentifierExtension KeyIdOf(PublicKey key) =>
        new(key, X509SubjectKeyIdentifierHashAlgorithm.Sha1, critical: false);
}

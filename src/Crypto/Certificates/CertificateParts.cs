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

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DataHub.Host.Access;

/// <summary>What the register keeps of a certificate.</summary>
/// <param name="Thumbprint">Lower-case hex SHA-256 of its DER.</param>
/// <param name="Serial">Serial number, lower-case hex.</param>
/// <param name="Authority">Key identifier of the authority that issued it, lower-case hex; empty where it names none.</param>
/// <param name="NotBefore">First instant of its validity.</param>
/// <param name="NotAfter">Last instant of its validity, inclusive.</param>
public sealed record CertificateFacts(string Thumbprint, string Serial, string Authority, DateTimeOffset NotBefore, DateTimeOffset NotAfter)
{
    /// <summary>Reads a certificate whose chain has been checked.</summary>
    /// <param name="certificate">The certificate.</param>
    public static CertificateFacts Of(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return new CertificateFacts(
            Convert.ToHexStringLower(SHA256.HashData(certificate.RawDataMemory.Span)),
            Convert.ToHexStringLower(certificate.SerialNumberBytes.Span),
            AuthorityOf(certificate),
            certificate.NotBefore.ToUniversalTime(),
            certificate.NotAfter.ToUniversalTime());
    }

    private static string AuthorityOf(X509Certificate2 certificate)
    {
        try
        {
            return certificate.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().FirstOrDefault()?.KeyIdentifier is { } id ? Convert.ToHexStringLower(id.Span) : "";
        }
        catch (CryptographicException)
        {
            // An identifier that cannot be read names no authority.
            return "";
        }
    }
}

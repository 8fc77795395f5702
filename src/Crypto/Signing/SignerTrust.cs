using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DataHub.Crypto.Certificates;
using DataHub.Kernel.Faults;

namespace DataHub.Crypto.Signing;

/// <summary>Whether a P-256 signer's certificate leads to a pinned root (RFC 5280), at the instant of signing and for its one purpose.</summary>
public static class SignerTrust
{
    private const int LongestChain = 4;

    /// <summary>Checks a chain; bad input is null, never an exception.</summary>
    /// <param name="chain">DER certificates: the signer's own, then those between it and the root; a root at the end is ignored, never trusted.</param>
    /// <param name="roots">Roots trusted.</param>
    /// <param name="at">Instant that must lie in the validity of all, as a rule that of signing.</param>
    /// <param name="purpose">What the key signed.</param>
    /// <returns>SubjectPublicKeyInfo of the signer, for <see cref="P256.Verify(ReadOnlySpan{byte}, ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>; null where the chain does not hold.</returns>
    public static byte[]? PublicKeyOf(IReadOnlyList<ReadOnlyMemory<byte>> chain, X509Certificate2Collection roots, DateTimeOffset at, SignerPurpose purpose)
    {
        ArgumentNullException.ThrowIfNull(chain);
        ArgumentNullException.ThrowIfNull(roots);
        if (chain.Count is 0 or > LongestChain)
        {
            return null;
        }

        X509Certificate2Collection certificates = [];
        try
        {
            foreach (var der in chain)
            {
                certificates.Add(TlsTrust.ReadCertificate(der));
            }

            var signer = certificates[0];
            return IsSigner(signer) && TlsTrust.IsTrusted(signer, roots, at, [.. certificates.Skip(1)], Oids.Of(purpose))
                ? signer.PublicKey.ExportSubjectPublicKeyInfo()
                : null;
        }
        catch (Exception e) when (e is FaultException or CryptographicException)
        {
            // Unreadable, as a whole or in an extension, is the same answer: not a signer's chain.
            return null;
        }
        finally
        {
            foreach (var certificate in certificates)
            {
                certificate.Dispose();
            }
        }
    }

    private static bool IsSigner(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPublicKey();
        return key is not null && P256.IsP256(key)
            && certificate.Extensions.OfType<X509KeyUsageExtension>().Any(usage => usage.KeyUsages.HasFlag(X509KeyUsageFlags.DigitalSignature))
            && certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Sum(usage => usage.EnhancedKeyUsages.Count) == 1;
    }
}

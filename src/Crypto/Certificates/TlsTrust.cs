using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DataHub.Crypto.Der;
using DataHub.Kernel.Faults;

namespace DataHub.Crypto.Certificates;

/// <summary>
/// Whether a TLS certificate leads to one of the hub's own roots, at an instant, for one purpose (RFC 5280). The system's trust store
/// and the network are never asked. Revocation is looked up by serial number where the registry of systems is.
/// </summary>
public static class TlsTrust
{
    /// <summary>Whether a client certificate holds.</summary>
    /// <param name="certificate">The client's certificate.</param>
    /// <param name="roots">Roots trusted.</param>
    /// <param name="at">Instant that must lie in its validity.</param>
    /// <param name="intermediates">Certificates that may stand between, as the client sent them; none of them is trusted by itself.</param>
    public static bool IsTrustedClient(X509Certificate2 certificate, X509Certificate2Collection roots, DateTimeOffset at, X509Certificate2Collection? intermediates = null) =>
        IsTrusted(certificate, roots, at, intermediates, Oids.ClientAuthentication);

    /// <summary>Whether a server certificate holds; its names are compared by the TLS library.</summary>
    /// <param name="certificate">The server's certificate.</param>
    /// <param name="roots">Roots trusted.</param>
    /// <param name="at">Instant that must lie in its validity.</param>
    /// <param name="intermediates">Certificates that may stand between, as the server sent them; none of them is trusted by itself.</param>
    public static bool IsTrustedServer(X509Certificate2 certificate, X509Certificate2Collection roots, DateTimeOffset at, X509Certificate2Collection? intermediates = null) =>
        IsTrusted(certificate, roots, at, intermediates, Oids.ServerAuthentication);

    /// <summary>Reads the roots of a PEM file; several while an authority is being replaced.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FaultException">Missing or without a certificate: <c>PEM_FILE</c>; not certificates: <c>DER_REFUSED</c>, <c>CERTIFICATE_UNREADABLE</c>.</exception>
    public static X509Certificate2Collection ReadRoots(string path)
    {
        var certificates = PemFile.Read(path).Certificates;
        return certificates.Count > 0
            ? [.. certificates.Select(ReadCertificate)]
            : throw CryptoFaults.Pem(path, "must hold a certificate");
    }

    /// <summary>Reads the certificate of an authority.</summary>
    /// <param name="der">DER, 8 KiB at most.</param>
    /// <exception cref="FaultException">Not one, or not on P-256 or P-384: <c>DER_REFUSED</c>, <c>CERTIFICATE_UNREADABLE</c>.</exception>
    public static X509Certificate2 ReadAuthority(ReadOnlyMemory<byte> der)
    {
        var certificate = ReadCertificate(der);
        return IsAuthority(certificate) ? certificate : throw CryptoFaults.Certificate("it is not that of an authority on P-256 or P-384");
    }

    /// <summary>Whether a certificate is that of an authority whose key is on P-256 or P-384; its own signature is not looked at.</summary>
    /// <param name="certificate">A certificate that came through the DER gate.</param>
    public static bool IsAuthority(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return IsOnAllowedCurve(certificate)
            && certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(constraints => constraints.CertificateAuthority)
            && certificate.Extensions.OfType<X509KeyUsageExtension>().All(usage => usage.KeyUsages.HasFlag(X509KeyUsageFlags.KeyCertSign));
    }

    internal static X509Certificate2 ReadCertificate(ReadOnlyMemory<byte> der)
    {
        DerGate.Admit(der.Span, DerLimits.Certificate);
        try
        {
            return X509CertificateLoader.LoadCertificate(der.Span);
        }
        catch (CryptographicException e)
        {
            throw CryptoFaults.Certificate("it is not X.509", e);
        }
    }

    /// <summary>Whether a leaf of any purpose holds.</summary>
    internal static bool IsTrusted(X509Certificate2 certificate, X509Certificate2Collection roots, DateTimeOffset at, X509Certificate2Collection? intermediates, string purpose)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(roots);
        if (!DerGate.Examine(certificate.RawData, DerLimits.Certificate).Accepted || !IsLeafFor(certificate, purpose))
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.ExtraStore.AddRange(intermediates ?? []);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(purpose));
        chain.ChainPolicy.VerificationTime = at.UtcDateTime;
        return chain.Build(certificate) && chain.ChainElements.All(element => IsOnAllowedCurve(element.Certificate));
    }

    // The gate in front of a leaf does not see what stands above it; nothing but these two curves vouches for anybody.
    private static bool IsOnAllowedCurve(X509Certificate2 certificate)
    {
        try
        {
            using var key = DerGate.Examine(certificate.RawData, DerLimits.Certificate).Accepted ? certificate.GetECDsaPublicKey() : null;
            return key?.ExportParameters(includePrivateParameters: false).Curve.Oid.Value is { } curve
                && (curve == ECCurve.NamedCurves.nistP256.Oid.Value || curve == ECCurve.NamedCurves.nistP384.Oid.Value);
        }
        catch (CryptographicException)
        {
            // A key that cannot be read vouches for nothing.
            return false;
        }
    }

    /// <summary>
    /// A chain check takes a certificate without purposes for one that has them all, and an authority for a leaf; the hub issues
    /// neither to anyone.
    /// </summary>
    private static bool IsLeafFor(X509Certificate2 certificate, string purpose)
    {
        try
        {
            return certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Any(usage => usage.EnhancedKeyUsages[purpose] is not null)
                && !certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(constraints => constraints.CertificateAuthority);
        }
        catch (CryptographicException)
        {
            // An extension that cannot be read says nothing good.
            return false;
        }
    }
}

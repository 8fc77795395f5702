using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DataHub.Kernel.Faults;

namespace DataHub.Crypto.Certificates;

/// <summary>What the TLS authority is asked to certify.</summary>
internal static class TlsRequests
{
    public static CertificateRequest Client(TlsIdentity identity, PublicKey key) => new(identity.ToName(), key, HashAlgorithmName.SHA256);

    public static CertificateRequest Server(IReadOnlyList<string> dnsNames, IReadOnlyList<IPAddress> addresses, PublicKey key)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in dnsNames)
        {
            names.AddDnsName(name);
        }

        foreach (var address in addresses)
        {
            names.AddIpAddress(address);
        }

        var first = dnsNames.Concat(addresses.Select(address => address.ToString())).FirstOrDefault()
            ?? throw Require.Malformed("SERVER_NAMES_REQUIRED", "names", "must hold a DNS name or an IP address");
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(first.Length <= 64 ? first : first[..64]);
        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        return request;
    }

    /// <summary>The key of a request that came through the gate; the platform checks that the request is signed by it.</summary>
    public static PublicKey KeyOf(ReadOnlySpan<byte> pkcs10)
    {
        try
        {
            var key = CertificateRequest.LoadSigningRequest(pkcs10, HashAlgorithmName.SHA256, out _).PublicKey;
            using var ecdsa = key.GetECDsaPublicKey();
            return ecdsa?.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value
                ? key
                : throw CryptoFaults.CertificateRequest();
        }
        catch (Exception e) when (e is CryptographicException or NotSupportedException)
        {
            throw CryptoFaults.CertificateRequest(e);
        }
    }
}

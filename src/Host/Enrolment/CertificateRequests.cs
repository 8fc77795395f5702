using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DataHub.Crypto.Certificates;

namespace DataHub.Host.Enrolment;

/// <summary>A certificate that was issued, with what its bearer has to know.</summary>
/// <param name="Account">Whose it is.</param>
/// <param name="Chain">DER: the certificate, then authorities between it and the roots.</param>
internal sealed record IssuedChain(string Account, IReadOnlyList<byte[]> Chain)
{
    public static IssuedChain Of(string account, X509Certificate2Collection chain) => new(account, [.. chain.Select(certificate => certificate.RawData)]);
}

/// <summary>Keys as certificate requests and certificates hold them.</summary>
internal static class RequestedKey
{
    /// <summary>SHA-256 of the SubjectPublicKeyInfo of a request, which came through the gate, is on P-256 and signed by its key.</summary>
    /// <exception cref="Kernel.Faults.FaultException"><c>DER_REFUSED</c>, <c>CERTIFICATE_REQUEST_INVALID</c>.</exception>
    public static byte[] DigestOf(ReadOnlySpan<byte> pkcs10) => SHA256.HashData(TlsAuthority.PublicKeyOf(pkcs10));

    public static byte[] DigestOf(X509Certificate2 certificate) => SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo());
}

using System.Security.Cryptography.X509Certificates;
using DataHub.Crypto.Certificates;

namespace DataHub.Host.Access;

/// <summary>The certificate a connection was opened with, read once; a feature of the connection. Its chain was checked in the handshake.</summary>
/// <param name="Account">Account it names; null where it names none.</param>
/// <param name="Facts">What is known of it.</param>
internal sealed record ClientCertificate(string? Account, CertificateFacts Facts)
{
    public static ClientCertificate Of(X509Certificate2 certificate) => new(TlsIdentity.Read(certificate)?.SystemId, CertificateFacts.Of(certificate));
}

using System.Security.Cryptography.X509Certificates;
using DataHub.Crypto.Certificates;

namespace DataHub.Host.Access;

/// <summary>The certificate a connection was opened with, read once; a feature of the connection. Its chain was checked in the handshake.</summary>
/// <param name="Account">Account it names; null where it names none.</param>
/// <param name="Facts">What is known of it.</param>
/// <param name="OutsideAuthority">Key identifier of the outside authority that vouches for it; null where the hub's own does.</param>
internal sealed record ClientCertificate(string? Account, CertificateFacts Facts, string? OutsideAuthority = null);

/// <summary>Reads the certificates of connections.</summary>
/// <param name="outsideAuthorityOf">Which outside authority vouches for a certificate that passed the handshake; null where the hub's own does.</param>
internal sealed class ClientCertificates(Func<X509Certificate2, string?> outsideAuthorityOf)
{
    public ClientCertificate Read(X509Certificate2 certificate) => new(TlsIdentity.Read(certificate)?.SystemId, CertificateFacts.Of(certificate), outsideAuthorityOf(certificate));
}

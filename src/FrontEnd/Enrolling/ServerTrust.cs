using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using DataHub.Crypto.Certificates;

namespace DataHub.FrontEnd.Enrolling;

/// <summary>Whether a server is the hub: its name fits and its chain leads to one of the hub's roots. The system's trust store and the network are never asked.</summary>
internal static class ServerTrust
{
    public static bool IsTrusted(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, X509Certificate2Collection roots, DateTimeOffset at) =>
        certificate is X509Certificate2 server
        && !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
        && TlsTrust.IsTrustedServer(server, roots, at, chain?.ChainPolicy.ExtraStore);

    /// <summary>The library builds a chain before it asks us; nothing is to be fetched for it.</summary>
    public static X509ChainPolicy WithoutNetwork() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        RevocationMode = X509RevocationMode.NoCheck,
        DisableCertificateDownloads = true,
    };
}

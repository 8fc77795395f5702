using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using DataHub.Crypto.Certificates;
using Grpc.Net.Client;

namespace DataHub.Drills.Hostile;

/// <summary>Channels as well-behaved clients open them.</summary>
internal static class HubChannel
{
    /// <summary>A channel to a hub under a certificate; the credential must live as long.</summary>
    public static GrpcChannel Open(Uri address, X509Certificate2Collection roots, TlsCredential credential)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.AddRange(roots);
        var tls = new SslClientAuthenticationOptions
        {
            ClientCertificateContext = SslStreamCertificateContext.Create(credential.Certificate, credential.Intermediates, offline: true),
            CertificateChainPolicy = policy,
        };
        return GrpcChannel.ForAddress(address, new GrpcChannelOptions { HttpHandler = new SocketsHttpHandler { SslOptions = tls }, DisposeHttpClient = true });
    }
}

using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using DataHub.Crypto.Certificates;
using DataHub.Drills.Hostile.Attacks;
using DataHub.RawHttp2;

namespace DataHub.Drills.Hostile;

/// <summary>Asks a hub how it is, over a new connection.</summary>
internal sealed class HubHealth(Uri address, DrillSystems systems, string credentialFile)
{
    private const byte Serving = 1;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task<bool> IsServingAsync(CancellationToken cancellationToken)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.AddRange(TlsTrust.ReadRoots(systems.RootsFile));
        using var credential = TlsCredential.Load(credentialFile);
        var tls = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            ApplicationProtocols = [SslApplicationProtocol.Http2],
            ClientCertificateContext = SslStreamCertificateContext.Create(credential.Certificate, credential.Intermediates, offline: true),
            CertificateChainPolicy = policy,
        };
        try
        {
            await using var peer = await Http2Peer.ConnectAsync(address, new PeerOptions(tls), cancellationToken);
            var reply = await peer.RequestAsync(1, Requests.Headers(Requests.Health), Requests.Empty);
            await reply.Ended.WaitAsync(Patience, cancellationToken);
            return reply.Outcome == "200/0" && reply.Data is [.., Serving];
        }
        catch (Exception e) when (AttackField.IsHangup(e) || e is TimeoutException)
        {
            return false;
        }
    }
}

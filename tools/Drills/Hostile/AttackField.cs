using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using DataHub.Crypto.Certificates;
using DataHub.RawHttp2;

namespace DataHub.Drills.Hostile;

/// <summary>What attackers have: registered systems' certificates, addresses to come from, and a share of CPU.</summary>
internal sealed class AttackField
{
    private readonly string _systems;
    private readonly List<X509Certificate2> _consumers;
    private readonly List<X509Certificate2> _providers;
    private readonly double _scale;

    public AttackField(AttackOrder order, CancellationToken stop)
    {
        _systems = order.Systems;
        _scale = order.Scale;
        Address = order.Address;
        Cases = order.Cases;
        Stop = stop;
        Times = HostileTimes.Of(order.Scale);
        Pace = new CpuPace(order.Share);
        _consumers = Load("attack-consumer-*.pem");
        _providers = Load("attack-provider-*.pem");
    }

    public Uri Address { get; }

    public AttackTally Tally { get; } = new();

    public CpuPace Pace { get; set; }

    public HostileTimes Times { get; }

    /// <summary>Mutated messages to send.</summary>
    public int Cases { get; }

    public CancellationToken Stop { get; }

    /// <summary>A count of the row at full size, made smaller with the drill.</summary>
    public int Count(int full, int least = 1) => Math.Max(least, (int)(full * _scale));

    /// <summary>An attacker's own address on the loopback network; the honest come from another.</summary>
    public static IPAddress AddressOf(int attacker) => new([127, 1, (byte)(attacker / 250), (byte)(1 + attacker % 250)]);

    public X509Certificate2 Consumer(int attacker) => _consumers[attacker % _consumers.Count];

    public X509Certificate2 Provider(int attacker) => _providers[attacker % _providers.Count];

    public X509Certificate2 Expired => Load("expired.pem").Single();

    /// <summary>A connection with a consumer's certificate.</summary>
    public Task<Http2Peer> ConnectAsync(int attacker) => ConnectAsync(attacker, Consumer(attacker));

    /// <summary>A connection from an attacker's address.</summary>
    public async Task<Http2Peer> ConnectAsync(int attacker, X509Certificate2? certificate)
    {
        await Pace.WaitAsync(Stop);
        var tls = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            ApplicationProtocols = [SslApplicationProtocol.Http2],
            ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true),
            CertificateChainPolicy = Trusting(),
        };
        return await Http2Peer.ConnectAsync(Address, new PeerOptions(tls, AddressOf(attacker)), Stop);
    }

    /// <summary>The hub hung up, in whatever way.</summary>
    public static bool IsHangup(Exception e) => e is IOException or SocketException or AuthenticationException or ObjectDisposedException;

    private X509ChainPolicy Trusting()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.AddRange(TlsTrust.ReadRoots(Path.Combine(_systems, "tls-root.crt")));
        return policy;
    }

    private List<X509Certificate2> Load(string pattern) =>
        [.. Directory.GetFiles(_systems, pattern).Order(StringComparer.Ordinal).Select(file => TlsCredential.Load(file).Certificate)];
}

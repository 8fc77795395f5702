using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using DataHub.Crypto.Certificates;
using DataHub.Host;
using DataHub.Host.Keys;
using DataHub.V1;
using Grpc.Net.Client;

namespace DataHub.Cli;

/// <summary>A connection to a hub under one system's certificate.</summary>
internal sealed class HubConnection : IDisposable
{
    private readonly TlsCredential _credential;
    private readonly GrpcChannel _channel;

    private HubConnection(Uri address, TlsCredential credential, X509Certificate2Collection roots)
    {
        _credential = credential;
        var handler = new SocketsHttpHandler
        {
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificateContext = SslStreamCertificateContext.Create(credential.Certificate, credential.Intermediates, offline: true),
                CertificateChainPolicy = PolicyOf(roots),
            },
        };
        _channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true, MaxReceiveMessageSize = 16 << 20 });
    }

    public ExchangeService.ExchangeServiceClient Exchange => new(_channel);

    public VerificationService.VerificationServiceClient Verification => new(_channel);

    public LicenceService.LicenceServiceClient Licences => new(_channel);

    public CatalogService.CatalogServiceClient Catalog => new(_channel);

    public StewardshipService.StewardshipServiceClient Stewardship => new(_channel);

    public AccessService.AccessServiceClient Access => new(_channel);

    /// <summary>Connects to the hub that runs on a data folder, as a system whose certificate is there.</summary>
    /// <param name="dataFolder">The hub's data folder.</param>
    /// <param name="isWanted">Which system; the first in the order of names is taken.</param>
    /// <param name="wanted">The same in words, for the fault.</param>
    /// <exception cref="Kernel.Faults.FaultException">No hub runs there, or no such system has a certificate.</exception>
    public static HubConnection Open(string dataFolder, Func<TlsIdentity, bool> isWanted, string wanted)
    {
        var folder = new HubFolder(dataFolder);
        if (!File.Exists(folder.RunningFile) || JsonSerializer.Deserialize<RunningHub>(File.ReadAllText(folder.RunningFile)) is not { } running)
        {
            throw CliFaults.NotRunning(folder.Path);
        }

        foreach (var file in Directory.GetFiles(folder.Systems, "*.pem").Order(StringComparer.Ordinal))
        {
            var credential = TlsCredential.Load(file);
            if (TlsIdentity.Read(credential.Certificate) is { } identity && isWanted(identity))
            {
                return new HubConnection(new Uri(running.Address), credential, TlsTrust.ReadRoots(Path.Combine(folder.Systems, "tls-root.crt")));
            }

            credential.Dispose();
        }

        throw CliFaults.NoSystem(folder.Systems, wanted);
    }

    /// <summary>Connects as the first system with a role, or as the system named.</summary>
    public static HubConnection Open(string dataFolder, string role, string? system) => system is null
        ? Open(dataFolder, identity => identity.Roles.Contains(role), $"a system with role {role}")
        : Open(dataFolder, identity => identity.SystemId == system, $"system {system}");

    public void Dispose()
    {
        _channel.Dispose();
        _credential.Dispose();
    }

    private static X509ChainPolicy PolicyOf(X509Certificate2Collection roots)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.AddRange(roots);
        return policy;
    }
}

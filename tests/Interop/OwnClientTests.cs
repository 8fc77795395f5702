using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;

namespace DataHub.Interop.Tests;

/// <summary>Our client against our server, and against @grpc/grpc-js as a server.</summary>
public sealed class OwnClientTests(OurServers ours, GrpcJsServers theirs) : IClassFixture<OurServers>, IClassFixture<GrpcJsServers>
{
    [Theory]
    [MemberData(nameof(InteropCases.All), MemberType = typeof(InteropCases))]
    public async Task Case_AgainstOurServer_Passes(string name, bool tls)
    {
        using var channel = Channel(ours.Server(tls).Address, ours.Server(tls).AuthorityFile);
        await new OwnClientCases(channel).RunAsync(name);
    }

    [Theory]
    [MemberData(nameof(InteropCases.WithoutCompression), MemberType = typeof(InteropCases))]
    public async Task Case_AgainstGrpcJs_Passes(string name, bool tls)
    {
        using var channel = Channel(theirs.Address(tls), tls ? theirs.AuthorityFile : null);
        await new OwnClientCases(channel).RunAsync(name);
    }

    private static GrpcChannel Channel(Uri address, string? authorityFile)
    {
        if (authorityFile is null)
        {
            return GrpcChannel.ForAddress(address);
        }

        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(authorityFile);
        var handler = new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy } };
        return GrpcChannel.ForAddress(address, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
    }
}

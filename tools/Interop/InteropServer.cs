using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DataHub.Interop;

/// <summary>
/// A server for the interoperability tests of the gRPC project (doc/interop-test-descriptions.md there), on the hub's own gRPC: any
/// implementation's test client can be pointed at it.
/// </summary>
public sealed class InteropServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly InteropCertificates? _certificates;

    private InteropServer(WebApplication app, InteropCertificates? certificates)
    {
        _app = app;
        _certificates = certificates;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    /// <summary>Scheme, host and port.</summary>
    public Uri Address { get; }

    /// <summary>File with the certificate of the authority that made the server's; gone when the server is. Null without TLS.</summary>
    public string? AuthorityFile => _certificates?.AuthorityFile;

    /// <summary>Starts a server; disposing it ends its calls and connections.</summary>
    /// <param name="address">Where to listen.</param>
    /// <param name="port">Port; 0 for a free one.</param>
    /// <param name="tls">With TLS under a certificate made now for localhost; without, HTTP/2 in the clear.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<InteropServer> StartAsync(IPAddress address, int port, bool tls, CancellationToken cancellationToken)
    {
        var certificates = tls ? InteropCertificates.Create(TimeProvider.System.GetUtcNow()) : null;
        try
        {
            var app = Build(address, port, certificates);
            await app.StartAsync(cancellationToken);
            return new InteropServer(app, certificates);
        }
        catch
        {
            certificates?.Dispose();
            throw;
        }
    }

    /// <summary>Stops the server and removes its certificates.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _certificates?.Dispose();
    }

    private static WebApplication Build(IPAddress address, int port, InteropCertificates? certificates)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();

        // The cases send zeros, which compress a thousandfold.
        builder.Configuration.AddInMemoryCollection([new("Grpc:Limits:DecompressionRatio", "2000")]);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address, port, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            if (certificates is not null)
            {
                listen.UseHttps(certificates.Server);
            }
        }));
        builder.Services.AddGrpc();
        var app = builder.Build();
        app.Use(CompressedFlags.Observe);
        app.MapGrpcService<InteropService>();
        return app;
    }
}

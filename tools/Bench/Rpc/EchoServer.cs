using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace DataHub.Bench.Rpc;

/// <summary>The process under load: one of the two servers on a free port of the loopback address, HTTP/2 without TLS. Its first line of output is the port.</summary>
public static class EchoServer
{
    /// <summary>Serves until the standard input ends.</summary>
    /// <param name="bare">The floor instead of the hub's gRPC.</param>
    public static async Task RunAsync(bool bare)
    {
        await (bare ? RunBareAsync() : RunGrpcAsync());
    }

    private static async Task RunBareAsync()
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        Listen(options);
        using var server = new KestrelServer(
            Options.Create(options), new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance), NullLoggerFactory.Instance);
        await server.StartAsync(new BareEcho(), CancellationToken.None);
        await UntilToldAsync(server.Features);
        await server.StopAsync(CancellationToken.None);
    }

    private static async Task RunGrpcAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            Listen(options);
        });
        builder.Services.AddGrpc();
        await using var app = builder.Build();
        app.MapGrpcService<EchoService>();
        await app.StartAsync();
        await UntilToldAsync(app.Services.GetRequiredService<IServer>().Features);
        await app.StopAsync();
    }

    private static void Listen(KestrelServerOptions options) => options.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);

    private static async Task UntilToldAsync(IFeatureCollection features)
    {
        Console.WriteLine(new Uri(features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First()).Port);
        while (await Console.In.ReadLineAsync() is not null)
        {
            // Nothing is said to a server but that it may go.
        }
    }
}

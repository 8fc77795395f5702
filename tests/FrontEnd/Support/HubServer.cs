using System.Net;
using DataHub.V1;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DataHub.FrontEnd.Tests.Support;

/// <summary>A scripted hub behind Kestrel on a free port of 127.0.0.1, without TLS, and a client of it.</summary>
internal sealed class HubServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;

    private HubServer(WebApplication app)
    {
        _app = app;
        _channel = GrpcChannel.ForAddress(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public ExchangeService.ExchangeServiceClient Client => new(_channel);

    public static async Task<HubServer> StartAsync(ScriptedHub hub)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton(hub);
        builder.Services.AddGrpc();
        var app = builder.Build();
        app.MapGrpcService<ScriptedHub>();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new HubServer(app);
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _app.DisposeAsync();
    }
}

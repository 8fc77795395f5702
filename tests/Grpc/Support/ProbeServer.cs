using System.Net;
using System.Security.Cryptography.X509Certificates;
using Grpc.AspNetCore.Server;
using Grpc.Net.Client;
using Grpc.Tests.Protos;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Grpc.Tests.Support;

/// <summary>What a test changes of the server.</summary>
internal sealed class ServerSetup
{
    public Action<GrpcServiceOptions> Grpc { get; init; } = _ => { };

    /// <summary>Configuration of the server, for example <c>Grpc:Limits:StreamIdle</c>.</summary>
    public Dictionary<string, string?> Settings { get; init; } = [];

    public Action<IServiceCollection> Services { get; init; } = _ => { };

    public Action<WebApplication> Map { get; init; } = app => app.MapGrpcService<ProbeService>();

    public Action<KestrelServerLimits> Limits { get; init; } = _ => { };

    public X509Certificate2? Certificate { get; init; }

    public ClientCertificateMode ClientCertificates { get; init; } = ClientCertificateMode.NoCertificate;

    public Func<X509Certificate2, bool> AcceptsClient { get; init; } = _ => true;

    public HttpProtocols Protocols { get; init; } = HttpProtocols.Http2;

    public Action<ListenOptions> Listen { get; init; } = _ => { };

    /// <summary>Where to listen; 0 for a free port.</summary>
    public int Port { get; init; }
}

/// <summary>A real Kestrel on a free port of 127.0.0.1, with a channel to it.</summary>
internal sealed class ProbeServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Lazy<GrpcChannel> _channel;

    private readonly X509Certificate2? _certificate;

    private ProbeServer(WebApplication app, X509Certificate2? certificate)
    {
        _app = app;
        _certificate = certificate;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        _channel = new Lazy<GrpcChannel>(() => Connect(new GrpcChannelOptions()));
    }

    public Uri Address { get; }

    public IServiceProvider Services => _app.Services;

    public GrpcChannel Channel => _channel.Value;

    public Probe.ProbeClient Client => new(Channel);

    public static Task<ProbeServer> StartAsync(ProbeHandlers handlers) => StartAsync(handlers, new ServerSetup());

    public static async Task<ProbeServer> StartAsync(ProbeHandlers handlers, ServerSetup setup)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(setup.Settings);
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            setup.Limits(kestrel.Limits);
            kestrel.Listen(IPAddress.Loopback, setup.Port, listen => Listen(listen, setup));
        });
        builder.Services.AddSingleton(handlers);
        builder.Services.AddGrpc(setup.Grpc);
        setup.Services(builder.Services);
        var app = builder.Build();
        setup.Map(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new ProbeServer(app, setup.Certificate);
    }

    public GrpcChannel Connect(GrpcChannelOptions options)
    {
        options.HttpHandler ??= Handler();
        options.DisposeHttpClient = true;
        return GrpcChannel.ForAddress(Address, options);
    }

    /// <summary>A handler that trusts this server and nobody else.</summary>
    public SocketsHttpHandler Handler() => new()
    {
        SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString() == _certificate?.GetCertHashString() },
    };

    /// <summary>Stops in order: calls under way end first. Disposing instead breaks the connections.</summary>
    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_channel.IsValueCreated)
        {
            _channel.Value.Dispose();
        }

        await _app.DisposeAsync();
    }

    private static void Listen(ListenOptions listen, ServerSetup setup)
    {
        listen.Protocols = setup.Protocols;
        setup.Listen(listen);
        if (setup.Certificate is { } certificate)
        {
            listen.UseHttps(new HttpsConnectionAdapterOptions
            {
                ServerCertificate = certificate,
                ClientCertificateMode = setup.ClientCertificates,
                ClientCertificateValidation = (client, _, _) => setup.AcceptsClient(client),
            });
        }
    }
}

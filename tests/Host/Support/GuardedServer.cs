using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using DataHub.Host.Connections;
using DataHub.RawHttp2;
using Grpc.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DataHub.Host.Tests.Support;

/// <summary>Kestrel with TLS behind the guard, answering every request with a few bytes.</summary>
internal sealed class GuardedServer : IAsyncDisposable
{
    public static readonly List<(string Name, string Value)> Request = [(":method", "POST"), (":scheme", "https"), (":path", "/"), (":authority", "localhost")];

    private static readonly X509Certificate2 Server = Certificates.SelfSigned("localhost", "localhost");

    private readonly WebApplication _app;

    private GuardedServer(WebApplication app)
    {
        _app = app;
        Address = new Uri(app.Urls.Single());
    }

    public Uri Address { get; }

    public static async Task<GuardedServer> StartAsync(params (string Name, object Value)[] limits)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(limits.ToDictionary(limit => $"Hub:Connections:{limit.Name}", limit => limit.Value.ToString()));
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddConnectionGuard();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(Configure);
        var app = builder.Build();
        app.Run(context => context.Response.WriteAsync(new string('x', 100)));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new GuardedServer(app);
    }

    public Task<Http2Peer> ConnectAsync(X509Certificate2? certificate = null, bool answersPings = true) =>
        Http2Peer.ConnectAsync(Address, new PeerOptions(Tls(certificate), AnswersPings: answersPings), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static void Configure(KestrelServerOptions kestrel)
    {
        var guard = kestrel.ApplicationServices.GetRequiredService<ConnectionGuard>();
        guard.Limit(kestrel.Limits);
        kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            guard.GuardPort(listen);
            listen.UseHttps(new HttpsConnectionAdapterOptions
            {
                ServerCertificate = Server,
                HandshakeTimeout = guard.HandshakeTimeout,
                ClientCertificateMode = ClientCertificateMode.AllowCertificate,
                ClientCertificateValidation = (_, _, _) => true,
            });
            guard.GuardHttp(listen);
        });
    }

    private static SslClientAuthenticationOptions Tls(X509Certificate2? certificate) => new()
    {
        TargetHost = "localhost",
        ApplicationProtocols = [SslApplicationProtocol.Http2],
        ClientCertificates = certificate is null ? [] : [certificate],
        RemoteCertificateValidationCallback = (_, remote, _, _) => remote?.GetCertHashString() == Server.GetCertHashString(),
    };
}

using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DataHub.Interop.Tests;

/// <summary>The server of the gRPC room seen by @grpc/grpc-js.</summary>
public sealed class GrpcJsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ForeignClient_MakingEveryKindOfCall_GetsWhatTheProtocolSays(bool tls)
    {
        using var certificate = SelfSigned();
        var observations = new SmokeObservations();
        await using var app = await StartAsync(observations, tls ? certificate : null);
        var address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Authority;

        var results = await RunAsync(address, tls ? certificate : null);

        Assert.Equal("户籍", Text(results, "unary", "reply", "text"));
        Assert.Equal(Enumerable.Repeat((byte)7, 100_000), Convert.FromBase64String(Text(results, "unary", "reply", "body")));
        Assert.Equal("abc", results.GetProperty("clientStream").GetString());
        Assert.Equal("[0,1,2,3,4]", results.GetProperty("serverStream").GetRawText());
        Assert.Equal(500, results.GetProperty("duplex").GetInt32());
        Assert.Equal("""["2026-18"]""", At(results, "metadata", "headers").GetRawText());
        Assert.Equal("""["2026-17 and 2026-18"]""", At(results, "metadata", "trailers", "text").GetRawText());
        Assert.Equal("""["0001feff"]""", At(results, "metadata", "trailers", "bytes").GetRawText());
        Assert.Equal(9, At(results, "error", "failure", "code").GetInt32());
        Assert.Equal("许可证已失效", Text(results, "error", "failure", "details"));
        Assert.Equal(SmokeService.StatusDetails, Convert.FromBase64String(Text(results, "error", "failure", "statusDetails")));
        Assert.Equal(4, At(results, "deadline", "failure", "code").GetInt32());
        await observations.DeadlineFired.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
        Assert.Equal(1, results.GetProperty("cancelled").GetInt32());
        await observations.Cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
        Assert.Equal(12, At(results, "unimplemented", "code").GetInt32());
    }

    private static async Task<JsonElement> RunAsync(string address, X509Certificate2? certificate)
    {
        if (certificate is null)
        {
            return await CallAsync(address);
        }

        var folder = Directory.CreateTempSubdirectory("datahub-interop-");
        try
        {
            var file = Path.Combine(folder.FullName, "server.pem");
            await File.WriteAllTextAsync(file, certificate.ExportCertificatePem(), Token);
            return await CallAsync(address, file);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<JsonElement> CallAsync(params string[] target)
    {
        var output = await ForeignProcess.RunAsync(ForeignProcess.Node("smoke.js", [Path.Combine(AppContext.BaseDirectory, "probe.proto"), .. target]));
        return JsonDocument.Parse(output).RootElement;
    }

    private static async Task<WebApplication> StartAsync(SmokeObservations observations, X509Certificate2? certificate)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        builder.Services.AddSingleton(observations);
        builder.Services.AddGrpc();
        var app = builder.Build();
        app.MapGrpcService<SmokeService>();
        await app.StartAsync(Token);
        return app;
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=interop", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddHours(-1), now.AddHours(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
    }

    private static JsonElement At(JsonElement element, params string[] path) => path.Aggregate(element, (parent, name) => parent.GetProperty(name));

    private static string Text(JsonElement element, params string[] path) => At(element, path).GetString()!;
}

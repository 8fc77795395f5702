using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Tests.Protos;
using Grpc.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Grpc.Tests.Client;

/// <summary>The client against servers that answer oddly or not at all.</summary>
public sealed class ForeignServerTests
{
    private static readonly byte[] Good = RawCall.Frame(new Note { Text = "a" });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(400, StatusCode.Internal)]
    [InlineData(401, StatusCode.Unauthenticated)]
    [InlineData(403, StatusCode.PermissionDenied)]
    [InlineData(404, StatusCode.Unimplemented)]
    [InlineData(429, StatusCode.Unavailable)]
    [InlineData(502, StatusCode.Unavailable)]
    [InlineData(503, StatusCode.Unavailable)]
    [InlineData(504, StatusCode.Unavailable)]
    [InlineData(500, StatusCode.Unknown)]
    [InlineData(418, StatusCode.Unknown)]
    public Task HttpStatus_WithoutGrpcStatus_IsMapped(int httpStatus, StatusCode expected) => AnsweringAsync(
        context =>
        {
            context.Response.StatusCode = httpStatus;
            return Task.CompletedTask;
        },
        expected);

    [Fact]
    public Task HttpStatus_WithGrpcStatus_CountsLess() => AnsweringAsync(
        context =>
        {
            context.Response.StatusCode = 500;
            context.Response.Headers["grpc-status"] = "7";
            return Task.CompletedTask;
        },
        StatusCode.PermissionDenied);

    [Fact]
    public Task ContentType_OfAPage_IsUnknown() => AnsweringAsync(context => context.Response.WriteAsync("<html>"), StatusCode.Unknown);

    [Fact]
    public Task Trailers_Missing_IsUnknown() => AnsweringAsync(context => WriteAsync(context, Good), StatusCode.Unknown);

    [Theory]
    [InlineData("99", StatusCode.Unknown)]
    [InlineData("x", StatusCode.Unknown)]
    [InlineData("-1", StatusCode.Unknown)]
    [InlineData("5", StatusCode.NotFound)]
    public Task Status_OfAnyText_IsReadOrUnknown(string status, StatusCode expected) => AnsweringAsync(context => WriteAsync(context, Good, status), expected);

    [Theory]
    [InlineData("", "no message")]
    [InlineData("0000000005", "a header alone")]
    [InlineData("00000000050a03", "half a message")]
    [InlineData("03000000020a00", "a flag of 3")]
    [InlineData("01000000020a00", "compressed without encoding")]
    [InlineData("00000000020a0000000000020a00", "two messages")]
    [InlineData("0000000003ffffff", "no protobuf")]
    public Task Body_ThatIsNoSingleMessage_IsInternal(string hex, string what) =>
        AnsweringAsync(context => WriteAsync(context, Convert.FromHexString(hex), "0"), StatusCode.Internal, what);

    [Fact]
    public Task Body_CutOffByAServerThatThenFailed_HasTheServersStatus() =>
        AnsweringAsync(context => WriteAsync(context, [0, 0, 0, 0, 9, 1], "10"), StatusCode.Aborted);

    [Theory]
    [InlineData(0x0, StatusCode.Internal)]
    [InlineData(0x1, StatusCode.Internal)]
    [InlineData(0x7, StatusCode.Unavailable)]
    [InlineData(0x8, StatusCode.Cancelled)]
    [InlineData(0xb, StatusCode.ResourceExhausted)]
    [InlineData(0xc, StatusCode.PermissionDenied)]
    public Task Reset_OfTheStream_IsMapped(int error, StatusCode expected) => AnsweringAsync(
        async context =>
        {
            // Started first, because a request that was never answered may be sent again by the handler below.
            await WriteAsync(context, [0]);
            context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(error);
        },
        expected);

    [Fact]
    public async Task Server_ThatIsNotThere_IsUnavailable()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{port}");

        Assert.Equal(StatusCode.Unavailable, (await FailureAsync(channel)).StatusCode);
    }

    [Fact]
    public async Task Server_WhoseCertificateIsNotTrusted_IsUnavailableWithAHint()
    {
        using var certificate = Certificates.SelfSigned("hub", "localhost");
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers(), new ServerSetup { Certificate = certificate });
        using var channel = server.Connect(new GrpcChannelOptions { HttpHandler = new SocketsHttpHandler() });

        var status = await FailureAsync(channel);

        Assert.Equal(StatusCode.Unavailable, status.StatusCode);
        Assert.Contains("certificate refused?", status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_ThatRefusesTheClientsCertificate_IsUnavailableWithAHint()
    {
        using var certificate = Certificates.SelfSigned("hub", "localhost");
        using var stranger = Certificates.SelfSigned("stranger");
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers(), new ServerSetup
        {
            Certificate = certificate,
            ClientCertificates = ClientCertificateMode.RequireCertificate,
            AcceptsClient = _ => false,
        });
        var handler = server.Handler();
        handler.SslOptions.ClientCertificates = [stranger];
        using var channel = server.Connect(new GrpcChannelOptions { HttpHandler = handler });

        var status = await FailureAsync(channel);

        Assert.Equal(StatusCode.Unavailable, status.StatusCode);
        Assert.Contains("certificate refused?", status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_OfHttp1_IsNotCalled()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers(), new ServerSetup { Protocols = HttpProtocols.Http1 });

        Assert.NotEqual(StatusCode.OK, (await FailureAsync(server.Channel)).StatusCode);
    }

    [Fact]
    public async Task Server_ThatNeverAnswers_IsGivenUpAtTheDeadlineByTheClientItself()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers(), new ServerSetup
        {
            Map = app => app.Run(context => Wait.FiredAsync(context.RequestAborted)),
        });

        var failure = await Wait.FailureAsync(
            () => server.Client.EchoAsync(new Note(), deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(100), cancellationToken: Token).ResponseAsync);

        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
    }

    [Fact]
    public async Task Request_HasWhatTheProtocolAsksFor()
    {
        var headers = new TaskCompletionSource<Dictionary<string, string>>();
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers(), new ServerSetup
        {
            Map = app => app.Run(context =>
            {
                headers.SetResult(context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()));
                return WriteAsync(context, Good, "0");
            }),
        });

        await server.Client.EchoAsync(new Note(), deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1), cancellationToken: Token);

        var sent = await headers.Task;
        Assert.Equal("application/grpc", sent["content-type"]);
        Assert.Equal("trailers", sent["te"]);
        Assert.Equal("identity,gzip", sent["grpc-accept-encoding"]);
        Assert.Matches("^[0-9]{1,8}m\\z", sent["grpc-timeout"]);
        Assert.StartsWith("grpc-", sent["user-agent"], StringComparison.Ordinal);
    }

    private static async Task AnsweringAsync(RequestDelegate answer, StatusCode expected, string what = "")
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers(), new ServerSetup { Map = app => app.Run(answer) });

        var status = await FailureAsync(server.Channel);

        Assert.True(status.StatusCode == expected, $"{what}: {status}");
    }

    private static async Task<Status> FailureAsync(GrpcChannel channel) =>
        (await Wait.FailureAsync(() => new Probe.ProbeClient(channel).EchoAsync(new Note(), cancellationToken: Token).ResponseAsync)).Status;

    private static async Task WriteAsync(HttpContext context, byte[] body, string? status = null)
    {
        context.Response.ContentType = "application/grpc";
        await context.Request.Body.CopyToAsync(Stream.Null);
        await context.Response.Body.WriteAsync(body);
        await context.Response.Body.FlushAsync();
        if (status is not null)
        {
            context.Response.AppendTrailer("grpc-status", status);
        }
    }
}

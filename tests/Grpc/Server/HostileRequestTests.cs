using System.Net;
using Grpc.Tests.Protos;
using Grpc.Tests.Support;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Grpc.Tests.Server;

/// <summary>Requests that break the protocol, sent as bytes.</summary>
public sealed class HostileRequestTests
{
    private const string Unimplemented = "12";
    private const string Internal = "13";
    private const string ResourceExhausted = "8";

    private static readonly byte[] Good = RawCall.Frame(new Note { Text = "a" });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/grpc-web")]
    [InlineData("application/grpcx")]
    [InlineData("text/plain")]
    public async Task ContentType_OfSomethingElse_Is415(string contentType)
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());

        var reply = await RawCall.SendAsync(server, RawCall.Echo, Good, ("content-type", contentType));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, reply.Response.StatusCode);
    }

    [Theory]
    [InlineData("application/grpc")]
    [InlineData("application/grpc+proto")]
    [InlineData("application/grpc;charset=utf-8")]
    public async Task ContentType_OfGrpc_IsServed(string contentType)
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());

        var reply = await RawCall.SendAsync(server, RawCall.Echo, Good, ("content-type", contentType));

        Assert.Equal("0", reply.Status);
        Assert.Equal(Good, reply.Body);
        Assert.Equal("application/grpc", reply.Response.Content.Headers.ContentType!.ToString());
    }

    [Theory]
    [InlineData("/datahub.probe.Probe/Nothing", "Method is unimplemented.")]
    [InlineData("/datahub.probe.Absent/Echo", "Service is unimplemented.")]
    public async Task Path_OfNoMethod_IsUnimplementedInATrailersOnlyResponse(string path, string message)
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());

        var reply = await RawCall.SendAsync(server, path, Good);

        Assert.Equal(HttpStatusCode.OK, reply.Response.StatusCode);
        Assert.Equal((Unimplemented, message), (reply.Status, reply.Message));
        Assert.True(reply.IsTrailersOnly);
    }

    [Fact]
    public async Task Path_OfNoMethodAndNoGrpc_Is404()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());

        var reply = await RawCall.SendAsync(server, "/some/page", Good, ("content-type", "text/plain"));

        Assert.Equal(HttpStatusCode.NotFound, reply.Response.StatusCode);
    }

    [Theory]
    [InlineData("", "nothing")]
    [InlineData("00", "half a header")]
    [InlineData("0000000005", "a header alone")]
    [InlineData("00000000050a03", "half a message")]
    [InlineData("02000000020a00", "a flag of 2")]
    [InlineData("ff000000020a00", "a flag of 255")]
    [InlineData("00000000020a0000", "a message and a byte")]
    [InlineData("00000000020a0000000000020a00", "two messages")]
    [InlineData("0000000003ffffff", "no protobuf")]
    [InlineData("01000000020a00", "compressed without encoding")]
    public async Task Body_ThatIsNoSingleMessage_IsInternal(string hex, string what)
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());

        var reply = await RawCall.SendAsync(server, RawCall.Echo, Convert.FromHexString(hex));

        Assert.True(reply.Status == Internal, $"{what}: {reply.Status} {reply.Message}");
        Assert.True(reply.IsTrailersOnly);
    }

    [Theory]
    [InlineData("br")]
    [InlineData("snappy")]
    public async Task Message_CompressedInAnUnknownWay_IsUnimplementedAndTellsWhatIsKnown(string encoding)
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());

        var reply = await RawCall.SendAsync(server, RawCall.Echo, RawCall.Frame([1, 2, 3], flag: 1), ("grpc-encoding", encoding));

        Assert.Equal(Unimplemented, reply.Status);
        Assert.Equal("identity,gzip", RawReply.Value(reply.Response.Headers, "grpc-accept-encoding"));
    }

    [Fact]
    public async Task Message_NotCompressedThoughAnEncodingIsNamed_IsServed()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());

        Assert.Equal("0", (await RawCall.SendAsync(server, RawCall.Echo, Good, ("grpc-encoding", "gzip"))).Status);
    }

    [Fact]
    public async Task Message_CompressedAsIdentity_IsInternal()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());

        Assert.Equal(Internal, (await RawCall.SendAsync(server, RawCall.Echo, RawCall.Frame([], flag: 1), ("grpc-encoding", "identity"))).Status);
    }

    [Theory]
    [InlineData(1024 * 1024 + 1)]
    [InlineData(int.MaxValue)]
    [InlineData(uint.MaxValue)]
    public async Task Length_AboveTheLimit_IsRefusedBeforeAnythingIsRead(long length)
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());

        var reply = await RawCall.SendAsync(server, RawCall.Echo, RawCall.Frame([1], length: (uint)length));

        Assert.Equal(ResourceExhausted, reply.Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("10")]
    [InlineData("-1S")]
    [InlineData("1s")]
    [InlineData("123456789S")]
    [InlineData("1.5S")]
    [InlineData(" 1S1")]
    public async Task Timeout_ThatIsMalformed_IsInternal(string timeout)
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());

        Assert.Equal(Internal, (await RawCall.SendAsync(server, RawCall.Echo, Good, ("grpc-timeout", timeout))).Status);
    }

    [Theory]
    [InlineData("99999999H")]
    [InlineData("1H")]
    [InlineData("5M")]
    [InlineData("30000m")]
    [InlineData("30000000u")]
    public async Task Timeout_InEveryUnit_IsServed(string timeout)
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());

        Assert.Equal("0", (await RawCall.SendAsync(server, RawCall.Echo, Good, ("grpc-timeout", timeout))).Status);
    }

    [Fact]
    public async Task Timeout_ThatPasses_IsAnsweredThoughTheHandlerDoesNotListen()
    {
        var release = new TaskCompletionSource();
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Echo = async (request, _) =>
            {
                await release.Task;
                return request;
            },
        });

        var reply = await RawCall.SendAsync(server, RawCall.Echo, Good, ("grpc-timeout", "50m"));
        release.SetResult();

        Assert.Equal(("4", "Deadline Exceeded"), (reply.Status, reply.Message));
        Assert.True(reply.IsTrailersOnly);
    }

    [Fact]
    public async Task Timeout_ThatPassesInAStream_ComesAfterItsMessagesAndStopsTheWriter()
    {
        var late = new TaskCompletionSource<Exception?>();
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Count = async (request, responses, context) =>
            {
                await responses.WriteAsync(request);
                await Wait.FiredAsync(context.CancellationToken);
                late.SetResult(await Record.ExceptionAsync(() => responses.WriteAsync(request, Token)));
            },
        });

        var reply = await RawCall.SendAsync(server, "/datahub.probe.Probe/Count", Good, ("grpc-timeout", "300m"));

        Assert.Equal("4", reply.Status);
        Assert.Equal(Good, reply.Body);
        Assert.IsType<OperationCanceledException>(await late.Task.SoonAsync(), exactMatch: false);
    }

    [Fact]
    public async Task Metadata_ThatIsNoBase64_IsInternalWhereTheHandlerReadsIt()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Echo = (request, context) => Task.FromResult(new Note { Number = context.RequestHeaders.Count }),
        });

        Assert.Equal(Internal, (await RawCall.SendAsync(server, RawCall.Echo, Good, ("key-bin", "*** no base64 ***"))).Status);
    }

    [Fact]
    public async Task Metadata_ThatGrpcCannotHold_IsLeftOutAndFailsNothing()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Echo = (request, context) => Task.FromResult(new Note { Text = string.Join(' ', context.RequestHeaders.Select(entry => entry.Key).Order(StringComparer.Ordinal)) }),
        });

        var reply = await RawCall.SendAsync(server, RawCall.Echo, Good, ("odd!name", "x"), ("good-name", "y"));

        Assert.Equal("good-name", Note.Parser.ParseFrom(reply.Body.AsSpan(5).ToArray()).Text);
    }

    [Fact]
    public async Task Request_OverHttp1_Is426()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers(), new ServerSetup { Protocols = HttpProtocols.Http1 });
        using var client = new HttpClient();
        using var content = new ByteArrayContent(Good);
        content.Headers.TryAddWithoutValidation("content-type", "application/grpc");

        using var response = await client.PostAsync(new Uri(server.Address, RawCall.Echo), content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.UpgradeRequired, response.StatusCode);
    }

    [Fact]
    public async Task Request_ByGet_Is405()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());
        using var client = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using var response = await client.GetAsync(new Uri(server.Address, RawCall.Echo), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    [Fact]
    public async Task Message_ArrivingByteByByte_IsServed()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());

        var reply = await RawCall.SendAsync(server, RawCall.Echo, new Trickle(Good));

        Assert.Equal("0", reply.Status);
        Assert.Equal(Good, reply.Body);
    }

    private sealed class Trickle(byte[] bytes) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            foreach (var octet in bytes)
            {
                await stream.WriteAsync(new[] { octet });
                await stream.FlushAsync();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}

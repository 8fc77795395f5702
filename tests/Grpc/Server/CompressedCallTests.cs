using System.IO.Compression;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Compression;
using Grpc.Tests.Protos;
using Grpc.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.Tests.Server;

/// <summary>Compression in both directions, seen as bytes.</summary>
public sealed class CompressedCallTests
{
    private static readonly Note Long = new() { Text = new string('x', 2_000) };

    [Fact]
    public async Task Request_Compressed_IsServed()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());

        var reply = await RawCall.SendAsync(server, RawCall.Echo, Gzipped(Long), ("grpc-encoding", "gzip"));

        Assert.Equal("0", reply.Status);
        Assert.Equal(RawCall.Frame(Long), reply.Body);
        Assert.Null(RawReply.Value(reply.Response.Headers, "grpc-encoding"));
    }

    [Fact]
    public async Task Requests_CompressedAndNotInOneStream_AreServed()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());

        var reply = await RawCall.SendAsync(server, "/datahub.probe.Probe/Collect", [.. Gzipped(Long), .. RawCall.Frame(Long), .. Gzipped(Long)], ("grpc-encoding", "gzip"));

        Assert.Equal((6_000, 3), (MessageOf(reply.Body).Text.Length, MessageOf(reply.Body).Number));
    }

    [Fact]
    public async Task Request_CompressedButBroken_IsInternal()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());

        var reply = await RawCall.SendAsync(server, RawCall.Echo, RawCall.Frame([1, 2, 3], flag: 1), ("grpc-encoding", "gzip"));

        Assert.Equal("13", reply.Status);
    }

    [Fact]
    public async Task Request_ThatGrowsBeyondTheRatio_IsResourceExhausted()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());

        var reply = await RawCall.SendAsync(server, RawCall.Echo, Gzipped(new Note { Body = ByteString.CopyFrom(new byte[100_000]) }), ("grpc-encoding", "gzip"));

        Assert.Equal("8", reply.Status);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("identity, deflate,gzip")]
    public async Task Response_ToAClientThatAcceptsIt_IsCompressed(string accepts)
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers(), Compressing());

        var reply = await RawCall.SendAsync(server, RawCall.Echo, RawCall.Frame(Long), ("grpc-accept-encoding", accepts));

        Assert.Equal("gzip", RawReply.Value(reply.Response.Headers, "grpc-encoding"));
        Assert.Equal(1, reply.Body[0]);
        Assert.InRange(reply.Body.Length, 6, 200);
        Assert.Equal(Long, MessageOf(reply.Body));
    }

    [Theory]
    [InlineData("identity")]
    [InlineData("gzipped,br")]
    [InlineData(null)]
    public async Task Response_ToAClientThatDoesNotAcceptIt_IsNotCompressed(string? accepts)
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers(), Compressing());
        (string, string)[] headers = accepts is null ? [] : [("grpc-accept-encoding", accepts)];

        var reply = await RawCall.SendAsync(server, RawCall.Echo, RawCall.Frame(Long), headers);

        Assert.Equal(RawCall.Frame(Long), reply.Body);
        Assert.Null(RawReply.Value(reply.Response.Headers, "grpc-encoding"));
    }

    [Fact]
    public async Task Responses_WithNoCompress_GoOutAsTheyAre()
    {
        await using var server = await ProbeServer.StartAsync(
            new ProbeHandlers
            {
                Count = async (request, responses, _) =>
                {
                    await responses.WriteAsync(request);
                    responses.WriteOptions = new WriteOptions(WriteFlags.NoCompress);
                    await responses.WriteAsync(request);
                },
            },
            Compressing());

        var reply = await RawCall.SendAsync(server, "/datahub.probe.Probe/Count", RawCall.Frame(Long), ("grpc-accept-encoding", "gzip"));

        var plain = RawCall.Frame(Long);
        Assert.Equal(1, reply.Body[0]);
        Assert.Equal(plain, reply.Body[^plain.Length..]);
        Assert.InRange(reply.Body.Length - plain.Length, 6, 200);
    }

    [Theory]
    [InlineData(null, "gzip", 1)]
    [InlineData("gzip", "identity", 0)]
    public async Task Handler_ChoosesTheEncodingOfItsCall(string? configured, string chosen, int flag)
    {
        await using var server = await ProbeServer.StartAsync(
            new ProbeHandlers
            {
                Echo = async (request, context) =>
                {
                    await context.WriteResponseHeadersAsync(new Metadata { { "grpc-internal-encoding-request", chosen } });
                    return request;
                },
            },
            Compressing(configured));

        var reply = await RawCall.SendAsync(server, RawCall.Echo, RawCall.Frame(Long), ("grpc-accept-encoding", "gzip"));

        Assert.Equal(flag, reply.Body[0]);
        Assert.Equal(Long, MessageOf(reply.Body));
        Assert.Null(RawReply.Value(reply.Response.Headers, "grpc-internal-encoding-request"));
    }

    [Fact]
    public async Task Handler_ChoosingAnUnknownEncoding_FailsItsCall()
    {
        var thrown = new TaskCompletionSource<Exception?>();
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Echo = async (request, context) =>
            {
                thrown.SetResult(await Record.ExceptionAsync(() => context.WriteResponseHeadersAsync(new Metadata { { "grpc-internal-encoding-request", "br" } })));
                return request;
            },
        });

        await RawCall.SendAsync(server, RawCall.Echo, RawCall.Frame(Long));

        Assert.IsType<InvalidOperationException>(await thrown.Task.SoonAsync());
    }

    [Fact]
    public async Task Mapping_WithAnAlgorithmNobodyProvides_IsRefused()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => ProbeServer.StartAsync(new ProbeHandlers(), Compressing("br")));

        Assert.Contains("'br'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Service_WithItsOwnProviders_KnowsOnlyThose()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers(), new ServerSetup
        {
            Services = services => services.AddGrpc().AddServiceOptions<ProbeService>(options => options.CompressionProviders = [new Upside()]),
        });

        var gzip = await RawCall.SendAsync(server, RawCall.Echo, Gzipped(Long), ("grpc-encoding", "gzip"));
        var own = await RawCall.SendAsync(server, RawCall.Echo, Gzipped(Long), ("grpc-encoding", "x-upside"));

        Assert.Equal(("12", "identity,x-upside"), (gzip.Status, RawReply.Value(gzip.Response.Headers, "grpc-accept-encoding")));
        Assert.Equal("0", own.Status);
    }

    private static ServerSetup Compressing(string? algorithm = "gzip") => new()
    {
        Grpc = options => (options.ResponseCompressionAlgorithm, options.ResponseCompressionLevel) = (algorithm, CompressionLevel.Optimal),
    };

    private static byte[] Gzipped(Note note)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            note.WriteTo(gzip);
        }

        return RawCall.Frame(compressed.ToArray(), flag: 1);
    }

    private static Note MessageOf(byte[] frame)
    {
        using var payload = new MemoryStream(frame, 5, frame.Length - 5);
        using var gzip = new GZipStream(payload, CompressionMode.Decompress);
        return Note.Parser.ParseFrom(frame[0] == 1 ? gzip : payload);
    }

    /// <summary>A compression of an application's own: gzip by another name.</summary>
    private sealed class Upside : ICompressionProvider
    {
        private readonly GzipCompressionProvider _gzip = new(CompressionLevel.Fastest);

        public string EncodingName => "x-upside";

        public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) => _gzip.CreateCompressionStream(stream, compressionLevel);

        public Stream CreateDecompressionStream(Stream stream) => _gzip.CreateDecompressionStream(stream);
    }
}

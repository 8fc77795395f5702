using System.Buffers.Binary;
using System.IO.Compression;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Compression;
using Grpc.Tests.Protos;
using Grpc.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Grpc.Tests.Client;

/// <summary>Compression as the client asks for it, seen on the wire.</summary>
public sealed class ClientCompressionTests
{
    private const string Asked = "grpc-internal-encoding-request";

    private static readonly Note Long = new() { Body = ByteString.CopyFrom(new byte[10_000]) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("gzip", default(WriteFlags), 1, "gzip")]
    [InlineData("gzip", WriteFlags.NoCompress, 0, "gzip")]
    [InlineData("identity", default(WriteFlags), 0, "")]
    [InlineData(null, default(WriteFlags), 0, "")]
    public async Task Request_IsCompressedAsTheMetadataAsk(string? asked, WriteFlags flags, int expectedFlag, string expectedEncoding)
    {
        var seen = new Seen();
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers(), new ServerSetup { Map = app => app.Run(seen.AnswerAsync) });

        await server.Client.EchoAsync(Long, Options(asked).WithWriteOptions(new WriteOptions(flags))).ResponseAsync.SoonAsync();

        Assert.Equal([expectedFlag], seen.Flags);
        Assert.Equal(expectedEncoding, seen.Headers!["grpc-encoding"].ToString());
        Assert.Equal("identity,gzip", seen.Headers["grpc-accept-encoding"].ToString());
        Assert.False(seen.Headers.ContainsKey(Asked));
    }

    [Fact]
    public async Task RequestStream_IsCompressedMessageByMessage()
    {
        var seen = new Seen();
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers(), new ServerSetup { Map = app => app.Run(seen.AnswerAsync) });
        using var call = server.Client.Collect(Options("gzip"));

        await call.RequestStream.WriteAsync(Long, Token);
        call.RequestStream.WriteOptions = new WriteOptions(WriteFlags.NoCompress);
        await call.RequestStream.WriteAsync(Long, Token);
        call.RequestStream.WriteOptions = null;
        await call.RequestStream.WriteAsync(Long, Token);
        await call.RequestStream.CompleteAsync();
        await call.ResponseAsync.SoonAsync();

        Assert.Equal([1, 0, 1], seen.Flags);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Request_InAnUnknownCompression_IsInternalAndNotSent(bool streaming)
    {
        var calls = 0;
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers { Echo = (request, _) => { calls++; return Task.FromResult(request); } });

        var failure = await Wait.FailureAsync(async () =>
        {
            if (!streaming)
            {
                await server.Client.EchoAsync(Long, Options("zstd"));
            }

            using var call = server.Client.Chat(Options("zstd"));
            await call.RequestStream.WriteAsync(Long, Token);
        });

        Assert.Equal(StatusCode.Internal, failure.StatusCode);
        Assert.Contains("zstd", failure.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(0, calls);
    }

    [Fact]
    public async Task Response_Compressed_IsReadAndBoundedByTheMessageSize()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers(), new ServerSetup { Map = app => app.Run(context => RespondAsync(context, Gzip(Long.ToByteArray()), "gzip")) });
        Assert.Equal(Long, await server.Client.EchoAsync(new Note(), cancellationToken: Token));
        using var narrow = server.Connect(new GrpcChannelOptions { MaxReceiveMessageSize = 5000 });

        var failure = await Wait.FailureAsync(() => new Probe.ProbeClient(narrow).EchoAsync(new Note(), cancellationToken: Token).ResponseAsync);

        Assert.Equal(StatusCode.ResourceExhausted, failure.StatusCode);
    }

    [Fact]
    public async Task Response_InAnUnknownCompression_FailsTheCall()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers(), new ServerSetup { Map = app => app.Run(context => RespondAsync(context, [1, 2, 3], "zstd")) });

        var failure = await Wait.FailureAsync(() => server.Client.EchoAsync(new Note(), cancellationToken: Token).ResponseAsync);

        Assert.Equal(StatusCode.Unimplemented, failure.StatusCode);
    }

    [Fact]
    public async Task Provider_OfTheCaller_IsOfferedAndUsedBothWays()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers(), new ServerSetup
        {
            Grpc = options => (options.CompressionProviders, options.ResponseCompressionAlgorithm) = ([new BrotliProvider()], "br"),
        });
        using var channel = server.Connect(new GrpcChannelOptions { CompressionProviders = [new BrotliProvider()] });

        using var call = new Probe.ProbeClient(channel).EchoAsync(Long, Options("br"));

        Assert.Equal(Long, await call.ResponseAsync.SoonAsync());
        var (status, trailers) = (call.GetStatus(), call.GetTrailers());
        Assert.Equal(StatusCode.OK, status.StatusCode);
        Assert.Empty(trailers);
    }

    private static CallOptions Options(string? encoding) =>
        new(headers: encoding is null ? [] : new Metadata { { Asked, encoding } }, cancellationToken: Token);

    private static byte[] Gzip(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal))
        {
            gzip.Write(bytes);
        }

        return compressed.ToArray();
    }

    private static async Task RespondAsync(HttpContext context, byte[] payload, string encoding)
    {
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-encoding"] = encoding;
        await context.Request.Body.CopyToAsync(Stream.Null);
        await context.Response.Body.WriteAsync(RawCall.Frame(payload, flag: 1));
        context.Response.AppendTrailer("grpc-status", "0");
    }

    /// <summary>A server that looks at frames instead of messages.</summary>
    private sealed class Seen
    {
        public List<int> Flags { get; } = [];

        public HeaderDictionary? Headers { get; private set; }

        public async Task AnswerAsync(HttpContext context)
        {
            Headers = new HeaderDictionary(context.Request.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase));
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            for (var rest = body.ToArray().AsMemory(); rest.Length > 0; rest = rest[(5 + (int)BinaryPrimitives.ReadUInt32BigEndian(rest.Span[1..]))..])
            {
                Flags.Add(rest.Span[0]);
            }

            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(RawCall.Frame(new Note()));
            context.Response.AppendTrailer("grpc-status", "0");
        }
    }

    private sealed class BrotliProvider : ICompressionProvider
    {
        public string EncodingName => "br";

        public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) => new BrotliStream(stream, CompressionLevel.Fastest, leaveOpen: true);

        public Stream CreateDecompressionStream(Stream stream) => new BrotliStream(stream, CompressionMode.Decompress, leaveOpen: true);
    }
}

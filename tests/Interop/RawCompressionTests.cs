using System.Buffers.Binary;
using System.IO.Compression;
using DataHub.RawHttp2;
using Google.Protobuf;
using Grpc.Testing;
using Grpc.Tests.Support;

namespace DataHub.Interop.Tests;

/// <summary>The four cases with compression, on hand-made frames: the compressed flag is what counts, and no client's API shows it.</summary>
public sealed class RawCompressionTests(OurServers servers) : IClassFixture<OurServers>
{
    private static readonly Payload Sent = new() { Body = ByteString.CopyFrom(new byte[5_000]) };

    [Theory]
    [InlineData(true, true, "0")]
    [InlineData(false, true, "3")] // the probe: INVALID_ARGUMENT
    [InlineData(false, false, "0")]
    [InlineData(true, false, "3")]
    public async Task ClientCompressedUnary_IsJudgedByTheFlagOfTheRequest(bool compressed, bool expected, string status)
    {
        var request = new SimpleRequest { Payload = Sent, ResponseSize = 1000, ExpectCompressed = new BoolValue { Value = expected } };

        var reply = await CallAsync("UnaryCall", Frame(request, compressed));

        Assert.Equal([status], reply.Values("grpc-status"));
    }

    [Theory]
    [InlineData(true, false, "0")]
    [InlineData(false, false, "3")]
    [InlineData(true, true, "3")]
    public async Task ClientCompressedStreaming_IsJudgedMessageByMessage(bool firstCompressed, bool secondCompressed, string status)
    {
        var first = new StreamingInputCallRequest { Payload = Sent, ExpectCompressed = new BoolValue { Value = true } };
        var second = new StreamingInputCallRequest { Payload = Sent, ExpectCompressed = new BoolValue { Value = false } };

        var reply = await CallAsync("StreamingInputCall", [.. Frame(first, firstCompressed), .. Frame(second, secondCompressed)]);

        Assert.Equal([status], reply.Values("grpc-status"));
        if (status == "0")
        {
            Assert.Equal(10_000, StreamingInputCallResponse.Parser.ParseFrom(Messages(reply).Single().Payload).AggregatedPayloadSize);
        }
    }

    [Theory]
    [InlineData(true, "identity,gzip", 1)]
    [InlineData(true, "gzip", 1)]
    [InlineData(true, "identity", 0)]
    [InlineData(true, "", 0)]
    [InlineData(false, "identity,gzip", 0)]
    public async Task ServerCompressedUnary_HasTheFlagWhereAskedForAndUnderstood(bool compressed, string accepted, int flag)
    {
        var request = new SimpleRequest { ResponseSize = compressed && flag == 1 ? 314159 : 31415, ResponseCompressed = new BoolValue { Value = compressed } };

        var reply = await CallAsync("UnaryCall", Frame(request, compressed: false), accepted);

        var message = Messages(reply).Single();
        Assert.Equal(flag, message.Flag);
        Assert.Equal(request.ResponseSize, SimpleResponse.Parser.ParseFrom(Read(message)).Payload.Body.Length);
        Assert.Equal(flag == 1 ? ["gzip"] : [], reply.Values("grpc-encoding").Except(["identity"]));
        Assert.Equal(["0"], reply.Values("grpc-status"));
    }

    [Fact]
    public async Task ServerCompressedStreaming_HasTheFlagMessageByMessage()
    {
        var request = new StreamingOutputCallRequest
        {
            ResponseParameters =
            {
                new ResponseParameters { Size = 31415, Compressed = new BoolValue { Value = true } },
                new ResponseParameters { Size = 9265, Compressed = new BoolValue { Value = false } },
            },
        };

        var reply = await CallAsync("StreamingOutputCall", Frame(request, compressed: false));

        var messages = Messages(reply);
        Assert.Equal([1, 0], messages.Select(message => message.Flag));
        Assert.Equal([31415, 9265], messages.Select(message => StreamingOutputCallResponse.Parser.ParseFrom(Read(message)).Payload.Body.Length));
        Assert.Equal(["0"], reply.Values("grpc-status"));
    }

    private async Task<Http2Reply> CallAsync(string method, byte[] body, string accepted = "identity,gzip")
    {
        var address = servers.Server(tls: false).Address;
        await using var peer = await Http2Peer.ConnectAsync(address, new PeerOptions(), TestContext.Current.CancellationToken);
        List<(string, string)> headers =
        [
            (":method", "POST"), (":scheme", "http"), (":path", $"/grpc.testing.TestService/{method}"), (":authority", address.Authority),
            ("content-type", "application/grpc"), ("te", "trailers"), ("grpc-encoding", "gzip"),
        ];
        if (accepted.Length > 0)
        {
            headers.Add(("grpc-accept-encoding", accepted));
        }

        var reply = await peer.RequestAsync(1, headers, body);
        await reply.Ended.SoonAsync();
        return reply;
    }

    private static byte[] Frame(IMessage message, bool compressed)
    {
        var payload = compressed ? Gzip(message.ToByteArray()) : message.ToByteArray();
        var frame = new byte[5 + payload.Length];
        frame[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), payload.Length);
        payload.CopyTo(frame, 5);
        return frame;
    }

    private static List<(int Flag, byte[] Payload)> Messages(Http2Reply reply)
    {
        var messages = new List<(int, byte[])>();
        for (var rest = reply.Data.ToArray().AsSpan(); rest.Length > 0;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(rest[1..]);
            messages.Add((rest[0], rest.Slice(5, length).ToArray()));
            rest = rest[(5 + length)..];
        }

        return messages;
    }

    private static byte[] Read((int Flag, byte[] Payload) message)
    {
        if (message.Flag == 0)
        {
            return message.Payload;
        }

        using var plain = new MemoryStream();
        using var gzip = new GZipStream(new MemoryStream(message.Payload), CompressionMode.Decompress);
        gzip.CopyTo(plain);
        return plain.ToArray();
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal))
        {
            gzip.Write(bytes);
        }

        return compressed.ToArray();
    }
}

using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Grpc.Core;
using Grpc.Framing;
using Grpc.Net.Compression;
using Grpc.Tests.Support;

namespace Grpc.Tests.Framing;

/// <summary>Compressed messages: whole ones come back, broken ones are refused, and none grows beyond its bounds.</summary>
public sealed class CompressionTests
{
    private const int MiB = 1024 * 1024;

    private static readonly MessageEncodings Gzip = new([new GzipCompressionProvider(CompressionLevel.Fastest)]);
    private static readonly MessageCompressor Compressor = Gzip.Compressor("gzip", CompressionLevel.Optimal)!;

    [Fact]
    public void Messages_OfAnyContent_ComeBackAsTheyWere() => Prop.ForAll<byte[][]>(messages =>
    {
        using var buffer = new FrameBuffer(maxMessageBytes: null);
        var stream = new ArrayBufferWriter<byte>();
        foreach (var message in messages.Select(message => Repeated(message, 50)))
        {
            buffer.Write(message, (bytes, context) => context.Complete(bytes), Compressor);
            stream.Write(buffer.Frame.Span);
        }

        var reader = Reader(stream.WrittenMemory.ToArray());
        return messages.All(message => Next(reader).AsSpan().SequenceEqual(Repeated(message, 50))) && Next(reader) is null;
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(8 * 1024)]
    [InlineData(100_000)]
    [InlineData(500_000)]
    public void Message_AroundTheSizesOfBuffers_ComesBack(int bytes)
    {
        for (var length = bytes - 20; length <= bytes; length++)
        {
            var message = RandomNumberGenerator.GetBytes(length);
            Assert.Equal(message, Next(Reader(Compressed(Gzipped(message)), MiB)));
        }
    }

    [Fact]
    public void Message_OfRepeatedText_IsSentCompressedAndRandomOnesAsTheyAre()
    {
        using var buffer = new FrameBuffer(maxMessageBytes: null);

        buffer.Write(new byte[10_000], (bytes, context) => context.Complete(bytes), Compressor);
        Assert.Equal(1, buffer.Frame.Span[0]);
        Assert.InRange(buffer.Frame.Length, 1, 200);

        buffer.Write(RandomNumberGenerator.GetBytes(1_000), (bytes, context) => context.Complete(bytes), Compressor);
        Assert.Equal((0, 1_005), (buffer.Frame.Span[0], buffer.Frame.Length));
    }

    [Fact]
    public void Message_CutOffAnywhere_IsInternal()
    {
        var compressed = Gzipped([.. RandomNumberGenerator.GetBytes(200), .. new byte[200]]);

        Assert.All(Enumerable.Range(1, compressed.Length - 1), length => Assert.Equal(StatusCode.Internal, FailureOf(compressed[..length])));
    }

    [Theory]
    [InlineData("00")]
    [InlineData("00000000")]
    [InlineData("1f")]
    [InlineData("1f8b")]
    [InlineData("1f8b0800000000000003")]
    [InlineData("90010000")]
    public void Message_WithSomethingBehindIt_IsInternal(string hex) =>
        Assert.Equal(StatusCode.Internal, FailureOf([.. Gzipped(new byte[400]), .. Convert.FromHexString(hex)]));

    [Fact]
    public void Message_WithAnyOctetChanged_IsInternalOrTheSame()
    {
        var message = RandomNumberGenerator.GetBytes(100);
        var compressed = Gzipped(message);
        for (var i = 0; i < compressed.Length; i++)
        {
            byte[] changed = [.. compressed];
            changed[i] ^= 0x10;

            // Header fields such as the operating system mean nothing; everything else is covered by the checksum.
            if (Record.Exception(() => Assert.Equal(message, Next(Reader(Compressed(changed))))) is { } failure)
            {
                Assert.Equal(StatusCode.Internal, Assert.IsType<RpcException>(failure).StatusCode);
            }
        }
    }

    [Fact]
    public void EmptyMessage_InEitherForm_ComesBack()
    {
        byte[] emptyDeflate = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

        Assert.Empty(Next(Reader(Compressed([])))!);
        Assert.Empty(Next(Reader(Compressed(emptyDeflate)))!);
    }

    [Theory]
    [InlineData(MessageEncodings.AlwaysAllowedBytes, true)]
    [InlineData(MessageEncodings.AlwaysAllowedBytes + 1, false)]
    public void Ratio_CountsOnlyAboveWhatIsAlwaysAllowed(int bytes, bool allowed) => Assert.Equal(allowed, IsAllowed(Gzipped(new byte[bytes]), MessageEncodings.DefaultRatio));

    [Fact]
    public void Ratio_OfACompressedMessage_IsTheBound()
    {
        // Random octets keep the compressed length steady while zeros are added.
        byte[] head = RandomNumberGenerator.GetBytes(10_000);
        int RatioOf(byte[] message) => message.Length / Gzipped(message).Length;
        byte[] within = [.. head, .. new byte[150_000]];
        byte[] beyond = [.. head, .. new byte[250_000]];
        Assert.Equal((15, 24), (RatioOf(within), RatioOf(beyond)));

        Assert.True(IsAllowed(Gzipped(within), ratio: 20));
        Assert.False(IsAllowed(Gzipped(beyond), ratio: 20));
        Assert.True(IsAllowed(Gzipped(beyond), ratio: 30));
    }

    [Theory]
    [InlineData(50_000, true)]
    [InlineData(50_001, false)]
    public void Size_AfterDecompression_IsBoundToo(int bytes, bool allowed)
    {
        var failure = Record.Exception(() => Next(Reader(Compressed(Gzipped(new byte[bytes])), maxBytes: 50_000)));

        Assert.Equal(allowed ? null : StatusCode.ResourceExhausted, (failure as RpcException)?.StatusCode);
    }

    [Theory]
    [InlineData(MiB)]
    [InlineData(null)]
    public void Bomb_OfAGigabyte_IsRefusedWithoutBeingUnpacked(int? maxBytes)
    {
        // A thousand members of a mebibyte: gzip lets them follow each other.
        var bomb = Compressed(Repeated(Gzipped(new byte[MiB]), 1_000));
        Assert.InRange(bomb.Length, MiB / 2, MiB + MiB / 8);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var failure = Record.Exception(() => Next(Reader(bomb, maxBytes * 2)));

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(StatusCode.ResourceExhausted, Assert.IsType<RpcException>(failure).StatusCode);
        Assert.InRange(allocated, 0, maxBytes is null ? 64 * MiB : 8 * MiB);
    }

    [Fact]
    public void Bomb_WithoutBounds_IsUnpacked()
    {
        var bomb = Compressed(Repeated(Gzipped(new byte[MiB]), 32));

        Assert.Equal(32 * MiB, Next(Reader(bomb, maxBytes: null, new MessageEncodings([Compressor.Provider], ratio: 10_000)))!.Length);
    }

    [Theory]
    [InlineData(null, StatusCode.Internal)]
    [InlineData("identity", StatusCode.Internal)]
    [InlineData("br", StatusCode.Unimplemented)]
    [InlineData("GZIP", StatusCode.Unimplemented)]
    public void Flag_WithoutAKnownEncoding_IsRefusedBeforeTheMessageIsHere(string? encoding, StatusCode expected)
    {
        var reader = new MessageReader(PipeReader.Create(new ReadOnlySequence<byte>(RawCall.Frame([], flag: 1, length: 1_000))), MiB, encoding, Gzip);

        Assert.Equal(expected, Assert.Throws<RpcException>(() => Next(reader)).StatusCode);
    }

    [Theory]
    [InlineData("gzip", true)]
    [InlineData("identity,deflate, gzip", true)]
    [InlineData("identity,gzipped", false)]
    [InlineData("", false)]
    public void AcceptHeader_IsReadAsAList(string header, bool listed) => Assert.Equal(listed, MessageEncodings.Lists(header, "gzip"));

    [Fact]
    public void AcceptHeader_NamesIdentityAndWhatIsKnown() => Assert.Equal(("identity", "identity,gzip"), (MessageEncodings.None.AcceptHeader, Gzip.AcceptHeader));

    private static StatusCode FailureOf(byte[] compressed) => Assert.Throws<RpcException>(() => Next(Reader(Compressed(compressed)))).StatusCode;

    private static bool IsAllowed(byte[] compressed, int ratio) =>
        Record.Exception(() => Next(Reader(Compressed(compressed), MiB, new MessageEncodings([Compressor.Provider], ratio)))) is null;

    private static byte[] Gzipped(byte[] message)
    {
        using var compressed = new MemoryStream();
        Compressor.Compress(message, compressed);
        return compressed.ToArray();
    }

    private static byte[] Compressed(byte[] payload) => RawCall.Frame(payload, flag: 1);

    private static byte[] Repeated(byte[] bytes, int times) => [.. Enumerable.Repeat(bytes, times).SelectMany(part => part)];

    private static MessageReader Reader(byte[] stream, int? maxBytes = MiB, MessageEncodings? encodings = null) =>
        new(PipeReader.Create(new ReadOnlySequence<byte>(stream)), maxBytes, "gzip", encodings ?? Gzip);

    /// <summary>The next message; null at the end. A reader over memory never waits.</summary>
    private static byte[]? Next(MessageReader reader)
    {
        var read = reader.ReadAsync(context => context.PayloadAsNewBuffer(), CancellationToken.None).AsTask();
        Assert.True(read.IsCompleted);
        return read.GetAwaiter().GetResult() is { HasMessage: true, Message: var message } ? message : null;
    }
}

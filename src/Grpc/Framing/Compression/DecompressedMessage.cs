using System.Buffers;
using System.IO.Compression;
using Grpc.Core;
using Grpc.Net.Compression;

namespace Grpc.Framing;

/// <summary>A decompressed message in a pooled array.</summary>
internal readonly struct DecompressedMessage : IDisposable
{
    private const int FirstGuess = 4;

    private static readonly byte[] EndMark = [0x5A, 0xE1, 0x07, 0xC4, 0x93, 0x2B, 0x6F, 0xD8];

    /// <summary>
    /// gzip allows members to follow each other, so this one is put behind every message: the mark comes out exactly when the message ended where it
    /// should. The platform's stream alone accepts a message that was cut off, and ignores what stands behind one.
    /// </summary>
    private static readonly byte[] GzipOfEndMark = Gzip(EndMark);

    private readonly byte[] _array;
    private readonly int _length;

    private DecompressedMessage(byte[] array, int length) => (_array, _length) = (array, length);

    public ReadOnlySequence<byte> Bytes => new(_array, 0, _length);

    /// <exception cref="RpcException">Larger than <paramref name="maxBytes"/>: RESOURCE_EXHAUSTED, with hardly more than that decompressed. Broken: INTERNAL.</exception>
    public static DecompressedMessage Of(ICompressionProvider provider, in ReadOnlySequence<byte> compressed, int maxBytes)
    {
        if (compressed.IsEmpty)
        {
            // What the platform's gzip makes of an empty message.
            return new DecompressedMessage([], 0);
        }

        ReadOnlySpan<byte> end = provider is GzipCompressionProvider ? GzipOfEndMark : [];
        var inputLength = checked((int)compressed.Length + end.Length);
        var input = ArrayPool<byte>.Shared.Rent(inputLength);
        try
        {
            compressed.CopyTo(input);
            end.CopyTo(input.AsSpan((int)compressed.Length));
            using var source = new MemoryStream(input, 0, inputLength, writable: false);
            using var stream = provider.CreateDecompressionStream(source);
            return Read(stream, (int)Math.Min(compressed.Length * FirstGuess, maxBytes), maxBytes, end.IsEmpty ? [] : EndMark);
        }
        catch (InvalidDataException broken)
        {
            throw Broken(broken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(input);
        }
    }

    public void Dispose()
    {
        if (_array is { Length: > 0 })
        {
            ArrayPool<byte>.Shared.Return(_array);
        }
    }

    private static DecompressedMessage Read(Stream stream, int guess, int maxBytes, ReadOnlySpan<byte> mark)
    {
        // One byte more than can be right shows that it is too much.
        var most = (int)Math.Min((long)maxBytes + mark.Length + 1, Array.MaxLength);
        var (array, length) = (ArrayPool<byte>.Shared.Rent(guess + mark.Length + 1), 0);
        try
        {
            while (stream.Read(array, length, Math.Min(array.Length, most) - length) is var read and > 0)
            {
                length += read;
                if (length == array.Length && length < most)
                {
                    array = Larger(array, most);
                }
            }

            RefuseWrong(array.AsSpan(0, length), most, mark);
            return new DecompressedMessage(array, length - mark.Length);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(array);
            throw;
        }
    }

    private static void RefuseWrong(ReadOnlySpan<byte> read, int most, ReadOnlySpan<byte> mark)
    {
        if (read.Length == most)
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted, "A received message grows beyond the maximum size or ratio when decompressed."));
        }

        if (!read.EndsWith(mark))
        {
            throw Broken();
        }
    }

    private static byte[] Larger(byte[] array, int most)
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(2L * array.Length, most));
        array.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(array);
        return larger;
    }

    private static RpcException Broken(Exception? exception = null) =>
        new(new Status(StatusCode.Internal, "A compressed message is broken or cut off, or something follows it.", exception));

    private static byte[] Gzip(byte[] bytes)
    {
        using var member = new MemoryStream();
        new MessageCompressor(new GzipCompressionProvider(CompressionLevel.Fastest), Level: null).Compress(bytes, member);
        return member.ToArray();
    }
}

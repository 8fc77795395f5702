using System.Buffers;
using System.IO.Compression;
using Grpc.Core;
using Grpc.Net.Compression;

namespace Grpc.Framing;

/// <summary>The compressions one side knows, and how far a compressed message may grow.</summary>
internal sealed class MessageEncodings
{
    /// <summary>Times its compressed length a message may have, unless set otherwise.</summary>
    public const int DefaultRatio = 20;

    /// <summary>Every message may grow to this, whatever the ratio: so little does no harm, and small messages of repeated text are common.</summary>
    public const int AlwaysAllowedBytes = 64 * 1024;

    /// <summary>No compression at all.</summary>
    public static readonly MessageEncodings None = new([]);

    private readonly Dictionary<string, ICompressionProvider> _providers;
    private readonly int _ratio;

    /// <param name="providers">The compressions; of two with one name the later counts.</param>
    /// <param name="ratio">Times its compressed length a message may have.</param>
    public MessageEncodings(IEnumerable<ICompressionProvider> providers, int ratio = DefaultRatio)
    {
        _providers = new Dictionary<string, ICompressionProvider>(StringComparer.Ordinal);
        foreach (var provider in providers)
        {
            _providers[provider.EncodingName] = provider;
        }

        _ratio = ratio;
        AcceptHeader = string.Join(',', [Wire.Identity, .. _providers.Keys]);
    }

    /// <summary>Value of <c>grpc-accept-encoding</c>.</summary>
    public string AcceptHeader { get; }

    /// <summary>Whether the value of a <c>grpc-accept-encoding</c> lists an encoding.</summary>
    public static bool Lists(ReadOnlySpan<char> acceptHeader, string encoding)
    {
        foreach (var part in acceptHeader.Split(','))
        {
            if (acceptHeader[part].Trim().SequenceEqual(encoding))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether messages of this encoding can be read; <c>identity</c> is always known.</summary>
    public bool Knows(string encoding) => encoding == Wire.Identity || _providers.ContainsKey(encoding);

    /// <summary>What compresses outgoing messages; null for <c>identity</c> and for an unknown encoding.</summary>
    public MessageCompressor? Compressor(string encoding, CompressionLevel? level) =>
        _providers.TryGetValue(encoding, out var provider) ? new MessageCompressor(provider, level) : null;

    /// <summary>Refuses a message flagged as compressed where it can't be.</summary>
    /// <exception cref="RpcException">No encoding named: INTERNAL. An unknown one: UNIMPLEMENTED.</exception>
    public void RefuseUnknown(string? encoding)
    {
        if (encoding is null or Wire.Identity)
        {
            throw new RpcException(new Status(StatusCode.Internal, "A message is flagged as compressed, but no encoding was named."));
        }

        if (!_providers.ContainsKey(encoding))
        {
            throw new RpcException(new Status(StatusCode.Unimplemented, $"Unsupported grpc-encoding value '{encoding}'. Supported encodings: {AcceptHeader}"));
        }
    }

    /// <summary>Decompresses a message of a known encoding.</summary>
    /// <exception cref="RpcException">It would grow too large: RESOURCE_EXHAUSTED, as soon as that is seen. Broken: INTERNAL.</exception>
    public DecompressedMessage Decompress(string encoding, in ReadOnlySequence<byte> compressed, int? maxMessageBytes)
    {
        var byRatio = Math.Max(AlwaysAllowedBytes, compressed.Length * _ratio);
        return DecompressedMessage.Of(_providers[encoding], compressed, (int)Math.Min(byRatio, maxMessageBytes ?? Array.MaxLength - 1));
    }
}

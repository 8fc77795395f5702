using System.IO.Compression;

namespace Grpc.Net.Compression;

/// <summary>A way to compress messages, known to both sides by its name.</summary>
public interface ICompressionProvider
{
    /// <summary>Name in <c>grpc-encoding</c> and <c>grpc-accept-encoding</c>.</summary>
    string EncodingName { get; }

    /// <summary>A stream that compresses what is written to it; it leaves <paramref name="stream"/> open.</summary>
    /// <param name="stream">Takes the compressed bytes.</param>
    /// <param name="compressionLevel">Effort; null for the provider's own.</param>
    Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel);

    /// <summary>A stream to read decompressed bytes from; it leaves <paramref name="stream"/> open.</summary>
    /// <param name="stream">Has the compressed bytes.</param>
    Stream CreateDecompressionStream(Stream stream);
}

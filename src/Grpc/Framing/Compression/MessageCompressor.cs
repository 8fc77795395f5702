using System.IO.Compression;
using Grpc.Net.Compression;

namespace Grpc.Framing;

/// <summary>Compresses outgoing messages of one call.</summary>
/// <param name="Provider">The compression.</param>
/// <param name="Level">Effort; null for the provider's own.</param>
internal sealed record MessageCompressor(ICompressionProvider Provider, CompressionLevel? Level)
{
    /// <summary>Value of <c>grpc-encoding</c>.</summary>
    public string Encoding => Provider.EncodingName;

    public void Compress(ReadOnlySpan<byte> message, Stream destination)
    {
        using var stream = Provider.CreateCompressionStream(destination, Level);
        stream.Write(message);
    }
}

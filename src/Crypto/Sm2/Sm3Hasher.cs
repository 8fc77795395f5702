using System.Buffers;
using Org.BouncyCastle.Crypto.Digests;

namespace DataHub.Crypto.Sm2;

/// <summary>SM3 (GB/T 32905-2016) over data that comes in parts. After <see cref="Finish()"/> it starts again with nothing. Not thread-safe.</summary>
public sealed class Sm3Hasher
{
    private const int PartBytes = 4096;

    private readonly SM3Digest _digest = new();
    private readonly byte[] _hash = new byte[Sm3.HashBytes];

    /// <summary>Adds the next part.</summary>
    /// <param name="data">Bytes; may be empty.</param>
    public void Append(ReadOnlySpan<byte> data)
    {
        var part = ArrayPool<byte>.Shared.Rent(Math.Min(data.Length, PartBytes));
        try
        {
            while (!data.IsEmpty)
            {
                var taken = Math.Min(data.Length, part.Length);
                data[..taken].CopyTo(part);
                _digest.BlockUpdate(part, 0, taken);
                data = data[taken..];
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(part);
        }
    }

    /// <summary>The hash of everything added since the last one.</summary>
    /// <returns>32 bytes.</returns>
    public byte[] Finish()
    {
        var hash = new byte[Sm3.HashBytes];
        Finish(hash);
        return hash;
    }

    /// <summary>The hash of everything added since the last one, into <paramref name="hash"/>.</summary>
    /// <param name="hash">Receives 32 bytes at its beginning.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="hash"/> is shorter than 32 bytes.</exception>
    public void Finish(Span<byte> hash)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hash.Length, Sm3.HashBytes, nameof(hash));
        _digest.DoFinal(_hash, 0);
        _hash.CopyTo(hash);
    }
}

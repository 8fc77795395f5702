using System.Buffers.Binary;

namespace DataHub.Crypto.Sm2;

/// <summary>The hash SM3 (GB/T 32905-2016), 256 bits.</summary>
public static class Sm3
{
    /// <summary>Bytes of a hash.</summary>
    public const int HashBytes = 32;

    /// <summary>Hashes bytes in one go.</summary>
    /// <param name="data">What to hash; may be empty.</param>
    /// <returns>32 bytes.</returns>
    public static byte[] Hash(ReadOnlySpan<byte> data)
    {
        var hash = new byte[HashBytes];
        Hash(data, hash);
        return hash;
    }

    /// <summary>Hashes bytes in one go, into <paramref name="hash"/>, without allocating.</summary>
    /// <param name="data">What to hash; may be empty.</param>
    /// <param name="hash">Receives 32 bytes at its beginning; may be part of <paramref name="data"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="hash"/> is shorter than 32 bytes.</exception>
    public static void Hash(ReadOnlySpan<byte> data, Span<byte> hash)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hash.Length, HashBytes, nameof(hash));
        Span<uint> state = stackalloc uint[HashBytes / sizeof(uint)];
        Sm3Block.Start.CopyTo(state);
        var whole = data.Length - (data.Length % Sm3Block.Bytes);
        Sm3Block.Compress(state, data[..whole]);
        Finish(state, data[whole..], data.Length, hash);
    }

    /// <summary>Pads what is left (5.2), and gives the hash.</summary>
    /// <param name="state">State after all whole blocks.</param>
    /// <param name="rest">Bytes behind the last whole block, fewer than a block.</param>
    /// <param name="length">Bytes of the whole message.</param>
    /// <param name="hash">Receives the hash.</param>
    internal static void Finish(Span<uint> state, ReadOnlySpan<byte> rest, long length, Span<byte> hash)
    {
        Span<byte> padded = stackalloc byte[2 * Sm3Block.Bytes];
        padded.Clear();
        rest.CopyTo(padded);
        padded[rest.Length] = 0x80;
        padded = padded[..(rest.Length + 1 + sizeof(long) <= Sm3Block.Bytes ? Sm3Block.Bytes : 2 * Sm3Block.Bytes)];
        BinaryPrimitives.WriteInt64BigEndian(padded[^sizeof(long)..], length * 8);
        Sm3Block.Compress(state, padded);
        for (var i = 0; i < state.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(hash[(i * sizeof(uint))..], state[i]);
        }
    }
}

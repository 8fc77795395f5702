namespace DataHub.Crypto.Sm2;

/// <summary>The hash SM3 (GB/T 32905-2016), 256 bits.</summary>
public static class Sm3
{
    /// <summary>Bytes of a hash.</summary>
    public const int HashBytes = 32;

    // A digest carries a few hundred bytes of tables; a tree of a million leaves asks for two million hashes.
    [ThreadStatic]
    private static Sm3Hasher? t_hasher;

    /// <summary>Hashes bytes in one go.</summary>
    /// <param name="data">What to hash; may be empty.</param>
    /// <returns>32 bytes.</returns>
    public static byte[] Hash(ReadOnlySpan<byte> data)
    {
        var hash = new byte[HashBytes];
        Hash(data, hash);
        return hash;
    }

    /// <summary>Hashes bytes in one go, into <paramref name="hash"/>.</summary>
    /// <param name="data">What to hash; may be empty.</param>
    /// <param name="hash">Receives 32 bytes at its beginning.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="hash"/> is shorter than 32 bytes.</exception>
    public static void Hash(ReadOnlySpan<byte> data, Span<byte> hash)
    {
        // Before anything is added: the hasher is shared with the next call.
        ArgumentOutOfRangeException.ThrowIfLessThan(hash.Length, HashBytes, nameof(hash));
        var hasher = t_hasher ??= new Sm3Hasher();
        hasher.Append(data);
        hasher.Finish(hash);
    }
}

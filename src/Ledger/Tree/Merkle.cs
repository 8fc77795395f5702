using DataHub.Crypto.Sm2;

namespace DataHub.Ledger.Tree;

/// <summary>Hashes of a Merkle tree as RFC 6962, 2.1, with SM3 (GB/T 32905) in place of SHA-256: a leaf is SM3(0 ‖ data), a node SM3(1 ‖ left ‖ right), the empty tree SM3 of nothing.</summary>
public static class Merkle
{
    private const int StackBytes = 512;

    /// <summary>Root of the tree without leaves: SM3 of nothing.</summary>
    public static ReadOnlyMemory<byte> EmptyRoot { get; } = Sm3.Hash([]);

    /// <summary>Hash of a leaf.</summary>
    /// <param name="data">What the leaf holds.</param>
    /// <returns>32 bytes.</returns>
    public static byte[] HashLeaf(ReadOnlySpan<byte> data)
    {
        var hash = new byte[Sm3.HashBytes];
        HashLeaf(data, hash);
        return hash;
    }

    /// <summary>Hash of a leaf, into <paramref name="hash"/>.</summary>
    /// <param name="data">What the leaf holds.</param>
    /// <param name="hash">Receives 32 bytes at its beginning.</param>
    public static void HashLeaf(ReadOnlySpan<byte> data, Span<byte> hash)
    {
        var prefixed = data.Length < StackBytes ? stackalloc byte[data.Length + 1] : new byte[data.Length + 1];
        prefixed[0] = 0;
        data.CopyTo(prefixed[1..]);
        Sm3.Hash(prefixed, hash);
    }

    /// <summary>Hash of a node.</summary>
    /// <param name="left">Hash of its left child, 32 bytes.</param>
    /// <param name="right">Hash of its right child, 32 bytes.</param>
    /// <returns>32 bytes.</returns>
    public static byte[] HashNode(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var hash = new byte[Sm3.HashBytes];
        HashNode(left, right, hash);
        return hash;
    }

    /// <summary>Hash of a node, into <paramref name="hash"/>, which may be one of the children's.</summary>
    /// <param name="left">Hash of its left child, 32 bytes.</param>
    /// <param name="right">Hash of its right child, 32 bytes.</param>
    /// <param name="hash">Receives 32 bytes at its beginning.</param>
    public static void HashNode(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Span<byte> hash)
    {
        Span<byte> node = stackalloc byte[1 + (2 * Sm3.HashBytes)];
        node[0] = 1;
        left.CopyTo(node[1..]);
        right.CopyTo(node[(1 + Sm3.HashBytes)..]);
        Sm3.Hash(node, hash);
    }
}

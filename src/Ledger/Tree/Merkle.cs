using DataHub.Crypto.Sm2;

namespace DataHub.Ledger.Tree;

/// <summary>Hashes of a Merkle tree as RFC 6962, 2.1, with SM3 (GB/T 32905) in place of SHA-256: a leaf is SM3(0 ‖ data), a node SM3(1 ‖ left ‖ right), the empty tree SM3 of nothing.</summary>
public static class Merkle
{
    private const int StackBytes = 512;

    /// <summary>Hash of a leaf.</summary>
    /// <param name="data">What the leaf holds.</param>
    /// <returns>32 bytes.</returns>
    public static byte[] HashLeaf(ReadOnlySpan<byte> data)
    {
        var prefixed = data.Length < StackBytes ? stackalloc byte[data.Length + 1] : new byte[data.Length + 1];
        prefixed[0] = 0;
        data.CopyTo(prefixed[1..]);
        return Sm3.Hash(prefixed);
    }

    /// <summary>Hash of a node.</summary>
    /// <param name="left">Hash of its left child, 32 bytes.</param>
    /// <param name="right">Hash of its right child, 32 bytes.</param>
    /// <returns>32 bytes.</returns>
    public static byte[] HashNode(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> node = stackalloc byte[1 + (2 * Sm3.HashBytes)];
        node[0] = 1;
        left.CopyTo(node[1..]);
        right.CopyTo(node[(1 + Sm3.HashBytes)..]);
        return Sm3.Hash(node);
    }
}

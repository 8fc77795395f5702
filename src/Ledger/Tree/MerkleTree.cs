using DataHub.Crypto.Sm2;

namespace DataHub.Ledger.Tree;

/// <summary>A whole tree in memory, for the few entries under one leaf: all nodes are computed once, then every path is looked up.</summary>
public sealed class MerkleTree
{
    // From the leaves up; where a level has an odd number of nodes its last one stands in the level above as it is, which is the tree of RFC 6962.
    // The hashes of a level stand one behind the other.
    private readonly List<byte[]> _levels = [];

    /// <summary>Builds the tree.</summary>
    /// <param name="leafHashes">Hashes of its leaves (<see cref="Merkle.HashLeaf(ReadOnlySpan{byte})"/>), 32 bytes each, in order.</param>
    public MerkleTree(IEnumerable<ReadOnlyMemory<byte>> leafHashes)
        : this(Pack([.. leafHashes]))
    {
    }

    /// <summary>Builds the tree of hashes that stand one behind the other; the array is the tree's from now on.</summary>
    internal MerkleTree(byte[] packed)
    {
        _levels.Add(packed);
        while (_levels[^1].Length > Sm3.HashBytes)
        {
            _levels.Add(Above(_levels[^1]));
        }
    }

    /// <summary>How many leaves it has.</summary>
    public int Count => _levels[0].Length / Sm3.HashBytes;

    /// <summary>Its root, 32 bytes; of no leaves <see cref="Merkle.EmptyRoot"/>.</summary>
    public ReadOnlyMemory<byte> Root => Count == 0 ? Merkle.EmptyRoot : _levels[^1];

    /// <summary>The hashes that lead from a leaf to the root (RFC 6962, 2.1.1), nearest first; verified by <see cref="Proofs.InclusionProof.Verify"/>.</summary>
    /// <param name="index">Place of the leaf, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such leaf.</exception>
    public IReadOnlyList<ReadOnlyMemory<byte>> PathOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        var path = new List<ReadOnlyMemory<byte>>(_levels.Count);
        foreach (var level in _levels)
        {
            var sibling = (index ^ 1) * Sm3.HashBytes;
            if (sibling < level.Length)
            {
                path.Add(level.AsMemory(sibling, Sm3.HashBytes));
            }

            index >>= 1;
        }

        return path;
    }

    private static byte[] Pack(ReadOnlyMemory<byte>[] hashes)
    {
        var packed = new byte[hashes.Length * Sm3.HashBytes];
        for (var i = 0; i < hashes.Length; i++)
        {
            hashes[i].Span.CopyTo(packed.AsSpan(i * Sm3.HashBytes, Sm3.HashBytes));
        }

        return packed;
    }

    private static byte[] Above(ReadOnlySpan<byte> level)
    {
        const int pair = 2 * Sm3.HashBytes;
        var above = new byte[(level.Length + Sm3.HashBytes) / pair * Sm3.HashBytes];
        var rest = above.AsSpan();
        for (; level.Length >= pair; level = level[pair..], rest = rest[Sm3.HashBytes..])
        {
            Merkle.HashNode(level[..Sm3.HashBytes], level[Sm3.HashBytes..pair], rest);
        }

        level.CopyTo(rest);
        return above;
    }
}

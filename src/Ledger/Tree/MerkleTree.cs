namespace DataHub.Ledger.Tree;

/// <summary>A whole tree in memory, for the few entries under one leaf: all nodes are computed once, then every path is looked up.</summary>
public sealed class MerkleTree
{
    // From the leaves up; where a level has an odd number of nodes its last one stands in the level above as it is, which is the tree of RFC 6962.
    private readonly List<ReadOnlyMemory<byte>[]> _levels = [];

    /// <summary>Builds the tree.</summary>
    /// <param name="leafHashes">Hashes of its leaves (<see cref="Merkle.HashLeaf(ReadOnlySpan{byte})"/>), 32 bytes each, in order.</param>
    public MerkleTree(IEnumerable<ReadOnlyMemory<byte>> leafHashes)
    {
        _levels.Add([.. leafHashes]);
        while (_levels[^1].Length > 1)
        {
            _levels.Add(Above(_levels[^1]));
        }
    }

    /// <summary>How many leaves it has.</summary>
    public int Count => _levels[0].Length;

    /// <summary>Its root, 32 bytes; of no leaves <see cref="Merkle.EmptyRoot"/>.</summary>
    public ReadOnlyMemory<byte> Root => Count == 0 ? Merkle.EmptyRoot : _levels[^1][0];

    /// <summary>The hashes that lead from a leaf to the root (RFC 6962, 2.1.1), nearest first; verified by <see cref="Proofs.InclusionProof.Verify"/>.</summary>
    /// <param name="index">Place of the leaf, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such leaf.</exception>
    public IReadOnlyList<ReadOnlyMemory<byte>> PathOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        var path = new List<ReadOnlyMemory<byte>>();
        foreach (var level in _levels)
        {
            if ((index ^ 1) < level.Length)
            {
                path.Add(level[index ^ 1]);
            }

            index >>= 1;
        }

        return path;
    }

    private static ReadOnlyMemory<byte>[] Above(ReadOnlyMemory<byte>[] level)
    {
        var above = new ReadOnlyMemory<byte>[(level.Length + 1) / 2];
        for (var i = 0; i < above.Length; i++)
        {
            var (left, right) = (2 * i, (2 * i) + 1);
            above[i] = right < level.Length ? Merkle.HashNode(level[left].Span, level[right].Span) : level[left];
        }

        return above;
    }
}

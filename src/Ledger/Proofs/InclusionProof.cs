using DataHub.Ledger.Tree;

namespace DataHub.Ledger.Proofs;

/// <summary>That a leaf stands at its place in a tree (RFC 6962, 2.1.1): the hashes that lead from it to the root, nearest first.</summary>
public static class InclusionProof
{
    /// <summary>Longest path there can be.</summary>
    public const int MaxHashes = 63;

    /// <summary>Computes the path of a leaf.</summary>
    /// <param name="index">Place of the leaf, from 0.</param>
    /// <param name="size">Size of the tree, above <paramref name="index"/>.</param>
    /// <param name="nodes">Reads complete subtrees.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such leaf.</exception>
    public static async ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> ComputeAsync(long index, long size, NodeReader nodes, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var siblings = new Stack<TreeRange>();
        var at = new TreeRange(0, size);
        while (at.Length > 1)
        {
            var (left, right) = at.Split();
            var isLeft = index < left.End;
            siblings.Push(isLeft ? right : left);
            at = isLeft ? left : right;
        }

        return await RangeHash.OfAllAsync(siblings, nodes, cancellationToken);
    }

    /// <summary>Whether a path proves a leaf (RFC 9162, 2.1.3.2). Bad input is an answer (false), never an exception.</summary>
    /// <param name="leafHash">Hash of the leaf.</param>
    /// <param name="index">Its place.</param>
    /// <param name="size">Size of the tree.</param>
    /// <param name="path">The path.</param>
    /// <param name="root">Root of the tree.</param>
    public static bool Verify(ReadOnlySpan<byte> leafHash, long index, long size, IReadOnlyList<ReadOnlyMemory<byte>> path, ReadOnlySpan<byte> root)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (index < 0 || index >= size || !RangeHash.AreHashes(path) || leafHash.Length != RangeHash.Length)
        {
            return false;
        }

        var (place, last) = (index, size - 1);
        Span<byte> hash = stackalloc byte[RangeHash.Length];
        leafHash.CopyTo(hash);
        foreach (var sibling in path)
        {
            if (last == 0)
            {
                return false;
            }

            if ((place & 1) == 1 || place == last)
            {
                Merkle.HashNode(sibling.Span, hash, hash);
                while ((place & 1) == 0 && place != 0)
                {
                    (place, last) = (place >> 1, last >> 1);
                }
            }
            else
            {
                Merkle.HashNode(hash, sibling.Span, hash);
            }

            (place, last) = (place >> 1, last >> 1);
        }

        return last == 0 && hash.SequenceEqual(root);
    }
}

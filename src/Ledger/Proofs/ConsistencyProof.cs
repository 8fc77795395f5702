using DataHub.Ledger.Tree;

namespace DataHub.Ledger.Proofs;

/// <summary>That a tree is the beginning of a larger one (RFC 6962, 2.1.2): nothing before was changed, removed or put in between.</summary>
public static class ConsistencyProof
{
    /// <summary>Longest proof there can be.</summary>
    public const int MaxHashes = 64;

    /// <summary>Computes the proof between two sizes of the tree; empty if they are equal or the old one is 0.</summary>
    /// <param name="oldSize">The smaller size, 0 or more.</param>
    /// <param name="newSize">The larger size.</param>
    /// <param name="nodes">Reads complete subtrees.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="ArgumentOutOfRangeException">The sizes are in the wrong order.</exception>
    public static async ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> ComputeAsync(long oldSize, long newSize, NodeReader nodes, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(oldSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(oldSize, newSize);
        return oldSize == 0 || oldSize == newSize ? [] : await RangeHash.OfAllAsync(Ranges(oldSize, newSize), nodes, cancellationToken);
    }

    /// <summary>
    /// Whether a proof shows that the old tree is the beginning of the new one (RFC 9162, 2.1.4.2; the empty tree is the beginning of any, with an empty proof). Bad input is an answer (false), never an
    /// exception.
    /// </summary>
    /// <param name="oldSize">Size of the old tree.</param>
    /// <param name="oldRoot">Its root.</param>
    /// <param name="newSize">Size of the new tree.</param>
    /// <param name="newRoot">Its root.</param>
    /// <param name="proof">The proof.</param>
    public static bool Verify(long oldSize, ReadOnlySpan<byte> oldRoot, long newSize, ReadOnlySpan<byte> newRoot, IReadOnlyList<ReadOnlyMemory<byte>> proof)
    {
        ArgumentNullException.ThrowIfNull(proof);
        if (oldSize < 0 || oldSize > newSize || !RangeHash.AreHashes(proof))
        {
            return false;
        }

        if (oldSize == newSize)
        {
            return proof.Count == 0 && oldRoot.SequenceEqual(newRoot) && (oldSize > 0 || oldRoot.SequenceEqual(Merkle.EmptyRoot.Span));
        }

        return oldSize == 0
            ? proof.Count == 0 && oldRoot.SequenceEqual(Merkle.EmptyRoot.Span)
            : VerifyGrowth(oldSize, oldRoot, newSize, newRoot, proof);
    }

    private static bool VerifyGrowth(long oldSize, ReadOnlySpan<byte> oldRoot, long newSize, ReadOnlySpan<byte> newRoot, IReadOnlyList<ReadOnlyMemory<byte>> proof)
    {
        var (place, last) = (oldSize - 1, newSize - 1);
        while ((place & 1) == 1)
        {
            (place, last) = (place >> 1, last >> 1);
        }

        // An old tree that is complete is itself the first subtree, which the proof leaves out.
        var isComplete = (oldSize & (oldSize - 1)) == 0;
        if ((isComplete ? oldRoot.Length : proof.Count) < (isComplete ? RangeHash.Length : 1))
        {
            return false;
        }

        Span<byte> oldHash = stackalloc byte[RangeHash.Length];
        Span<byte> newHash = stackalloc byte[RangeHash.Length];
        var first = isComplete ? oldRoot[..RangeHash.Length] : proof[0].Span;
        first.CopyTo(oldHash);
        first.CopyTo(newHash);
        for (var i = isComplete ? 0 : 1; i < proof.Count; i++)
        {
            if (last == 0)
            {
                return false;
            }

            if ((place & 1) == 1 || place == last)
            {
                Merkle.HashNode(proof[i].Span, oldHash, oldHash);
                Merkle.HashNode(proof[i].Span, newHash, newHash);
                while ((place & 1) == 0 && place != 0)
                {
                    (place, last) = (place >> 1, last >> 1);
                }
            }
            else
            {
                Merkle.HashNode(newHash, proof[i].Span, newHash);
            }

            (place, last) = (place >> 1, last >> 1);
        }

        return last == 0 && oldHash.SequenceEqual(oldRoot) && newHash.SequenceEqual(newRoot);
    }

    /// <summary>SUBPROOF of RFC 6962, from the innermost out.</summary>
    private static Stack<TreeRange> Ranges(long oldSize, long newSize)
    {
        var ranges = new Stack<TreeRange>();
        var (at, isBeginning) = (new TreeRange(0, newSize), true);
        while (at.End != oldSize)
        {
            var (left, right) = at.Split();
            if (oldSize <= left.End)
            {
                ranges.Push(right);
                at = left;
            }
            else
            {
                ranges.Push(left);
                (at, isBeginning) = (right, false);
            }
        }

        if (!isBeginning)
        {
            ranges.Push(at);
        }

        return ranges;
    }
}

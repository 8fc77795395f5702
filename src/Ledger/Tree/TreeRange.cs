using System.Numerics;

namespace DataHub.Ledger.Tree;

/// <summary>The leaves from Start up to but not including End, where they are a subtree of some tree of RFC 6962: complete, or ragged at its right.</summary>
/// <param name="Start">First leaf; a multiple of the largest power of two in the length.</param>
/// <param name="End">Behind the last leaf.</param>
internal readonly record struct TreeRange(long Start, long End)
{
    public long Length => End - Start;

    /// <summary>Cut behind its left child: the largest power of two below the length.</summary>
    public (TreeRange Left, TreeRange Right) Split()
    {
        var cut = Start + (1L << BitOperations.Log2((ulong)(Length - 1)));
        return (new TreeRange(Start, cut), new TreeRange(cut, End));
    }

    /// <summary>The complete subtrees it is made of, largest first.</summary>
    public IEnumerable<TreeNode> Nodes()
    {
        for (var at = Start; at < End;)
        {
            var level = BitOperations.Log2((ulong)(End - at));
            yield return new TreeNode(level, at >> level);
            at += 1L << level;
        }
    }
}

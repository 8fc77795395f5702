namespace DataHub.Ledger.Tree;

/// <summary>A complete subtree: the leaves from Index × 2^Level, 2^Level of them. It never changes once the tree is that large.</summary>
/// <param name="Level">Height; 0 is a leaf.</param>
/// <param name="Index">Place among those of its level, from 0.</param>
public readonly record struct TreeNode(int Level, long Index)
{
    /// <summary>Whether it is the right child of its parent.</summary>
    internal bool IsRight => (Index & 1) == 1;

    /// <summary>The subtree twice as large that holds it.</summary>
    internal TreeNode Parent => new(Level + 1, Index >> 1);
}

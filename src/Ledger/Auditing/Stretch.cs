using DataHub.Ledger.Tree;

namespace DataHub.Ledger.Auditing;

/// <summary>
/// The leaves since the last head whose root was right. When the next root is wrong, tries whether one leaf put in, or two that changed places, explain it: then the place is exact, and proven by the signed
/// root itself. Otherwise only the range is known.
/// </summary>
internal sealed class Stretch
{
    // The tries cost as much as the square of the length, the swaps as its cube.
    private const int MaxForInsertion = 1_024;
    private const int MaxForSwap = 96;

    private readonly List<(byte[] Hash, long LeafId)> _leaves = [];
    private TreeEdge _start = new();

    /// <summary>First leaf of the stretch.</summary>
    public long Start => _start.Size;

    public void Restart(TreeEdge edge)
    {
        _start = edge.Copy();
        _leaves.Clear();
    }

    public void Add(ReadOnlySpan<byte> hash, long leafId)
    {
        if (_leaves.Count <= MaxForInsertion)
        {
            _leaves.Add((hash.ToArray(), leafId));
        }
    }

    /// <summary>What explains the root, if one of the two does.</summary>
    /// <param name="root">Root that was signed for the size reached now.</param>
    /// <param name="following">Hash of the leaf behind; empty where there is none.</param>
    public AuditFinding? Explain(ReadOnlySpan<byte> root, ReadOnlySpan<byte> following) =>
        _leaves.Count > MaxForInsertion ? null : FindInsertion(root, following) ?? FindSwap(root);

    private AuditFinding? FindInsertion(ReadOnlySpan<byte> root, ReadOnlySpan<byte> following)
    {
        var before = _start.Copy();
        for (var i = 0; i < _leaves.Count && following.Length == Proofs.RangeHash.Length; i++)
        {
            var tried = before.Copy();
            Append(tried, i + 1);
            tried.Append(following);
            if (tried.Root().AsSpan().SequenceEqual(root))
            {
                var (index, id) = (Start + i, _leaves[i].LeafId);
                return new AuditFinding(AuditCode.LeafInserted, $"Leaf {index} (number {id}) was put in: without it the leaves have the root that was signed.") { Index = index, LeafId = id };
            }

            before.Append(_leaves[i].Hash);
        }

        return null;
    }

    private AuditFinding? FindSwap(ReadOnlySpan<byte> root)
    {
        var before = _start.Copy();
        for (var i = 0; i < _leaves.Count && _leaves.Count <= MaxForSwap; i++)
        {
            for (var j = i + 1; j < _leaves.Count; j++)
            {
                if (IsSwap(before.Copy(), i, j, root))
                {
                    return new AuditFinding(AuditCode.LeavesSwapped, $"Leaves {Start + i} (number {_leaves[i].LeafId}) and {Start + j} (number {_leaves[j].LeafId}) changed places: the other way round they have the root that was signed.")
                    {
                        Index = Start + i,
                        LastIndex = Start + j,
                        LeafId = _leaves[i].LeafId,
                    };
                }
            }

            before.Append(_leaves[i].Hash);
        }

        return null;
    }

    private bool IsSwap(TreeEdge tried, int i, int j, ReadOnlySpan<byte> root)
    {
        for (var k = i; k < _leaves.Count; k++)
        {
            tried.Append(_leaves[k == i ? j : k == j ? i : k].Hash);
        }

        return tried.Root().AsSpan().SequenceEqual(root);
    }

    private void Append(TreeEdge edge, int from)
    {
        for (var i = from; i < _leaves.Count; i++)
        {
            edge.Append(_leaves[i].Hash);
        }
    }
}

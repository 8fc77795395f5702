using DataHub.Ledger.Export;

namespace DataHub.Ledger.Auditing;

/// <summary>Content that has left the database at the end of its retention, taken back from an export made before. It is checked as if it had never left: against the hashes that are still in the sequence.</summary>
internal sealed class ArchivedContent
{
    /// <summary>Leaves whose content came from the archive.</summary>
    public long Leaves { get; private set; }

    /// <summary>The leaves, with what an archive has of those that are empty. Both by index.</summary>
    public IEnumerable<ExportedLeaf> Fill(IEnumerable<ExportedLeaf> leaves, IEnumerable<ExportedLeaf> archive)
    {
        using var kept = archive.GetEnumerator();
        var hasKept = kept.MoveNext();
        foreach (var leaf in leaves)
        {
            if (!IsEmpty(leaf))
            {
                yield return leaf;
                continue;
            }

            for (; hasKept && (kept.Current.Index is not { } index || index < leaf.Index); hasKept = kept.MoveNext())
            {
            }

            yield return hasKept && kept.Current.Index == leaf.Index && !IsEmpty(kept.Current) ? Take(leaf, kept.Current) : leaf;
        }
    }

    private static bool IsEmpty(ExportedLeaf leaf) => leaf.Leaf.IsEmpty || (leaf.Entries.Count == 0 && leaf.Events.Count == 0);

    private ExportedLeaf Take(ExportedLeaf leaf, ExportedLeaf kept)
    {
        Leaves++;
        return leaf with { Leaf = leaf.Leaf.IsEmpty ? kept.Leaf : leaf.Leaf, Entries = kept.Entries, Events = kept.Events };
    }
}

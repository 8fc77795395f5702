using DataHub.Crypto.Sm2;
using DataHub.Ledger.Entries;
using DataHub.Ledger.Export;
using DataHub.Ledger.Tree;

namespace DataHub.Ledger.Auditing;

/// <summary>Recomputes one leaf after the other. Not thread-safe.</summary>
internal sealed class LeafCheck(Findings findings)
{
    private readonly TreeEdge _content = new();
    private readonly byte[] _hash = new byte[Sm3.HashBytes];

    /// <summary>Entries under the leaves checked.</summary>
    public long Entries { get; private set; }

    /// <summary>Checks a leaf against its row of the sequence, and what it holds against its root.</summary>
    /// <returns>The leaf; null where there is none to be read.</returns>
    public Leaf? Check(ExportedLeaf exported)
    {
        if (exported.Leaf.IsEmpty)
        {
            Report(exported, AuditCode.LeafMissing, "the sequence names this leaf, and it is not there");
            return null;
        }

        Merkle.HashLeaf(exported.Leaf.Span, _hash);
        var isSequenced = exported.Index is not null;
        if (isSequenced && !exported.Hash.Span.SequenceEqual(_hash))
        {
            Report(exported, AuditCode.LeafChanged, "the leaf is not the one whose hash stands in the sequence");
        }

        if (Read(exported.Leaf.Span) is not { } leaf)
        {
            Report(exported, AuditCode.LeafChanged, "the leaf cannot be read");
            return null;
        }

        if (leaf.Id != exported.LeafId)
        {
            Report(exported, AuditCode.LeafChanged, $"the leaf says to be number {leaf.Id}");
        }

        CheckContent(exported, leaf);
        return leaf;
    }

    private static Leaf? Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Leaf.Read(bytes);
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private void CheckContent(ExportedLeaf exported, Leaf leaf)
    {
        var (count, other) = leaf.Kind is LeafKind.Events ? (exported.Events.Count, exported.Entries.Count) : (exported.Entries.Count, exported.Events.Count);
        Entries += count;
        if (count != leaf.Count || other > 0)
        {
            Report(exported, AuditCode.LeafContentChanged, $"it should hold {leaf.Count} entries and holds {count + other}");
        }
        else if (!IsUnder(leaf.Root.Span, exported))
        {
            Report(exported, AuditCode.LeafContentChanged, "its entries are not those under its root");
        }
    }

    private bool IsUnder(ReadOnlySpan<byte> root, ExportedLeaf exported)
    {
        _content.Clear();
        foreach (var entry in exported.Entries)
        {
            Merkle.HashLeaf(entry.Span, _hash);
            _content.Append(_hash);
        }

        foreach (var named in exported.Events)
        {
            _content.Append(named.Hash.Span);
        }

        _content.Root(_hash);
        return root.SequenceEqual(_hash);
    }

    private void Report(ExportedLeaf exported, string code, string what) => findings.Add(new AuditFinding(code, Name(exported) + what + ".") { Index = exported.Index, LeafId = exported.LeafId });

    private static string Name(ExportedLeaf exported) => exported.Index is { } index ? $"Leaf {index} (number {exported.LeafId}): " : $"Leaf number {exported.LeafId}, not sequenced: ";
}

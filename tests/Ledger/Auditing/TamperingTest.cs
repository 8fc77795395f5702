using DataHub.Ledger.Auditing;
using DataHub.Ledger.Entries;
using DataHub.Ledger.Export;
using DataHub.Ledger.Tests.Support;

namespace DataHub.Ledger.Tests.Auditing;

/// <summary>A ledger to tamper with, and what a test expects of the audit.</summary>
public abstract class TamperingTest
{
    // Leaves at even places hold acts, those at odd places events.
    private protected const int Acts = 22;
    private protected const int Named = 23;

    private protected History Ledger { get; } = History.Of(60);

    private protected void Empty(int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            Ledger.Leaves[i] = Ledger.Leaves[i] with { Leaf = default, Entries = [], Events = [] };
        }
    }

    private protected void EditEntry(int index)
    {
        var leaf = Ledger.Leaves[index];
        var entry = EntryBytes.Of(EntryBytes.Read(leaf.Entries[0].Span) with { Account = "somebody-else" });
        Ledger.Leaves[index] = leaf with { Entries = [entry, .. leaf.Entries.Skip(1)] };
    }

    private protected long EditEvent(Func<ExportedEvent, ExportedEvent> edit)
    {
        var sequence = Ledger.Leaves[Named].Events[0].Sequence;
        var at = Ledger.Events.FindIndex(stored => stored.Sequence == sequence);
        Ledger.Events[at] = edit(Ledger.Events[at]);
        return sequence;
    }

    /// <summary>Everything as it was when an earlier head was signed.</summary>
    private protected long CutBack(int head)
    {
        var size = (int)Ledger.Head(head).Size;
        var last = Ledger.Leaves[..size].SelectMany(leaf => leaf.Events).Max(name => name.Sequence);
        Ledger.Leaves.RemoveRange(size, Ledger.Leaves.Count - size);
        Ledger.Heads.RemoveRange(head + 1, Ledger.Heads.Count - head - 1);
        Ledger.Events.RemoveAll(stored => stored.Sequence > last);
        return size;
    }

    private protected (int First, int Last) UnderOneHead()
    {
        var number = Enumerable.Range(3, Ledger.Heads.Count - 3).First(head => Ledger.Head(head).Size - Ledger.Head(head - 1).Size >= 3);
        return ((int)Ledger.Head(number - 1).Size, (int)Ledger.Head(number - 1).Size + 2);
    }

    private protected async Task<AuditReport> IsFirstAsync(string code, long index)
    {
        var report = await Ledger.AuditAsync();
        Assert.False(report.IsProven);
        Assert.Equal((code, index), (report.First!.Code, report.First.Index));
        Assert.StartsWith("NOT PROVEN", report.ToText().Split('\n')[^2], StringComparison.Ordinal);
        return report;
    }

    private protected async Task<AuditReport> IsInRangeAsync(long index, string code = AuditCode.TreeChanged)
    {
        var report = await Ledger.AuditAsync();
        Assert.Equal((code, true), (report.First!.Code, report.First.IsRange));
        Assert.InRange(index, report.First.Index!.Value, report.First.LastIndex!.Value);
        Assert.InRange(report.First.LastIndex!.Value - report.First.Index!.Value, 0, 5);
        Assert.Equal(report.First.Index, report.Proven);
        return report;
    }

    private protected async Task IsEventAsync(string code, long sequence, long? leaf)
    {
        var report = await Ledger.AuditAsync();
        Assert.Equal((code, sequence, leaf), (report.First!.Code, report.First.Sequence, report.First.Index));
    }

    private protected static class Tree
    {
        public static byte[] Hash(ExportedLeaf leaf) => Leaf.Read(leaf.Leaf.Span).Hash();
    }
}

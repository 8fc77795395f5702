using System.Text.Json;
using DataHub.Kernel.Faults;
using DataHub.Ledger.Entries;
using DataHub.Ledger.Export;

namespace DataHub.Ledger.Auditing;

/// <summary>Compares the events with what the leaves name, both in order of sequence.</summary>
internal sealed class EventCheck(Findings findings)
{
    /// <summary>Streams of other applications, which the hub's ledger does not answer for.</summary>
    private const string Foreign = "ext/";

    /// <summary>Events compared.</summary>
    public long Events { get; private set; }

    /// <summary>Events of other applications, in no leaf.</summary>
    public long NotLedgered { get; private set; }

    /// <summary>Compares all of them.</summary>
    public void Run(IEnumerable<ExportedEvent> events, IEnumerable<EventName> sortedNames, CancellationToken cancellationToken)
    {
        using var names = sortedNames.GetEnumerator();
        var hasName = names.MoveNext();
        long? last = null;
        foreach (var stored in events)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (stored.Sequence <= last)
            {
                Report(AuditCode.EventNotLedgered, stored.Sequence, null, "stands in the tables twice or out of order");
                continue;
            }

            last = stored.Sequence;
            for (; hasName && names.Current.Sequence < stored.Sequence; hasName = names.MoveNext())
            {
                ReportMissing(names.Current);
            }

            hasName = Compare(stored, names, hasName);
        }

        for (; hasName; hasName = names.MoveNext())
        {
            ReportMissing(names.Current);
        }
    }

    private bool Compare(ExportedEvent stored, IEnumerator<EventName> names, bool hasName)
    {
        if (!hasName || names.Current.Sequence != stored.Sequence)
        {
            CountUnnamed(stored);
            return hasName;
        }

        Events++;
        var name = names.Current;
        if (!IsHashOf(stored, name.Hash.Span))
        {
            Report(AuditCode.EventChanged, stored.Sequence, name.LeafIndex, "is not the one that was hashed");
        }

        while ((hasName = names.MoveNext()) && names.Current.Sequence == stored.Sequence)
        {
            Report(AuditCode.EventTwice, stored.Sequence, names.Current.LeafIndex, $"is named again, after {Leaf(name.LeafIndex)}");
        }

        return hasName;
    }

    private void CountUnnamed(ExportedEvent stored)
    {
        if (stored.StreamId.StartsWith(Foreign, StringComparison.Ordinal))
        {
            NotLedgered++;
            return;
        }

        Events++;
        Report(AuditCode.EventNotLedgered, stored.Sequence, null, $"of type {stored.Type} is in no leaf");
    }

    private static bool IsHashOf(ExportedEvent stored, ReadOnlySpan<byte> hash)
    {
        try
        {
            return hash.SequenceEqual(EventHash.Of(stored.StreamId, stored.Type, stored.Version, stored.Sequence, stored.At, stored.Json));
        }
        catch (Exception e) when (e is FaultException or JsonException)
        {
            // Data without a canonical form were never hashed.
            return false;
        }
    }

    private void ReportMissing(EventName name) => Report(AuditCode.EventMissing, name.Sequence, name.LeafIndex, "is not in the tables");

    private void Report(string code, long sequence, long? leafIndex, string what) =>
        findings.Add(new AuditFinding(code, $"Event {sequence}{(leafIndex is { } index ? $" ({Leaf(index)})" : "")} {what}.") { Sequence = sequence, Index = leafIndex < 0 ? null : leafIndex });

    private static string Leaf(long index) => index < 0 ? "a leaf not sequenced" : $"leaf {index}";
}

using DataHub.Kernel.Faults;
using DataHub.Ledger.Export;
using DataHub.Ledger.Heads;

namespace DataHub.Ledger.Auditing;

/// <summary>
/// Recomputes a whole export and believes nothing of it: content of every leaf, every leaf's hash, the tree at every head, every head's signature and chain, every event's hash. Only who holds the key of the
/// heads can make a changed history pass, and not even that past a head that somebody kept elsewhere. Streams; memory does not grow with the export.
/// </summary>
public static class ExportAuditor
{
    private const int HeadsAtOnce = 512;

    /// <summary>Audits an export. What is wrong with it is in the report, never an exception.</summary>
    /// <param name="folder">Folder of the export.</param>
    /// <param name="options">What is relied on.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="FaultException">There is no export to begin with: <c>EXPORT_MISSING</c>.</exception>
    public static AuditReport Run(string folder, AuditOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var findings = new Findings(options.MaxFindings);
        try
        {
            return Audit(ExportReader.Open(folder), options, findings, cancellationToken);
        }
        catch (FaultException e) when (e.Code == "EXPORT_DAMAGED")
        {
            // The manifest itself.
            findings.Add(new AuditFinding(AuditCode.ExportDamaged, e.Message));
            return new AuditReport(findings);
        }
    }

    private static AuditReport Audit(ExportReader export, AuditOptions options, Findings findings, CancellationToken cancellationToken)
    {
        var verifier = new HeadVerifier(options.Roots);
        var (leaves, events) = (new LeafCheck(findings), new EventCheck(findings));
        var witnesses = new Witnesses(options.Witnesses, export.Hub, verifier, findings);
        var archive = new ArchivedContent();
        using var names = new EventNames(options.SortedInMemory);
        var report = new AuditReport(findings) { Hub = export.Hub.Value, Witnesses = witnesses.Count, HasEvents = export.HasEvents };
        try
        {
            var filled = options.Archives.Aggregate(ReadLeaves(export, cancellationToken), (read, folder) => archive.Fill(read, ExportReader.Open(folder).ReadLeaves()));
            using var walk = new TreeWalk(filled, leaves, names, witnesses, findings);
            var heads = new HeadCheck(export.Hub, options, walk, witnesses, findings);
            WalkHeads(export, verifier, heads, cancellationToken);
            walk.Finish();
            witnesses.Finish(walk.Position);
            var pending = CheckPending(export, leaves, names, heads.Last?.At - options.CommitDelay, findings);
            report = report with { Heads = heads.Count, Leaves = walk.Position, Proven = walk.Proven, Pending = pending, LastHead = heads.Last };
            if (export.HasEvents)
            {
                events.Run(export.ReadEvents(), names.Sorted(), cancellationToken);
            }
        }
        catch (FaultException e) when (e.Code is "EXPORT_DAMAGED" or "EXPORT_MISSING")
        {
            findings.Add(new AuditFinding(AuditCode.ExportDamaged, e.Message));
        }

        return report with { Entries = leaves.Entries, Archived = archive.Leaves, Events = events.Events, NotLedgered = events.NotLedgered };
    }

    private static IEnumerable<ExportedLeaf> ReadLeaves(ExportReader export, CancellationToken cancellationToken)
    {
        foreach (var leaf in export.ReadLeaves())
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return leaf;
        }
    }

    private static void WalkHeads(ExportReader export, HeadVerifier verifier, HeadCheck heads, CancellationToken cancellationToken)
    {
        // Signatures are what costs; the rest needs the order.
        foreach (var part in export.ReadHeads().Chunk(HeadsAtOnce))
        {
            var verdicts = part.AsParallel().AsOrdered().WithCancellation(cancellationToken).Select(verifier.Verify).ToList();
            for (var i = 0; i < part.Length; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                heads.See(part[i], verdicts[i]);
            }
        }

        heads.Finish();
    }

    private static long CheckPending(ExportReader export, LeafCheck leaves, EventNames names, DateTimeOffset? notBefore, Findings findings)
    {
        var count = 0L;
        foreach (var exported in export.ReadPending())
        {
            count++;
            names.Add(exported);
            if (leaves.Check(exported) is { } leaf && leaf.At < notBefore)
            {
                findings.Add(new AuditFinding(AuditCode.LeafTime, $"Leaf number {leaf.Id} of {leaf.At:O} was never sequenced, or its place was taken from it.") { LeafId = leaf.Id });
            }
        }

        return count;
    }
}

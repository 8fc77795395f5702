using DataHub.Kernel;
using DataHub.Ledger.Heads;

namespace DataHub.Ledger.Auditing;

/// <summary>Judges heads one by one against the one before, and leads the walk through the leaves from head to head.</summary>
internal sealed class HeadCheck(HubName hub, AuditOptions options, TreeWalk walk, Witnesses witnesses, Findings findings)
{
    private byte[] _previous = TreeHead.NoHead.ToArray();

    /// <summary>Heads seen.</summary>
    public long Count { get; private set; }

    /// <summary>The last head that may be believed.</summary>
    public TreeHead? Last { get; private set; }

    public void See(SignedHead signedHead, HeadVerdict verdict)
    {
        var number = Count++;
        if (verdict.Head is not { } head || head.Hub != hub)
        {
            _previous = signedHead.Hash();
            Report(AuditCode.HeadForm, number, verdict.Head is null ? "is not a head" : "is another hub's");
            return;
        }

        if (!verdict.IsValid)
        {
            Report(AuditCode.HeadSignature, number, $"cannot be believed: {verdict.Outcome}");
        }

        if (!head.Previous.Span.SequenceEqual(_previous))
        {
            Report(AuditCode.HeadChain, number, number == 0 ? "names a head before it, and there is none" : "does not name the head before it");
        }

        _previous = signedHead.Hash();
        witnesses.See(_previous);
        if (verdict.IsValid)
        {
            Follow(head, number);
        }
    }

    /// <summary>No head is left.</summary>
    public void Finish()
    {
        if (Last is null)
        {
            findings.Add(new AuditFinding(AuditCode.HeadsNone, "There is no head that can be believed: nobody vouches for any leaf."));
        }
    }

    private void Follow(TreeHead head, long number)
    {
        if (Last is not null && head.Size < Last.Size)
        {
            Report(AuditCode.HeadShrinks, number, $"has {head.Size} leaves, the one before {Last.Size}");
            return;
        }

        if (Last is not null && head.At < Last.At - options.ClockTolerance)
        {
            Report(AuditCode.HeadTime, number, $"is of {head.At:O}, the one before of {Last.At:O}");
        }

        walk.AdvanceTo(head.Size, Last is null ? DateTimeOffset.MinValue : Last.At - options.CommitDelay, head.At + options.ClockTolerance);
        walk.Compare(head, number);
        Last = head;
    }

    private void Report(string code, long number, string what) => findings.Add(new AuditFinding(code, $"Head {number} {what}.") { Head = number });
}

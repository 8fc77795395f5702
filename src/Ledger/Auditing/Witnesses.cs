using DataHub.Kernel;
using DataHub.Ledger.Heads;

namespace DataHub.Ledger.Auditing;

/// <summary>Heads kept elsewhere, by size: each must be one of the heads, and the tree must have had its root.</summary>
internal sealed class Witnesses
{
    private readonly Findings _findings;
    private readonly List<(SignedHead Signed, TreeHead Head)> _bySize = [];
    private readonly HashSet<string> _notSeen = [];
    private int _next;
    private long _agreed;

    public Witnesses(IReadOnlyList<SignedHead> heads, HubName hub, HeadVerifier verifier, Findings findings)
    {
        _findings = findings;
        foreach (var (signedHead, number) in heads.DistinctBy(head => Key(head.Hash())).Select((head, number) => (head, number)))
        {
            var verdict = verifier.Verify(signedHead);
            if (!verdict.IsValid || verdict.Head!.Hub != hub)
            {
                findings.Add(new AuditFinding(AuditCode.WitnessInvalid, $"Head {number} of those kept elsewhere cannot be believed: {(verdict.IsValid ? "another hub's" : verdict.Outcome)}."));
                continue;
            }

            _bySize.Add((signedHead, verdict.Head));
            _notSeen.Add(Key(signedHead.Hash()));
        }

        _bySize.Sort((a, b) => a.Head.Size.CompareTo(b.Head.Size));
    }

    /// <summary>Heads kept elsewhere that can be believed.</summary>
    public int Count => _bySize.Count;

    /// <summary>Smallest size of a head not compared yet.</summary>
    public long NextSize => _next < _bySize.Count ? _bySize[_next].Head.Size : long.MaxValue;

    /// <summary>A head of the history.</summary>
    public void See(ReadOnlySpan<byte> headHash) => _notSeen.Remove(Key(headHash));

    /// <summary>The tree has reached the size of the next head.</summary>
    /// <param name="root">Its root now; empty where it is not known any more.</param>
    public void Compare(ReadOnlySpan<byte> root)
    {
        var size = NextSize;
        for (; NextSize == size; _next++)
        {
            var (signedHead, head) = _bySize[_next];
            if (!root.SequenceEqual(head.Root.Span))
            {
                _notSeen.Remove(Key(signedHead.Hash()));
                _findings.Add(new AuditFinding(AuditCode.HistoryRewritten, $"A head of {head.At:O} kept elsewhere has another root for {size} leaves.") { Index = Math.Min(_agreed, size - 1), LastIndex = size - 1, IsRange = true });
            }
            else
            {
                _agreed = size;
            }
        }
    }

    /// <summary>The history ends.</summary>
    /// <param name="size">How many leaves it has.</param>
    public void Finish(long size)
    {
        foreach (var (signedHead, head) in _bySize.Where(witness => witness.Head.Size > size))
        {
            _notSeen.Remove(Key(signedHead.Hash()));
            _findings.Add(new AuditFinding(AuditCode.HistoryTruncated, $"The history ends with {size} leaves, and a head of {head.At:O} kept elsewhere has {head.Size}.") { Index = size, LastIndex = head.Size - 1 });
        }

        foreach (var (_, head) in _bySize.Where(witness => _notSeen.Contains(Key(witness.Signed.Hash()))))
        {
            _findings.Add(new AuditFinding(AuditCode.WitnessHeadRemoved, $"The head of {head.At:O} with {head.Size} leaves, kept elsewhere, is not among the heads."));
        }
    }

    private static string Key(ReadOnlySpan<byte> hash) => Convert.ToHexString(hash);
}

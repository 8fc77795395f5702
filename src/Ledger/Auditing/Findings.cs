namespace DataHub.Ledger.Auditing;

/// <summary>Collects findings: all counted, the first of the list kept, and the first leaf concerned.</summary>
internal sealed class Findings(int max)
{
    private readonly List<AuditFinding> _kept = [];
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    private AuditFinding? _first;
    private AuditFinding? _firstTime;

    public IReadOnlyList<AuditFinding> Kept => _kept;

    public IReadOnlyDictionary<string, long> Counts => _counts;

    /// <summary>
    /// The first leaf changed, removed or inserted. An exact place within a range goes before the range; a leaf whose time is wrong goes behind the range it is in, because a leaf removed before it makes it
    /// stand under a head that is not its own.
    /// </summary>
    public AuditFinding? First => _firstTime is null || _first?.Index <= _firstTime.Index ? _first : _firstTime;

    public void Add(AuditFinding finding)
    {
        _counts[finding.Code] = _counts.GetValueOrDefault(finding.Code) + 1;
        if (_kept.Count < max)
        {
            _kept.Add(finding);
        }

        if (finding.Index is null)
        {
            return;
        }

        if (finding.Code == AuditCode.LeafTime)
        {
            _firstTime = _firstTime?.Index <= finding.Index ? _firstTime : finding;
        }
        else if (_first is null || Place(finding).CompareTo(Place(_first)) < 0)
        {
            _first = finding;
        }
    }

    private static (long Last, bool IsRange) Place(AuditFinding finding) => ((finding.IsRange ? finding.LastIndex : finding.Index) ?? 0, finding.IsRange);
}

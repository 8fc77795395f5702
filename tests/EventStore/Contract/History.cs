using System.Collections.Concurrent;
using DataHub.EventStore.Streams;

namespace DataHub.EventStore.Tests.Contract;

/// <summary>What writers were told and what a reader saw; decides whether the two can both be true.</summary>
internal sealed class History
{
    private readonly ConcurrentDictionary<int, (string Stream, long Version)> _acknowledged = new();
    private readonly ConcurrentDictionary<int, byte> _unknown = new();
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly List<StoredEvent> _seen = [];

    public void Acknowledge(IReadOnlyList<NewEvent> events, AppendResult result)
    {
        foreach (var (e, version) in events.Zip(result.Versions))
        {
            _acknowledged[MarkOf(e)] = (e.StreamId, version);
        }
    }

    public void LoseSightOf(IReadOnlyList<NewEvent> events)
    {
        foreach (var e in events)
        {
            _unknown[MarkOf(e)] = 0;
        }
    }

    public void Compare(AppendResult first, AppendResult again)
    {
        if (first.LastSequence != again.LastSequence || !first.Versions.SequenceEqual(again.Versions))
        {
            _complaints.Enqueue("A repeated append returned another result.");
        }
    }

    public void See(IReadOnlyList<StoredEvent> page) => _seen.AddRange(page);

    /// <summary>Everything that contradicts "each event once, in order, gap-free per stream".</summary>
    public IReadOnlyList<string> Complaints() =>
    [
        .. _complaints,
        .. _seen.Zip(_seen.Skip(1)).Where(pair => pair.First.Sequence >= pair.Second.Sequence).Select(pair => $"{pair.Second.Sequence} was read after {pair.First.Sequence}."),
        .. _seen.GroupBy(MarkOf).Where(same => same.Count() > 1).Select(same => $"Event {same.Key} is there {same.Count()} times."),
        .. _seen.GroupBy(e => e.StreamId).Where(stream => !IsDense(stream)).Select(stream => $"Stream {stream.Key} has versions {string.Join(' ', stream.Select(e => e.Version))}."),
        .. _seen.Where(e => !_acknowledged.ContainsKey(MarkOf(e)) && !_unknown.ContainsKey(MarkOf(e))).Select(e => $"Event {MarkOf(e)} was refused and is there."),
        .. Missing(),
    ];

    private IEnumerable<string> Missing()
    {
        var seen = _seen.DistinctBy(MarkOf).ToDictionary(MarkOf, e => (e.StreamId, e.Version));
        return _acknowledged.Where(told => !seen.TryGetValue(told.Key, out var found) || found != told.Value).Select(told => $"Event {told.Key} was acknowledged as {told.Value} and is not there so.");
    }

    private static bool IsDense(IEnumerable<StoredEvent> stream) => stream.Select((e, at) => e.Version == at + 1).All(right => right);

    private static int MarkOf(NewEvent e) => ((PermitGranted)e.Data).Level;

    private static int MarkOf(StoredEvent e) => ((PermitGranted)e.Data).Level;
}

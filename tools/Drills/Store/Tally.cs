using System.Collections.Concurrent;
using System.Globalization;
using DataHub.EventStore;

namespace DataHub.Drills.Store;

/// <summary>What became of each request, as its sender was told, and whether the store agrees.</summary>
internal sealed class Tally
{
    private const int Page = 5_000;

    private readonly ConcurrentDictionary<string, Fate> _fates = new(StringComparer.Ordinal);

    private enum Fate
    {
        Unknown,
        Acknowledged,
        Refused,
    }

    public int Acknowledged => Count(Fate.Acknowledged);

    public int Unknown => Count(Fate.Unknown);

    /// <summary>Keyed requests that were sent and never answered.</summary>
    public IReadOnlyList<Request> Unanswered =>
        [.. _fates.Where(told => told.Value is Fate.Unknown).Select(told => Request.Parse(told.Key)).Where(request => request.Key is not null)];

    public int NextNumberOf(int writer) =>
        _fates.Keys.Select(Request.Parse).Where(request => request.Writer == writer).Select(request => request.Number + 1).DefaultIfEmpty().Max();

    public void Sent(string mark) => _fates.TryAdd(mark, Fate.Unknown);

    public void Acknowledge(string mark) => _fates[mark] = Fate.Acknowledged;

    public void Refuse(string mark) => _fates[mark] = Fate.Refused;

    /// <summary>Reads everything the store holds and compares.</summary>
    public async Task<(long Events, IReadOnlyList<string> Losses)> CompareAsync(IEventStore store, CancellationToken cancellationToken)
    {
        var (found, streams, losses, events) = (new Dictionary<string, int>(StringComparer.Ordinal), new Dictionary<string, long>(StringComparer.Ordinal), new List<string>(), 0L);
        for (var page = await store.ReadAllAsync(0, Page, cancellationToken); page.Count > 0; page = await store.ReadAllAsync(page[^1].Sequence, Page, cancellationToken))
        {
            events += page.Count;
            foreach (var e in page)
            {
                var mark = ((Drilled)e.Data).Mark;
                found[mark] = found.GetValueOrDefault(mark) + 1;
                var expected = streams.GetValueOrDefault(e.StreamId) + 1;
                streams[e.StreamId] = e.Version;
                if (e.Version != expected)
                {
                    losses.Add(string.Create(CultureInfo.InvariantCulture, $"Stream {e.StreamId} goes from version {expected - 1} to {e.Version}."));
                }
            }
        }

        losses.AddRange(_fates.Select(told => LossOf(told.Key, told.Value, found.GetValueOrDefault(told.Key))).OfType<string>());
        losses.AddRange(found.Keys.Where(mark => !_fates.ContainsKey(mark)).Select(mark => $"Request {mark} was never sent and is there."));
        return (events, losses);
    }

    private static string? LossOf(string mark, Fate fate, int found)
    {
        var whole = Request.Parse(mark).Events(diaryVersion: 0).Count;
        return (fate, found) switch
        {
            (Fate.Acknowledged, var n) when n == whole => null,
            (Fate.Refused, 0) => null,
            (Fate.Unknown, 0) => null,
            (Fate.Unknown, var n) when n == whole => null,
            _ => string.Create(CultureInfo.InvariantCulture, $"Request {mark} of {whole} events was {fate.ToString().ToLowerInvariant()}, and {found} are there."),
        };
    }

    private int Count(Fate fate) => _fates.Values.Count(value => value == fate);
}

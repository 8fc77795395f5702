using System.Globalization;
using DataHub.Bench.Measuring;

namespace DataHub.Bench.Ledger;

/// <summary>
/// <c>bench ledger</c>: acts recorded durably for 64 callers against an insert and a commit each; what a leaf adds to appends of events, entry and receipt to a unary call; bytes an entry takes; and the audit
/// of large ledgers.
/// </summary>
public static class LedgerBench
{
    private const int Calls = 20_000;
    private const int Events = 50_000;

    /// <summary>Runs the benchmark.</summary>
    /// <param name="pairs">Pairs of runs, 5 or more.</param>
    /// <param name="entries">Entries of a run.</param>
    /// <param name="audited">Sizes of the ledgers to audit, in leaves.</param>
    /// <param name="cancellationToken">Stops the start; a run under way is finished.</param>
    public static async Task<BenchReport> RunAsync(int pairs, int entries, IReadOnlyList<long> audited, CancellationToken cancellationToken)
    {
        await using var database = await LedgerDatabase.StartAsync(cancellationToken);
        var runs = new EntryRuns(database, entries);
        var (wal, disk, size) = (0L, 0L, 0L);
        var measured = await Pairs.RunAsync("ledger", "entries/s", pairs, runs.OneCommitEachAsync, async () =>
        {
            var (walBefore, diskBefore) = (await database.WalBytesAsync(), await database.DiskBytesAsync());
            var sample = await runs.LedgeredAsync();
            (wal, disk, size) = (wal + await database.WalBytesAsync() - walBefore, disk + await database.DiskBytesAsync() - diskBefore, size + entries);
            return sample;
        });
        var appends = new EventRuns(database, Events);
        var events = await Pairs.RunAsync("ledger-events", "events/s", pairs, appends.PlainAsync, appends.LedgeredAsync);
        List<(string, string)> facts = [("database", database.Name), Fact("bytes an entry", $"{disk / (double)size:N0} on disk, {wal / (double)size:N0} of write-ahead log, heads and sequence included"), Added(events)];
        facts.AddRange(await LatenciesAsync(database, pairs));
        foreach (var leaves in audited)
        {
            facts.AddRange((await AuditBench.RunAsync(leaves, cancellationToken)).Facts);
        }

        return new BenchReport([events, measured], facts);
    }

    private static (string, string) Added(Pairs events)
    {
        var plain = Pairs.Median(events.Floor.Select(sample => 1_000_000 / sample.PerSecond));
        var ledgered = Pairs.Median(events.Candidate.Select(sample => 1_000_000 / sample.PerSecond));
        return Fact("a leaf adds to an event of a bulk append", $"{ledgered - plain:N1} us to {plain:N1} us");
    }

    private static async Task<IReadOnlyList<(string, string)>> LatenciesAsync(LedgerDatabase database, int pairs)
    {
        await using var runs = await CallRuns.StartAsync(database, Calls);
        await runs.PlainAsync();
        await runs.LedgeredAsync();
        var (plain, ledgered) = (new List<Latency>(), new List<Latency>());
        for (var i = 0; i < pairs; i++)
        {
            plain.Add(await runs.PlainAsync());
            ledgered.Add(await runs.LedgeredAsync());
        }

        return [Compared("median of a call, 64 at a time", latency => latency.Median), Compared("p99 of a call, 64 at a time", latency => latency.P99)];

        (string, string) Compared(string name, Func<Latency, double> of)
        {
            var (without, with) = (Pairs.Median(plain.Select(of)) / 1_000, Pairs.Median(ledgered.Select(of)) / 1_000);
            return Fact(name, $"{without:N2} ms without, {with:N2} ms with durable entry and receipt: {with - without:N2} ms more");
        }
    }

    private static (string, string) Fact(string name, FormattableString value) => (name, value.ToString(CultureInfo.InvariantCulture));
}

using System.Globalization;
using System.Security.Cryptography;
using DataHub.Bench.Measuring;
using DataHub.Crypto.Sealing;

namespace DataHub.Bench.Append;

/// <summary>
/// <c>bench append</c>: new streams with one sealed event and a lean read model, 10,000 a transaction, against binary COPY of the same rows; and single appends
/// of 128 callers against one commit each.
/// </summary>
public static class AppendBench
{
    private const int PerTransaction = 10_000;
    private const int Callers = 128;
    private const int Seed = 20260301;

    /// <summary>Runs the benchmark.</summary>
    /// <param name="pairs">Pairs of runs, 5 or more.</param>
    /// <param name="records">Records of a bulk run, a multiple of 10,000.</param>
    /// <param name="singles">Appends of a run of single appends.</param>
    /// <param name="cancellationToken">Stops the start; a run under way is finished.</param>
    public static async Task<BenchReport> RunAsync(int pairs, int records, int singles, CancellationToken cancellationToken)
    {
        await using var database = await BenchDatabase.StartAsync(cancellationToken);
        var random = new Random(Seed);
        var alone = await SinglesAsync(database, pairs, singles, random);
        var (bulk, facts) = await BulkAsync(database, pairs, records, random);
        return new BenchReport([alone, bulk], [("database", database.ToString()), .. facts]);
    }

    private static Task<Pairs> SinglesAsync(BenchDatabase database, int pairs, int singles, Random random)
    {
        var appends = new SingleAppends(database, Callers);
        return Pairs.RunAsync(
            "append-single", "events/s", pairs, () => appends.OneCommitEachAsync(BenchEvents.Keys(singles, random)), () => appends.SharedAsync(BenchEvents.Keys(singles, random)));
    }

    private static async Task<(Pairs Bulk, IReadOnlyList<(string, string)> Facts)> BulkAsync(BenchDatabase database, int pairs, int records, Random random)
    {
        var (floor, candidate) = (new CopyFloor(database, PerTransaction), new BulkAppend(database, PerTransaction));
        var (floorBytes, candidateBytes) = (new List<Bytes>(), new List<Bytes>());
        var dataKey = new DataKey(1, RandomNumberGenerator.GetBytes(32));
        var bulk = await Pairs.RunAsync(
            "append",
            "events/s",
            pairs,
            () => WeighAsync(database, records, floorBytes, () => floor.RunAsync([.. BenchEvents.Keys(records, random).Select(key => BenchEvents.Record(key, dataKey))])),
            () => WeighAsync(database, records, candidateBytes, () => candidate.RunAsync(BenchEvents.Keys(records, random))));
        return (bulk, [Fact("write-ahead log per event", floorBytes, candidateBytes, bytes => bytes.Wal), Fact("disk per event", floorBytes, candidateBytes, bytes => bytes.Disk)]);
    }

    // The emptying of the tables before a run writes some log of its own, little beside that of the run.
    private static async Task<Sample> WeighAsync(BenchDatabase database, int records, List<Bytes> bytes, Func<Task<Sample>> run)
    {
        var wal = await database.WalBytesAsync();
        var sample = await run();
        bytes.Add(new Bytes((await database.WalBytesAsync() - wal) / (double)records, await database.DiskBytesAsync() / (double)records));
        return sample;
    }

    private static (string Name, string Value) Fact(string name, List<Bytes> floor, List<Bytes> candidate, Func<Bytes, double> value) =>
        (name, string.Create(CultureInfo.InvariantCulture, $"{Pairs.Median(candidate.Select(value)):N0} bytes (floor {Pairs.Median(floor.Select(value)):N0})"));

    private sealed record Bytes(double Wal, double Disk);
}

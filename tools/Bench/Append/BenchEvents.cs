using System.Text.Json;
using DataHub.Crypto.Sealing;

namespace DataHub.Bench.Append;

/// <summary>An event of the size records have: some fields in the clear, one sealed value.</summary>
/// <param name="Resource">Resource of the record.</param>
/// <param name="Key">Its key.</param>
/// <param name="Division">Division code.</param>
/// <param name="ValidFrom">First day it was true.</param>
/// <param name="Sealed">The personal fields.</param>
public sealed record BenchRecorded(string Resource, string Key, string Division, DateOnly ValidFrom, SealedValue Sealed);

/// <summary>Material for one run: record keys in the random order in which sources deliver, and what is personal in a record.</summary>
internal static class BenchEvents
{
    public const string Resource = "bench_record";

    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>JSON of 12 members, 285 bytes.</summary>
    public static readonly byte[] Personal = JsonSerializer.SerializeToUtf8Bytes(Enumerable.Range(0, 12).ToDictionary(i => $"field_{i:00}", i => $"value {i * 7919:0000000}"));

    /// <summary>Keys in the form of pseudonyms, never the same twice.</summary>
    public static string[] Keys(int count, Random random) => [.. Enumerable.Range(0, count).Select(_ => new string(random.GetItems<char>(Alphabet, 26)))];

    public static string StreamOf(string key) => $"bench/{Resource}/{key}";

    public static BenchRecorded Record(string key, DataKey dataKey) =>
        new(Resource, key, "330102", new DateOnly(2026, 1, 1), Seal.Close(dataKey, StreamOf(key), Personal));
}

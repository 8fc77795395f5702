namespace DataHub.Bench.Measuring;

/// <summary>What a benchmark found.</summary>
/// <param name="Measured">What was run against its floor; the last is the one the benchmark is named after.</param>
/// <param name="Facts">Other figures, name and value with unit.</param>
public sealed record BenchReport(IReadOnlyList<Pairs> Measured, IReadOnlyList<(string Name, string Value)> Facts);

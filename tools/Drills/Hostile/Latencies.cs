using System.Globalization;

namespace DataHub.Drills.Hostile;

/// <summary>How long the honest calls of a while took.</summary>
/// <param name="Sorted">Milliseconds, shortest first.</param>
/// <param name="Failures">What failed.</param>
internal sealed record Latencies(IReadOnlyList<double> Sorted, IReadOnlyList<string> Failures)
{
    public double P99 => At(0.99);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Sorted.Count:N0} calls, p50 {At(0.5):0.0} ms, p99 {P99:0.0} ms");

    private double At(double part) => Sorted.Count == 0 ? 0 : Sorted[Math.Min(Sorted.Count - 1, (int)(part * Sorted.Count))];
}

namespace DataHub.FrontEnd.Enrolling;

/// <summary>Pauses that keep many systems from asking at the same moment.</summary>
internal static class Backoff
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>Pause after a number of failures in a row: 1, 2, 4 … 30 s, of which a random half is taken off.</summary>
    public static TimeSpan After(int failures) => Spread(Longest.TotalSeconds < Math.Pow(2, failures - 1) ? Longest : TimeSpan.FromSeconds(Math.Pow(2, failures - 1)), from: 0.5, to: 1);

    /// <summary>A random part of a span.</summary>
    public static TimeSpan Spread(TimeSpan span, double from, double to) => span * (from + (to - from) * Random.Shared.NextDouble());
}

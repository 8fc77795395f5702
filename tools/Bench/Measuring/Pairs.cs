namespace DataHub.Bench.Measuring;

/// <summary>Floor and candidate, run in turns in the same minutes, so that a slow or shared machine slows both.</summary>
/// <param name="Name">What is measured.</param>
/// <param name="Unit">Unit of the rates.</param>
/// <param name="Floor">Runs of the floor.</param>
/// <param name="Candidate">Runs of the hub's side, each right after the floor's of the same place.</param>
public sealed record Pairs(string Name, string Unit, IReadOnlyList<Sample> Floor, IReadOnlyList<Sample> Candidate)
{
    /// <summary>Fewest pairs that give a median worth printing.</summary>
    public const int MinPairs = 5;

    /// <summary>Candidate through floor, pair by pair.</summary>
    public IReadOnlyList<double> Ratios => [.. Candidate.Zip(Floor, (candidate, floor) => candidate.PerSecond / floor.PerSecond)];

    /// <summary>The median ratio.</summary>
    public double Ratio => Median(Ratios);

    /// <summary>Runs both sides in turns, after one uncounted pair that warms both.</summary>
    /// <param name="name">What is measured.</param>
    /// <param name="unit">Unit of the rates.</param>
    /// <param name="pairs">How many pairs, <see cref="MinPairs"/> or more.</param>
    /// <param name="floor">Runs the floor once.</param>
    /// <param name="candidate">Runs the hub's side once.</param>
    public static async Task<Pairs> RunAsync(string name, string unit, int pairs, Func<Task<Sample>> floor, Func<Task<Sample>> candidate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pairs, MinPairs);
        await floor();
        await candidate();
        var (floors, candidates) = (new List<Sample>(), new List<Sample>());
        for (var i = 0; i < pairs; i++)
        {
            floors.Add(await floor());
            candidates.Add(await candidate());
        }

        return new Pairs(name, unit, floors, candidates);
    }

    /// <summary>The middle value; of an even number the mean of the two in the middle.</summary>
    /// <param name="values">At least one.</param>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        var half = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}

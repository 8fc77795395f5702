using System.ComponentModel.DataAnnotations;

namespace DataHub.Verification.Brakes;

/// <summary>How hard it is to guess by asking: section <c>Verification:Brakes</c>.</summary>
internal sealed class BrakeOptions
{
    /// <summary>Negative answers about one subject that one organisation gets in the window; 1 to 1,000, default 5.</summary>
    [Range(1, 1_000)]
    public int PerCaller { get; set; } = 5;

    /// <summary>Negative answers about one subject that all organisations together get in the window; 1 to 10,000, default 20.</summary>
    [Range(1, 10_000)]
    public int PerSubject { get; set; } = 20;

    /// <summary>
    /// Negative answers in the window about all subjects together whose ids differ in the running number only (same division and date of birth); 1 to 100,000, default 20. A county of a million
    /// has 30 to 40 people of one date of birth: raise it where whole age groups are checked in a day.
    /// </summary>
    [Range(1, 100_000)]
    public int PerNeighbourhood { get; set; } = 20;

    /// <summary>How long a negative answer counts; 1 minute to 31 days, default 24 hours.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "31.00:00:00")]
    public TimeSpan Window { get; set; } = TimeSpan.FromHours(24);

    /// <summary>By how much each negative answer in the window slows the next answer; 0 to 1 s, default 50 ms. No answer waits longer than a second.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:01")]
    public TimeSpan DelayStep { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long the counters behind the alerts gather, on each node by itself; 1 minute to 1 day, default 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan WatchWindow { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Share of negative answers above which a caller raises <c>MISMATCH_RATIO</c>; 0 to 1, default 0.005.</summary>
    [Range(0.0, 1.0)]
    public double RatioLimit { get; set; } = 0.005;

    /// <summary>Answers in the window below which the share says nothing; 1 to 1,000,000, default 500.</summary>
    [Range(1, 1_000_000)]
    public int RatioMinimum { get; set; } = 500;

    /// <summary>Different subjects of one neighbourhood asked about by one caller that raise <c>ENUMERATION</c>; 2 to 1,000, default 10.</summary>
    [Range(2, 1_000)]
    public int NeighbourLimit { get; set; } = 10;

    /// <summary>Answers "no record" to one caller that raise <c>ENUMERATION</c> when they are more than half of all; 1 to 1,000,000, default 100.</summary>
    [Range(1, 1_000_000)]
    public int AbsentLimit { get; set; } = 100;
}

using System.Globalization;

namespace DataHub.Drills.Hostile;

/// <summary>Settings of the hub under attack, as variables of its environment; all others are as they come.</summary>
internal static class HubSettings
{
    private const int Unbounded = 1_000_000;

    /// <summary>Settings at a scale.</summary>
    public static IEnumerable<(string Name, string Value)> Of(double scale) => [.. HostileTimes.Of(scale).Settings, .. Quotas, .. Brakes];

    // The rows are about one connection, message or stream. The quota of the attackers' organisation would stop most of them before what they are about is reached, and make
    // the answers say nothing; the honest search more often than a quota allows as well.
    private static IEnumerable<(string, string)> Quotas =>
        from sort in (string[])["Verify", "Push", "Search"]
        from part in (string[])["PerSecond", "Burst"]
        select ($"Quotas__{sort}__{part}", Unbounded.ToString(CultureInfo.InvariantCulture));

    // Guessing is another matter, too: a mutated question that can be understood is to be answered and recorded, not braked after the fifth.
    private static IEnumerable<(string, string)> Brakes =>
    [
        ("Verification__Brakes__PerCaller", "1000"), ("Verification__Brakes__PerSubject", "10000"), ("Verification__Brakes__PerNeighbourhood", "100000"), ("Verification__Brakes__DelayStep", "00:00:00"),
    ];
}

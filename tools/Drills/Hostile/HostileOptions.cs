using System.Diagnostics;
using DataHub.V1;

namespace DataHub.Drills.Hostile;

/// <summary>How <see cref="HostileDrill"/> runs.</summary>
public sealed record HostileOptions
{
    /// <summary>Rows to run, such as <c>G4</c>, in this order; empty = all.</summary>
    public IReadOnlyList<string> Rows { get; init; } = [];

    /// <summary>Factor on everything that is counted, above 0 to 1. Below 1 the hub's own limits of time are short, too.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Mutated messages of row G12 at scale 1.</summary>
    public int Cases { get; init; } = 200_000;

    /// <summary>What the slowest hundredth of the honest calls may take during a row.</summary>
    public TimeSpan LongestP99 { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>CPU the attackers may use, of one core: in reality they work elsewhere.</summary>
    public double AttackersShare { get; init; } = 0.3;

    /// <summary>The resource that the honest clients push to and ask about, <c>population_person</c>.</summary>
    public required DirectoryEntry Resource { get; init; }

    /// <summary>Starts this program with other arguments, its standard streams redirected.</summary>
    public required Func<IReadOnlyList<string>, ProcessStartInfo> Program { get; init; }
}

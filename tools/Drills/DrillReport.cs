namespace DataHub.Drills;

/// <summary>What a drill did and what it found wrong.</summary>
/// <param name="Counts">Name and figure, in order.</param>
/// <param name="Losses">Everything that must not have happened, in a sentence each; empty = passed.</param>
public sealed record DrillReport(IReadOnlyList<(string Name, string Value)> Counts, IReadOnlyList<string> Losses);

using DataHub.Ledger.Heads;

namespace DataHub.Ledger.Auditing;

/// <summary>What an audit relies on.</summary>
public sealed record AuditOptions
{
    /// <summary>DER of the SM2 roots that vouch for signers of heads, from somewhere else than the export.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> Roots { get; init; }

    /// <summary>
    /// Heads kept outside the hub: by front-end processors, by its nodes. Without them a history that was cut back to an older state of itself, or signed anew with the hub's own stolen key, looks whole.
    /// </summary>
    public IReadOnlyList<SignedHead> Witnesses { get; init; } = [];

    /// <summary>How far a clock may go back from head to head, or run ahead of a head; default 10 s.</summary>
    public TimeSpan ClockTolerance { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest time between writing a leaf and its commit; default 5 min. A leaf older than the head before its own by more was put in later.</summary>
    public TimeSpan CommitDelay { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Folders of exports made before, which have what has left the database at the end of its retention. Without them its leaves are reported as missing.</summary>
    public IReadOnlyList<string> Archives { get; init; } = [];

    /// <summary>Most findings listed; all are counted. Default 100.</summary>
    public int MaxFindings { get; init; } = 100;

    /// <summary>Names of events sorted in memory before they go to a temporary file, 48 bytes each; default 1,000,000.</summary>
    public int SortedInMemory { get; init; } = 1_000_000;
}

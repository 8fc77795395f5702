using System.ComponentModel.DataAnnotations;

namespace DataHub.Ledger;

/// <summary>Settings of the ledger.</summary>
public sealed class LedgerOptions
{
    /// <summary>Shortest retention the law allows, in days: six months (网络安全法 art. 21), 190 to be on the safe side of the calendar.</summary>
    public const int MinRetentionDays = 190;

    /// <summary>How long entries stay in the database, in days; 190 to 36,500, default 1,095. Older months may be archived by an operator, never by the hub itself.</summary>
    [Range(MinRetentionDays, 36_500)]
    public int RetentionDays { get; set; } = 1_095;

    /// <summary>How far this node's clock may be from the database's before it records and signs nothing; 100 ms to 1 minute, default 2 s. Null only in tests that move the clock.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan? MaxClockOffset { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>File in which this node keeps the last head it saw, outside the database; null = in memory only, which a restart forgets.</summary>
    public string? HeadFile { get; set; }
}

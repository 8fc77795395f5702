namespace DataHub.Kernel.Access;

/// <summary>What a grant allows; several may be joined.</summary>
[Flags]
public enum GrantOperations
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Ask whether a claim holds 核验.</summary>
    Verify = 1,

    /// <summary>Receive values for a form 预填.</summary>
    Prefill = 2,

    /// <summary>Find and get licences 证照调用.</summary>
    Present = 4,

    /// <summary>Receive changes 订阅.</summary>
    Subscribe = 8,

    /// <summary>Receive a snapshot 导出.</summary>
    Export = 16,
}

/// <summary>One department's leave to use another's resource: for these purposes, in these fields, until then. What no grant allows is denied.</summary>
public sealed record Grant
{
    /// <summary>The mark for every field, or every purpose.</summary>
    public const string Any = "*";

    /// <summary>Id of the grant.</summary>
    public required string GrantId { get; init; }

    /// <summary>Unified social credit code of the organisation that may use it; all its systems with the role for the operation may.</summary>
    public required string Consumer { get; init; }

    /// <summary>Resource code.</summary>
    public required string Resource { get; init; }

    /// <summary>Information items it covers, or <see cref="Any"/>.</summary>
    public required IReadOnlySet<string> Fields { get; init; }

    /// <summary>Service item codes (implementation codes of 31 places, or basic codes of 12 that cover all of theirs) it may be used for, or <see cref="Any"/>.</summary>
    public required IReadOnlySet<string> Purposes { get; init; }

    /// <summary>What it allows.</summary>
    public required GrantOperations Operations { get; init; }

    /// <summary>Whether the consumer may be told NO_RECORD apart from NO_MATCH; otherwise both are NOT_CONFIRMED.</summary>
    public bool TellsAbsence { get; init; }

    /// <summary>How long the consumer may keep what it learned, in days.</summary>
    public required int RetentionDays { get; init; }

    /// <summary>Last day it holds, inclusive, a civil date in Asia/Shanghai; null = no end.</summary>
    public DateOnly? Until { get; init; }
}

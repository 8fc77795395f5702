namespace DataHub.Ledger.Auditing;

/// <summary>One difference.</summary>
/// <param name="Code">What it is, one of <see cref="AuditCode"/>.</param>
/// <param name="Text">What was found, in English; names things, never people.</param>
public sealed record AuditFinding(string Code, string Text)
{
    /// <summary>Place in the tree of the leaf concerned, or of the first that may be; null where no leaf is concerned.</summary>
    public long? Index { get; init; }

    /// <summary>Last leaf that may be concerned; null where it is the one at <see cref="Index"/>.</summary>
    public long? LastIndex { get; init; }

    /// <summary>Number of the leaf concerned, where it is one and known.</summary>
    public long? LeafId { get; init; }

    /// <summary>Sequence of the event concerned.</summary>
    public long? Sequence { get; init; }

    /// <summary>Some leaf from <see cref="Index"/> to <see cref="LastIndex"/> is concerned; which one cannot be known.</summary>
    public bool IsRange { get; init; }

    /// <summary>Which head is concerned: its place among the heads, from 0.</summary>
    public long? Head { get; init; }
}

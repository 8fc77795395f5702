using DataHub.Ledger.Entries;

namespace DataHub.Ledger.Search;

/// <summary>Place of an entry in the order of searches.</summary>
/// <param name="At">When its leaf was written.</param>
/// <param name="LeafId">Its leaf.</param>
/// <param name="Ordinal">Its place there.</param>
public readonly record struct EntryPlace(DateTimeOffset At, long LeafId, int Ordinal);

/// <summary>Which entries are wanted: those that fulfil everything that is not null.</summary>
public sealed record LedgerQuery
{
    /// <summary>Most rows of a page.</summary>
    public const int MaxPage = 1_000;

    /// <summary>Pseudonym of the person or organisation asked about.</summary>
    public string? Subject { get; init; }

    /// <summary>Account that acted.</summary>
    public string? Account { get; init; }

    /// <summary>Unified social credit code of its organisation.</summary>
    public string? Organisation { get; init; }

    /// <summary>Case number of the approval system.</summary>
    public string? CaseNo { get; init; }

    /// <summary>First instant, inclusive.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Last instant, exclusive.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Sorts of acts; empty = all.</summary>
    public IReadOnlyCollection<EntryKind> Kinds { get; init; } = [];

    /// <summary>What was called, exactly.</summary>
    public string? Method { get; init; }

    /// <summary><c>OK</c>, or a code.</summary>
    public string? Outcome { get; init; }

    /// <summary>Place after which to go on; null = from the beginning.</summary>
    public EntryPlace? After { get; init; }

    /// <summary>Most rows, 1 to <see cref="MaxPage"/>.</summary>
    public int MaxRows { get; init; } = 100;
}

/// <summary>An entry as it was found.</summary>
/// <param name="Place">Where it stands; give the last one's as <see cref="LedgerQuery.After"/> to go on.</param>
/// <param name="Entry">The entry.</param>
public sealed record RecordedEntry(EntryPlace Place, LedgerEntry Entry);

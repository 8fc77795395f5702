namespace DataHub.Ledger.Export;

/// <summary>A leaf as the tables have it, believed in nothing: the row of the sequence, the row of the leaf, and what it holds.</summary>
/// <param name="Index">Its place in the tree; null = not sequenced yet.</param>
/// <param name="LeafId">Number of the leaf as the sequence has it.</param>
/// <param name="Hash">Its hash as the sequence has it, 32 bytes; empty where it is not sequenced yet.</param>
/// <param name="Leaf">The leaf (<see cref="Entries.Leaf.ToBytes"/>); empty where its row is missing.</param>
/// <param name="Entries">Its entries in order, as hashed (<see cref="Entries.EntryBytes"/>); empty for a leaf of events.</param>
/// <param name="Events">Its events in order; empty for a leaf of acts.</param>
public sealed record ExportedLeaf(
    long? Index, long LeafId, ReadOnlyMemory<byte> Hash, ReadOnlyMemory<byte> Leaf, IReadOnlyList<ReadOnlyMemory<byte>> Entries, IReadOnlyList<LeafEvent> Events);

/// <summary>An event as a leaf names it.</summary>
/// <param name="Sequence">Its place among all events.</param>
/// <param name="Hash">Its hash (<see cref="Ledger.Entries.EventHash"/>), 32 bytes.</param>
public readonly record struct LeafEvent(long Sequence, ReadOnlyMemory<byte> Hash);

/// <summary>An event as the tables have it.</summary>
/// <param name="Sequence">Its place among all events.</param>
/// <param name="StreamId">Key of its stream.</param>
/// <param name="Type">Alias of its type.</param>
/// <param name="Version">Its place in its stream.</param>
/// <param name="At">When it was stored, whole microseconds.</param>
/// <param name="Json">Its data as read from jsonb, UTF-8.</param>
public sealed record ExportedEvent(long Sequence, string StreamId, string Type, long Version, DateTimeOffset At, ReadOnlyMemory<byte> Json);

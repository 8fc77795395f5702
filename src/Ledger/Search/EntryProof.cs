using DataHub.Ledger.Entries;
using DataHub.Ledger.Heads;

namespace DataHub.Ledger.Search;

/// <summary>That something stands in the ledger: a path to its leaf's root, and a path from the leaf to a signed head.</summary>
/// <param name="LeafId">The leaf.</param>
/// <param name="Index">Its place in the tree.</param>
/// <param name="LeafHash">Its hash in the tree.</param>
/// <param name="PathInTree">Hashes that lead from the leaf to the head's root.</param>
/// <param name="Head">The head.</param>
/// <param name="InLeaf">The entry under its leaf; null where the leaf's month has been archived: who has a receipt has it there.</param>
public sealed record EntryProof(
    long LeafId, long Index, ReadOnlyMemory<byte> LeafHash, IReadOnlyList<ReadOnlyMemory<byte>> PathInTree, SignedHead Head, LeafProof? InLeaf);

/// <summary>An entry, or an event, under its leaf.</summary>
/// <param name="Leaf">The leaf.</param>
/// <param name="Ordinal">Place in the leaf.</param>
/// <param name="Hash">Hash of the entry or event.</param>
/// <param name="Path">Hashes that lead to the leaf's root.</param>
/// <param name="Entry">The entry; null for an event.</param>
public sealed record LeafProof(Leaf Leaf, int Ordinal, ReadOnlyMemory<byte> Hash, IReadOnlyList<ReadOnlyMemory<byte>> Path, LedgerEntry? Entry);

/// <summary>A head, and how it grew out of an earlier one.</summary>
/// <param name="Head">The last head.</param>
/// <param name="Consistency">Proof between the earlier size and the head's; empty where none was asked for.</param>
public sealed record HeadProof(SignedHead Head, IReadOnlyList<ReadOnlyMemory<byte>> Consistency);

using DataHub.Ledger.Entries;

namespace DataHub.Ledger.Writing;

/// <summary>What proves that an act was recorded, the moment it was: a receipt is made of it. Where the leaf stands in the tree is known a second later.</summary>
/// <param name="Leaf">The leaf the entry is under.</param>
/// <param name="Ordinal">Place of the entry in its leaf, from 0.</param>
/// <param name="Path">Hashes that lead from the entry to the leaf's root, nearest first.</param>
/// <param name="Signature">Signature of the receipts key over <see cref="Entries.Leaf.ToBytes"/>.</param>
public sealed record LedgerTicket(Leaf Leaf, int Ordinal, IReadOnlyList<ReadOnlyMemory<byte>> Path, ReadOnlyMemory<byte> Signature)
{
    /// <summary>DER certificates of the key that signed, its own first: those for the receipt.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Certificates { get; init; } = [];
}

/// <summary>What a request is known by when it comes again.</summary>
/// <param name="Account">Account of the caller.</param>
/// <param name="RequestId">The caller's own id of the request.</param>
/// <param name="Digest">A keyed digest of the request's content.</param>
public sealed record ReplyKey(string Account, string RequestId, byte[] Digest);

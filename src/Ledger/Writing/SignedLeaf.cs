using DataHub.Crypto.Signing;
using DataHub.Crypto.Sm2;
using DataHub.Ledger.Entries;
using DataHub.Ledger.Tree;

namespace DataHub.Ledger.Writing;

/// <summary>A leaf of acts, signed, with the tree of its entries.</summary>
internal sealed record SignedLeaf(Leaf Leaf, byte[] Signature, IReadOnlyList<ReadOnlyMemory<byte>> Certificates, MerkleTree Tree)
{
    public static SignedLeaf Of(long id, DateTimeOffset at, IReadOnlyList<Act> acts, ISigner signer)
    {
        var hashes = new byte[acts.Count * Sm3.HashBytes];
        for (var i = 0; i < acts.Count; i++)
        {
            acts[i].Hash.CopyTo(hashes, i * Sm3.HashBytes);
        }

        var tree = new MerkleTree(hashes);
        var leaf = new Leaf(id, LeafKind.Acts, Cut(at), acts.Count, tree.Root);
        return new SignedLeaf(leaf, signer.Sign(leaf.ToBytes()), signer.CertificateChain, tree);
    }

    public LedgerTicket TicketOf(int ordinal) => new(Leaf, ordinal, Tree.PathOf(ordinal), Signature) { Certificates = Certificates };

    /// <summary>A time as PostgreSQL keeps it.</summary>
    public static DateTimeOffset Cut(DateTimeOffset at) => new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
}

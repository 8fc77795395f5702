using DataHub.Crypto.Sm2;
using DataHub.Ledger.Tree;

namespace DataHub.Ledger.Proofs;

/// <summary>Hashes of subtrees, complete or ragged, from complete ones.</summary>
internal static class RangeHash
{
    public const int Length = Sm3.HashBytes;

    public static bool AreHashes(IReadOnlyList<ReadOnlyMemory<byte>> hashes) =>
        hashes.Count <= ConsistencyProof.MaxHashes && hashes.All(hash => hash.Length == Length);

    public static async ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> OfAllAsync(IEnumerable<TreeRange> ranges, NodeReader nodes, CancellationToken cancellationToken)
    {
        var hashes = new List<ReadOnlyMemory<byte>>();
        foreach (var range in ranges)
        {
            hashes.Add(await OfAsync(range, nodes, cancellationToken));
        }

        return hashes;
    }

    private static async ValueTask<ReadOnlyMemory<byte>> OfAsync(TreeRange range, NodeReader nodes, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>? hash = null;
        foreach (var node in range.Nodes().Reverse())
        {
            var left = await nodes(node, cancellationToken);
            hash = hash is { } right ? Merkle.HashNode(left.Span, right.Span) : left;
        }

        return hash ?? Merkle.EmptyRoot;
    }
}

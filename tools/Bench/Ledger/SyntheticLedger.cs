using System.Globalization;
using DataHub.Crypto.Signing;
using DataHub.Crypto.Sm2;
using DataHub.Kernel;
using DataHub.Ledger.Entries;
using DataHub.Ledger.Export;
using DataHub.Ledger.Heads;
using DataHub.Ledger.Tree;

namespace DataHub.Bench.Ledger;

/// <summary>A ledger of any size that is made while it is read: leaf i is always the same. One act a leaf, which costs the audit most; a head every thousand leaves, as a hub at a thousand acts a second signs them.</summary>
/// <param name="size">How many leaves.</param>
/// <param name="signer">Signs heads.</param>
internal sealed class SyntheticLedger(long size, ISigner signer)
{
    public static readonly HubName Hub = new("bench");

    private const int LeavesPerHead = 1_000;

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly List<byte[]>[] _tileRoots = [[], [], []];
    private readonly TreeEdge _edge = new();
    private byte[] _lastHead = TreeHead.NoHead.ToArray();

    /// <summary>Root of the tree, once the leaves were read.</summary>
    public byte[] Root => _edge.Root();

    /// <summary>Time of the first leaf and behind the last head.</summary>
    public static (DateTimeOffset From, DateTimeOffset To) Times(long size) => (Start, TimeOf(size).AddDays(1));

    /// <summary>Grows the tree and signs its heads; the tiles above the leaves are kept.</summary>
    public IEnumerable<SignedHead> Heads()
    {
        for (var index = 0L; index < size; index++)
        {
            _edge.Append(LeafAt(index).Hash.Span, Keep);
            if (_edge.Size % LeavesPerHead == 0 || _edge.Size == size)
            {
                var head = SignedHead.Sign(new TreeHead(Hub, _edge.Size, _edge.Root(), TimeOf(_edge.Size), _lastHead), signer);
                _lastHead = head.Hash();
                yield return head;
            }
        }
    }

    public IEnumerable<ExportedLeaf> Leaves()
    {
        for (var index = 0L; index < size; index++)
        {
            yield return LeafAt(index);
        }
    }

    /// <summary>A tile, once the heads were read.</summary>
    public ValueTask<ReadOnlyMemory<byte>> ReadTile(Tile tile, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var first = tile.Index * Tile.Width;
        var hashes = tile.Level > 0
            ? _tileRoots[tile.Level].Skip((int)first).Take(Tile.Width)
            : Enumerable.Range(0, (int)Math.Min(Tile.Width, size - first)).Select(at => LeafAt(first + at).Hash.ToArray());
        return ValueTask.FromResult<ReadOnlyMemory<byte>>(hashes.SelectMany(hash => hash).ToArray());
    }

    public static ExportedLeaf LeafAt(long index)
    {
        var entry = EntryBytes.Of(new LedgerEntry
        {
            Kind = EntryKind.Answered,
            Account = "consumer-approval-17",
            Organisation = "11330100002489559R",
            Method = "VerificationService/Verify",
            Outcome = "OK",
            Subject = "AEB8Zk3q9c0yqv8sWm1nLw",
            ServiceItem = "11330100002489559R3330119012000",
            CaseNo = string.Create(CultureInfo.InvariantCulture, $"ZJ-2026-{index:d10}"),
            LegalBasis = "不动产登记暂行条例 第十六条",
            RequestId = string.Create(CultureInfo.InvariantCulture, $"r-{index:x12}"),
            Target = "real_property_right",
            Commitment = new byte[Sm3.HashBytes],
        });
        var leaf = new Leaf(index + 1, LeafKind.Acts, TimeOf(index), 1, Merkle.HashLeaf(entry)).ToBytes();
        return new ExportedLeaf(index, index + 1, Merkle.HashLeaf(leaf), leaf, [entry], []);
    }

    private static DateTimeOffset TimeOf(long index) => Start.AddMilliseconds(index);

    private void Keep(TreeNode node, ReadOnlySpan<byte> hash)
    {
        if (node.Level > 0 && node.Level % Tile.Height == 0 && node.Level / Tile.Height < _tileRoots.Length)
        {
            _tileRoots[node.Level / Tile.Height].Add(hash.ToArray());
        }
    }
}

using DataHub.Crypto.Sm2;
using DataHub.Ledger.Tree;

namespace DataHub.Ledger.Tests.Support;

/// <summary>RFC 6962, 2.1, word by word: recursive, slow, and with nothing in common with what is tested but SM3.</summary>
internal static class NaiveTree
{
    /// <summary>Hashes of so many leaves that differ.</summary>
    public static byte[][] Leaves(int count) => [.. Enumerable.Range(0, count).Select(i => Sm3.Hash([0, .. BitConverter.GetBytes(i)]))];

    public static byte[] Root(ReadOnlySpan<byte[]> leaves)
    {
        if (leaves.Length <= 1)
        {
            return leaves.Length == 0 ? Sm3.Hash([]) : leaves[0];
        }

        var k = Cut(leaves.Length);
        return Sm3.Hash([1, .. Root(leaves[..k]), .. Root(leaves[k..])]);
    }

    public static List<byte[]> Path(int m, ReadOnlySpan<byte[]> leaves)
    {
        if (leaves.Length <= 1)
        {
            return [];
        }

        var k = Cut(leaves.Length);
        return m < k ? [.. Path(m, leaves[..k]), Root(leaves[k..])] : [.. Path(m - k, leaves[k..]), Root(leaves[..k])];
    }

    public static List<byte[]> Proof(int m, ReadOnlySpan<byte[]> leaves) => m == 0 ? [] : SubProof(m, leaves, whole: true);

    /// <summary>Reads tiles of the leaves as a store would: complete nodes only, the last tile of a level cut short.</summary>
    public static TileReader Tiles(byte[][] leaves) => (tile, _) =>
    {
        var span = 1 << (Tile.Height * tile.Level);
        var nodes = Enumerable.Range((int)tile.Index * Tile.Width, Tile.Width).TakeWhile(node => (node + 1L) * span <= leaves.Length);
        return ValueTask.FromResult<ReadOnlyMemory<byte>>(nodes.SelectMany(node => Root(leaves.AsSpan(node * span, span))).ToArray());
    };

    public static IReadOnlyList<ReadOnlyMemory<byte>> Memories(IEnumerable<byte[]> hashes) => [.. hashes.Select(hash => (ReadOnlyMemory<byte>)hash)];

    private static List<byte[]> SubProof(int m, ReadOnlySpan<byte[]> leaves, bool whole)
    {
        if (m == leaves.Length)
        {
            return whole ? [] : [Root(leaves)];
        }

        var k = Cut(leaves.Length);
        return m <= k ? [.. SubProof(m, leaves[..k], whole), Root(leaves[k..])] : [.. SubProof(m - k, leaves[k..], whole: false), Root(leaves[..k])];
    }

    private static int Cut(int length)
    {
        var k = 1;
        while (2 * k < length)
        {
            k *= 2;
        }

        return k;
    }
}

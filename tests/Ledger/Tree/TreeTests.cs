using DataHub.Crypto.Sm2;
using DataHub.Ledger.Tests.Support;
using DataHub.Ledger.Tree;

namespace DataHub.Ledger.Tests.Tree;

public sealed class TreeTests
{
    private const int Sizes = 600;

    private static readonly byte[][] Leaves = NaiveTree.Leaves(Sizes);

    // The eight leaves of the Certificate Transparency test vectors (RFC 6962 implementations); roots computed with OpenSSL: a leaf is `printf '\x00…' | openssl dgst -sm3`, a node the same of 01, left, right.
    public static TheoryData<int, string> KnownRoots => new()
    {
        { 0, "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b" },
        { 1, "2daef60e7a0b8f5e024c81cd2ab3109f2b4f155cf83adeb2ae5532f74a157fdf" },
        { 2, "0b990fe0c7ad70f1bf1a1262f2c7908ea48146b14253a6db99f2917ab1f5cc4d" },
        { 3, "209ec96a210d662a964772680e8544d18cab7b88ffec3e00962220349b56ea56" },
        { 4, "28e4e307ef6d2d0c62d84b11ef96e835efe490f35b93c8f024ecfe38c8dd4377" },
        { 5, "bb10c996aeebbcdc69be3715fc847344de77442d37a5ab8213da9f41785b103b" },
        { 6, "8723c1ab1f82ddfba4a3733ac0c80d936d9f4c208c7dbc8cc81ca9fff8584f66" },
        { 7, "bd36c22a1ac6ff4308e0c3cc1a85bf0ffa30538ec60a55c70413ab15d45db4d2" },
        { 8, "bc48ba7a709184b5f2a631e1adeb8dc2a0d4c018c1d6cc89b5664fe154c93b38" },
    };

    private static readonly string[] KnownLeaves =
    [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    ];

    [Theory]
    [MemberData(nameof(KnownRoots))]
    public void Root_KnownLeaves_IsWhatOpenSslGives(int size, string expected)
    {
        var tree = new MerkleTree(KnownLeaves.Take(size).Select(leaf => (ReadOnlyMemory<byte>)Merkle.HashLeaf(Convert.FromHexString(leaf))));

        Assert.Equal(expected, Convert.ToHexStringLower(tree.Root.Span));
    }

    [Fact]
    public void EdgeAndTree_EverySize_HaveTheRootOfTheNaiveTree()
    {
        var edge = new TreeEdge();
        for (var size = 0; size <= Sizes; size++)
        {
            var expected = NaiveTree.Root(Leaves.AsSpan(0, size));
            Assert.Equal(expected, edge.Root());
            Assert.Equal(expected, new MerkleTree(NaiveTree.Memories(Leaves.Take(size))).Root.ToArray());
            if (size < Sizes)
            {
                edge.Append(Leaves[size]);
            }
        }
    }

    [Fact]
    public void Edge_WrittenAndReadAtEverySize_GoesOnAsIfNothingHadHappened()
    {
        var edge = new TreeEdge();
        foreach (var leaf in Leaves)
        {
            edge = TreeEdge.Read(edge.ToBytes());
            edge.Append(leaf);
        }

        Assert.Equal(Sizes, edge.Size);
        Assert.Equal(NaiveTree.Root(Leaves), edge.Root());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(8 + 32)]
    [InlineData(8 + (3 * 32))]
    public void EdgeRead_NotAsManyHashesAsTheSizeHasBits_IsRefused(int length)
    {
        var edge = new TreeEdge();
        Array.ForEach(Leaves[..3], leaf => edge.Append(leaf));
        var bytes = edge.ToBytes();
        Array.Resize(ref bytes, length);

        Assert.Throws<InvalidDataException>(() => TreeEdge.Read(bytes));
    }

    [Fact]
    public void Edge_EveryCompletedSubtree_IsToldOnceWithItsHash()
    {
        var told = new Dictionary<TreeNode, byte[]>();
        var edge = new TreeEdge();
        foreach (var leaf in Leaves)
        {
            edge.Append(leaf, (node, hash) => told.Add(node, hash.ToArray()));
        }

        var expected = Enumerable.Range(0, 10).SelectMany(level => Enumerable.Range(0, Sizes >> level).Select(index => new TreeNode(level, index))).ToList();
        Assert.Equal(expected.Count, told.Count);
        Assert.All(expected, node => Assert.Equal(NaiveTree.Root(Leaves.AsSpan((int)node.Index << node.Level, 1 << node.Level)), told[node]));
    }

    [Fact]
    public async Task TiledNodes_EveryCompleteSubtree_IsComputedFromOneTile()
    {
        for (var level = 0; level < 10; level++)
        {
            for (var index = 0; index < Sizes >> level; index++)
            {
                var tiles = new TiledNodes(NaiveTree.Tiles(Leaves));
                var hash = await tiles.ReadAsync(new TreeNode(level, index), TestContext.Current.CancellationToken);
                Assert.Equal(NaiveTree.Root(Leaves.AsSpan(index << level, 1 << level)), hash.ToArray());
                Assert.Equal(1, tiles.TilesRead);
            }
        }
    }

    [Fact]
    public async Task TiledNodes_NodeThatIsNotComplete_IsRefused() => await Assert.ThrowsAsync<InvalidDataException>(async () =>
        await new TiledNodes(NaiveTree.Tiles(Leaves)).ReadAsync(new TreeNode(3, Sizes >> 3), TestContext.Current.CancellationToken));

    [Fact]
    public void HashNode_IntoOneOfItsChildren_GivesTheSame()
    {
        var (left, right) = (Leaves[0].ToArray(), Leaves[1].ToArray());
        Merkle.HashNode(left, right, right);

        Assert.Equal(Merkle.HashNode(Leaves[0], Leaves[1]), right);
    }

    [Fact]
    public void HashLeaf_LongerThanTheStackHolds_IsTheSameHash()
    {
        var data = new byte[5_000];

        Assert.Equal(Sm3.Hash([0, .. data]), Merkle.HashLeaf(data));
    }
}

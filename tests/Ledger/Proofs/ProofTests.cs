using DataHub.Ledger.Proofs;
using DataHub.Ledger.Tests.Support;
using DataHub.Ledger.Tree;
using FsCheck;
using FsCheck.Fluent;

namespace DataHub.Ledger.Tests.Proofs;

public sealed class ProofTests
{
    private const int Small = 70;
    private const int Large = 600;

    private static readonly byte[][] Leaves = NaiveTree.Leaves(Large);
    private static readonly byte[][] Roots = [.. Enumerable.Range(0, Large + 1).Select(size => NaiveTree.Root(Leaves.AsSpan(0, size)))];

    private static NodeReader Nodes(int size) => new TiledNodes(NaiveTree.Tiles(Leaves[..size])).ReadAsync;

    private static IReadOnlyList<ReadOnlyMemory<byte>> Path(int index, int size) =>
        InclusionProof.ComputeAsync(index, size, Nodes(size), CancellationToken.None).AsTask().GetAwaiter().GetResult();

    private static IReadOnlyList<ReadOnlyMemory<byte>> Growth(int oldSize, int newSize) =>
        ConsistencyProof.ComputeAsync(oldSize, newSize, Nodes(newSize), CancellationToken.None).AsTask().GetAwaiter().GetResult();

    private static bool Proves(int index, int size, IReadOnlyList<ReadOnlyMemory<byte>> path) => InclusionProof.Verify(Leaves[index], index, size, path, Roots[size]);

    private static bool Grows(int oldSize, int newSize, IReadOnlyList<ReadOnlyMemory<byte>> proof) => ConsistencyProof.Verify(oldSize, Roots[oldSize], newSize, Roots[newSize], proof);

    private static void AssertSame(List<byte[]> expected, IReadOnlyList<ReadOnlyMemory<byte>> actual) => Assert.Equal(expected, actual.Select(hash => hash.ToArray()));

    [Fact]
    public void Inclusion_EveryLeafOfEverySmallTree_IsTheNaivePathAndHolds()
    {
        for (var size = 1; size <= Small; size++)
        {
            var tree = new MerkleTree(NaiveTree.Memories(Leaves.Take(size)));
            for (var index = 0; index < size; index++)
            {
                var path = Path(index, size);
                AssertSame(NaiveTree.Path(index, Leaves.AsSpan(0, size)), path);
                AssertSame(NaiveTree.Path(index, Leaves.AsSpan(0, size)), tree.PathOf(index));
                Assert.True(Proves(index, size, path));
            }
        }
    }

    [Fact]
    public void Consistency_EveryPairOfSmallSizes_IsTheNaiveProofAndHolds()
    {
        for (var newSize = 0; newSize <= Small; newSize++)
        {
            for (var oldSize = 0; oldSize <= newSize; oldSize++)
            {
                var proof = Growth(oldSize, newSize);
                AssertSame(NaiveTree.Proof(oldSize, Leaves.AsSpan(0, newSize)), proof);
                Assert.True(Grows(oldSize, newSize, proof));
            }
        }
    }

    [Fact]
    public void Proofs_LargerTrees_AreTheNaiveOnesAndHold() => Prop.ForAll(
        (from size in Gen.Choose(1, Large) from place in Gen.Choose(0, size - 1) select (Size: size, Place: place)).ToArbitrary(),
        drawn =>
        {
            var (size, place) = drawn;
            AssertSame(NaiveTree.Path(place, Leaves.AsSpan(0, size)), Path(place, size));
            AssertSame(NaiveTree.Proof(place, Leaves.AsSpan(0, size)), Growth(place, size));
            return Proves(place, size, Path(place, size)) && Grows(place, size, Growth(place, size));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Inclusion_AnotherLeafPlaceSizeRootOrPath_DoesNotHold()
    {
        foreach (var size in new[] { 1, 2, 3, 7, 8, 9, 33 })
        {
            for (var index = 0; index < size; index++)
            {
                var path = Path(index, size);
                Assert.False(InclusionProof.Verify(Leaves[index + 1], index, size, path, Roots[size]));
                Assert.False(InclusionProof.Verify(Leaves[index], index, size, path, Roots[size + 1]));
                Assert.DoesNotContain(Enumerable.Range(0, size).Where(other => other != index), other => InclusionProof.Verify(Leaves[index], other, size, path, Roots[size]));
                Assert.False(InclusionProof.Verify(Leaves[index], -1, size, path, Roots[size]));
                Assert.False(InclusionProof.Verify(Leaves[index], size, size, path, Roots[size]));
                Assert.All(Spoiled(path), bad => Assert.False(Proves(index, size, bad)));
            }
        }
    }

    [Fact]
    public void Consistency_AnotherSizeRootOrProof_DoesNotHold()
    {
        for (var newSize = 1; newSize <= 20; newSize++)
        {
            for (var oldSize = 1; oldSize < newSize; oldSize++)
            {
                var proof = Growth(oldSize, newSize);
                Assert.False(ConsistencyProof.Verify(oldSize, Roots[oldSize + 1], newSize, Roots[newSize], proof));
                Assert.False(ConsistencyProof.Verify(oldSize, Roots[oldSize], newSize, Roots[newSize + 1], proof));
                Assert.False(ConsistencyProof.Verify(oldSize, Roots[oldSize], newSize, Roots[oldSize], proof));
                Assert.False(ConsistencyProof.Verify(newSize, Roots[newSize], oldSize, Roots[oldSize], proof));
                Assert.False(ConsistencyProof.Verify(oldSize, [], newSize, Roots[newSize], proof));
                Assert.All(Spoiled(proof), bad => Assert.False(Grows(oldSize, newSize, bad)));
            }
        }
    }

    [Fact]
    public void Consistency_FromNothingOrToItself_AsksForTheRightRootAllTheSame()
    {
        Assert.False(ConsistencyProof.Verify(0, Roots[1], 5, Roots[5], []));
        Assert.False(ConsistencyProof.Verify(0, Roots[1], 0, Roots[1], []));
        Assert.False(ConsistencyProof.Verify(5, Roots[5], 5, Roots[4], []));
        Assert.False(ConsistencyProof.Verify(0, Roots[0], 5, Roots[5], [Roots[5]]));
    }

    [Fact]
    public async Task Inclusion_TenMillionLeaves_ReadsAFewTilesAndHas24Hashes()
    {
        const long Size = 10_000_000;
        var tiles = new TiledNodes((_, _) => ValueTask.FromResult<ReadOnlyMemory<byte>>(new byte[Tile.Width * 32]));

        var path = await InclusionProof.ComputeAsync(1_234_567, Size, tiles.ReadAsync, TestContext.Current.CancellationToken);

        Assert.Equal(24, path.Count);
        Assert.InRange(tiles.TilesRead, 3, 6);
    }

    private static IEnumerable<IReadOnlyList<ReadOnlyMemory<byte>>> Spoiled(IReadOnlyList<ReadOnlyMemory<byte>> proof)
    {
        yield return [.. proof, Leaves[0]];
        for (var i = 0; i < proof.Count; i++)
        {
            var changed = proof[i].ToArray();
            changed[i % changed.Length] ^= 1;
            yield return [.. proof.Take(i), changed, .. proof.Skip(i + 1)];
            yield return [.. proof.Take(i), .. proof.Skip(i + 1)];
            yield return [.. proof.Take(i), proof[i][..31], .. proof.Skip(i + 1)];
        }
    }
}

using DataHub.Ledger.Auditing;
using DataHub.Ledger.Entries;
using DataHub.Ledger.Tests.Support;

namespace DataHub.Ledger.Tests.Auditing;

/// <summary>Leaves, entries and the sequence, changed by somebody with all rights on the database but without the key of the heads.</summary>
public sealed class LeafTamperingTests : TamperingTest
{
    [Fact]
    public async Task Entry_Edited_IsNamed()
    {
        EditEntry(Acts);

        await IsFirstAsync(AuditCode.LeafContentChanged, Acts);
    }

    [Fact]
    public async Task Entry_AddedToALeaf_IsNamed()
    {
        var leaf = Ledger.Leaves[Acts];
        Ledger.Leaves[Acts] = leaf with { Entries = [.. leaf.Entries, EntryBytes.Of(History.Act("new"))] };

        await IsFirstAsync(AuditCode.LeafContentChanged, Acts);
    }

    [Fact]
    public async Task EntryAndLeaf_Edited_IsNamed()
    {
        EditEntry(Acts);
        Ledger.Leaves[Acts] = History.Rehashed(Ledger.Leaves[Acts], withSequence: false);

        await IsFirstAsync(AuditCode.LeafChanged, Acts);
    }

    [Fact]
    public async Task EntryLeafAndSequence_Edited_IsInTheRangeUpToTheNextHead()
    {
        EditEntry(Acts);
        Ledger.Leaves[Acts] = History.Rehashed(Ledger.Leaves[Acts], withSequence: true);

        await IsInRangeAsync(Acts);
    }

    [Fact]
    public async Task SequenceHash_Edited_IsNamed()
    {
        var hash = Ledger.Leaves[Acts].Hash.ToArray();
        hash[5] ^= 1;
        Ledger.Leaves[Acts] = Ledger.Leaves[Acts] with { Hash = hash };

        await IsFirstAsync(AuditCode.LeafChanged, Acts);
    }

    [Fact]
    public async Task SequenceHash_CutShort_IsNamed()
    {
        Ledger.Leaves[Acts] = Ledger.Leaves[Acts] with { Hash = Ledger.Leaves[Acts].Hash[..31] };

        await IsFirstAsync(AuditCode.LeafChanged, Acts);
    }

    [Fact]
    public async Task LeafRow_Deleted_IsNamed()
    {
        Ledger.Leaves[Acts] = Ledger.Leaves[Acts] with { Leaf = default, Entries = [] };

        await IsFirstAsync(AuditCode.LeafMissing, Acts);
    }

    [Fact]
    public async Task Leaf_DeletedWithItsRowOfTheSequence_IsNamed()
    {
        Ledger.Leaves.RemoveAt(Acts);

        await IsFirstAsync(AuditCode.LeafRemoved, Acts);
    }

    [Fact]
    public async Task Leaf_DeletedAndTheOthersRenumbered_IsInTheRangeUpToTheNextHead()
    {
        Ledger.Leaves.RemoveAt(Acts);
        Ledger.Renumber();

        var report = await IsInRangeAsync(Acts);
        Assert.True(report.Counts.ContainsKey(AuditCode.LeafRemoved)); // At the end one is missing, too.
    }

    [Fact]
    public async Task Leaf_DeletedUnderTheLastHeadAndTheOthersRenumbered_IsInTheRangeFromTheHeadBefore()
    {
        var first = (int)Ledger.Head(Ledger.Heads.Count - 2).Size;
        Ledger.Leaves.RemoveAt(first);
        Ledger.Renumber();

        await IsInRangeAsync(first, AuditCode.LeafRemoved);
    }

    [Fact]
    public async Task LastLeaves_Deleted_AreNamed()
    {
        Ledger.Leaves.RemoveRange(57, 3);

        await IsInRangeAsync(57, AuditCode.LeafRemoved);
    }

    [Fact]
    public async Task TwoLeaves_SwappedUnderOneHead_AreNamed()
    {
        var (first, second) = UnderOneHead();
        (Ledger.Leaves[first], Ledger.Leaves[second]) = (Ledger.Leaves[second], Ledger.Leaves[first]);
        Ledger.Renumber();

        var report = await IsFirstAsync(AuditCode.LeavesSwapped, first);
        Assert.Equal(second, report.First!.LastIndex);
    }

    [Fact]
    public async Task TwoLeaves_SwappedFarApart_TheFirstIsNamed()
    {
        (Ledger.Leaves[10], Ledger.Leaves[50]) = (Ledger.Leaves[50], Ledger.Leaves[10]);
        Ledger.Renumber();

        await IsInRangeAsync(10);
    }

    [Fact]
    public async Task ContentOfTwoLeaves_Swapped_TheFirstIsNamed()
    {
        var (one, other) = (Ledger.Leaves[10], Ledger.Leaves[20]);
        Ledger.Leaves[10] = one with { Entries = other.Entries };
        Ledger.Leaves[20] = other with { Entries = one.Entries };

        await IsFirstAsync(AuditCode.LeafContentChanged, 10);
    }

    [Fact]
    public async Task Leaf_InsertedBackDatedAndTheOthersRenumbered_IsNamed()
    {
        var backDated = Ledger.NewActs(1, Leaf.Read(Ledger.Leaves[Acts].Leaf.Span).At);
        Ledger.Leaves.Insert(Acts, backDated with { Hash = Tree.Hash(backDated) });
        Ledger.Renumber();

        var report = await IsFirstAsync(AuditCode.LeafInserted, Acts);
        Assert.Equal(backDated.LeafId, report.First!.LeafId);
    }

    [Fact]
    public async Task Leaf_InsertedAtAPlaceTaken_IsNamed()
    {
        Ledger.Leaves.Insert(Acts + 1, Ledger.Sequenced(Ledger.NewActs(1, Leaf.Read(Ledger.Leaves[Acts].Leaf.Span).At), Acts));

        await IsFirstAsync(AuditCode.LeafInserted, Acts);
    }

    [Fact]
    public async Task Leaf_AddedBehindTheLastHead_IsNamed()
    {
        Ledger.Leaves.Add(Ledger.Sequenced(Ledger.NewActs(1)));

        await IsFirstAsync(AuditCode.LeafUncovered, 60);
    }

    [Fact]
    public async Task Leaf_BackDatedAndGivenToTheSequencer_IsNamed()
    {
        Ledger.Leaves.Add(Ledger.Sequenced(Ledger.NewActs(1, Signers.Start.AddMinutes(1))));
        Ledger.Grow(5);

        await IsFirstAsync(AuditCode.LeafTime, 60);
    }

    [Fact]
    public async Task Leaf_OfAClockAheadOfTheHead_IsNamed()
    {
        Ledger.Leaves.Add(Ledger.Sequenced(Ledger.NewActs(1, Signers.Start.AddDays(1))));
        Ledger.Grow(5);

        await IsFirstAsync(AuditCode.LeafTime, 60);
    }

    [Fact]
    public async Task Leaf_TakenOutOfTheSequenceAndLeftPending_IsFound()
    {
        Ledger.Pending.Add(Ledger.Leaves[Acts] with { Index = null, Hash = default });
        Ledger.Leaves.RemoveAt(Acts);
        Ledger.Renumber();

        var report = await IsInRangeAsync(Acts);
        Assert.Contains(report.Findings, finding => finding.Code == AuditCode.LeafTime && finding.LeafId == Ledger.Pending[0].LeafId);
    }

    [Fact]
    public async Task LeafIds_OfTwoRowsOfTheSequenceSwapped_TheFirstIsNamed()
    {
        var (one, other) = (Ledger.Leaves[10], Ledger.Leaves[20]);
        Ledger.Leaves[10] = one with { LeafId = other.LeafId };
        Ledger.Leaves[20] = other with { LeafId = one.LeafId };

        await IsFirstAsync(AuditCode.LeafChanged, 10);
    }
}

using System.Text;
using DataHub.Ledger.Auditing;
using DataHub.Ledger.Entries;
using DataHub.Ledger.Export;
using DataHub.Ledger.Heads;
using DataHub.Ledger.Tests.Support;

namespace DataHub.Ledger.Tests.Auditing;

/// <summary>What somebody with all rights on the database, but without the key of the heads, can do to its tables; and what somebody with that key can.</summary>
public sealed class TamperingTests
{
    // Leaves at even places hold acts, those at odd places events.
    private const int Acts = 22;
    private const int Named = 23;

    private readonly History _history = History.Of(60);

    [Fact]
    public async Task Untouched_WithAndWithoutWitnesses_IsProven()
    {
        _history.Pending.Add(_history.NewActs(2));
        _history.Pending.Add(_history.NewEvents(2));

        Assert.All([await _history.AuditAsync(), await _history.AuditAsync([.. _history.Heads])], report =>
        {
            Assert.Empty(report.Findings);
            Assert.True(report.IsProven);
            Assert.Null(report.First);
            Assert.Equal(60, report.Leaves);
            Assert.Equal(60, report.Proven);
            Assert.Equal(2, report.Pending);
            Assert.Equal(_history.Heads.Count, report.Heads);
            Assert.Equal(_history.Events.Count(stored => stored.StreamId.StartsWith("ext/", StringComparison.Ordinal)), report.NotLedgered);
            Assert.Equal(_history.Events.Count, report.Events + report.NotLedgered);
            Assert.Contains("PROVEN", report.ToText(), StringComparison.Ordinal);
            Assert.Contains("\"proven\":true", report.ToJson(), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Entry_Edited_IsNamed()
    {
        EditEntry(Acts);

        await IsFirstAsync(AuditCode.LeafContentChanged, Acts);
    }

    [Fact]
    public async Task Entry_AddedToALeaf_IsNamed()
    {
        var leaf = _history.Leaves[Acts];
        _history.Leaves[Acts] = leaf with { Entries = [.. leaf.Entries, EntryBytes.Of(History.Act("new"))] };

        await IsFirstAsync(AuditCode.LeafContentChanged, Acts);
    }

    [Fact]
    public async Task EntryAndLeaf_Edited_IsNamed()
    {
        EditEntry(Acts);
        _history.Leaves[Acts] = History.Rehashed(_history.Leaves[Acts], withSequence: false);

        await IsFirstAsync(AuditCode.LeafChanged, Acts);
    }

    [Fact]
    public async Task EntryLeafAndSequence_Edited_IsInTheRangeUpToTheNextHead()
    {
        EditEntry(Acts);
        _history.Leaves[Acts] = History.Rehashed(_history.Leaves[Acts], withSequence: true);

        await IsInRangeAsync(Acts);
    }

    [Fact]
    public async Task SequenceHash_Edited_IsNamed()
    {
        var hash = _history.Leaves[Acts].Hash.ToArray();
        hash[5] ^= 1;
        _history.Leaves[Acts] = _history.Leaves[Acts] with { Hash = hash };

        await IsFirstAsync(AuditCode.LeafChanged, Acts);
    }

    [Fact]
    public async Task SequenceHash_CutShort_IsNamed()
    {
        _history.Leaves[Acts] = _history.Leaves[Acts] with { Hash = _history.Leaves[Acts].Hash[..31] };

        await IsFirstAsync(AuditCode.LeafChanged, Acts);
    }

    [Fact]
    public async Task LeafRow_Deleted_IsNamed()
    {
        _history.Leaves[Acts] = _history.Leaves[Acts] with { Leaf = default, Entries = [] };

        await IsFirstAsync(AuditCode.LeafMissing, Acts);
    }

    [Fact]
    public async Task Leaf_DeletedWithItsRowOfTheSequence_IsNamed()
    {
        _history.Leaves.RemoveAt(Acts);

        await IsFirstAsync(AuditCode.LeafRemoved, Acts);
    }

    [Fact]
    public async Task Leaf_DeletedAndTheOthersRenumbered_IsInTheRangeUpToTheNextHead()
    {
        _history.Leaves.RemoveAt(Acts);
        _history.Renumber();

        var report = await IsInRangeAsync(Acts);
        Assert.True(report.Counts.ContainsKey(AuditCode.LeafRemoved)); // At the end one is missing, too.
    }

    [Fact]
    public async Task Leaf_DeletedUnderTheLastHeadAndTheOthersRenumbered_IsInTheRangeFromTheHeadBefore()
    {
        var first = (int)_history.Head(_history.Heads.Count - 2).Size;
        _history.Leaves.RemoveAt(first);
        _history.Renumber();

        await IsInRangeAsync(first, AuditCode.LeafRemoved);
    }

    [Fact]
    public async Task LastLeaves_Deleted_AreNamed()
    {
        _history.Leaves.RemoveRange(57, 3);

        await IsInRangeAsync(57, AuditCode.LeafRemoved);
    }

    [Fact]
    public async Task TwoLeaves_SwappedUnderOneHead_AreNamed()
    {
        var (first, second) = UnderOneHead();
        (_history.Leaves[first], _history.Leaves[second]) = (_history.Leaves[second], _history.Leaves[first]);
        _history.Renumber();

        var report = await IsFirstAsync(AuditCode.LeavesSwapped, first);
        Assert.Equal(second, report.First!.LastIndex);
    }

    [Fact]
    public async Task TwoLeaves_SwappedFarApart_TheFirstIsNamed()
    {
        (_history.Leaves[10], _history.Leaves[50]) = (_history.Leaves[50], _history.Leaves[10]);
        _history.Renumber();

        await IsInRangeAsync(10);
    }

    [Fact]
    public async Task ContentOfTwoLeaves_Swapped_TheFirstIsNamed()
    {
        var (one, other) = (_history.Leaves[10], _history.Leaves[20]);
        _history.Leaves[10] = one with { Entries = other.Entries };
        _history.Leaves[20] = other with { Entries = one.Entries };

        await IsFirstAsync(AuditCode.LeafContentChanged, 10);
    }

    [Fact]
    public async Task Leaf_InsertedBackDatedAndTheOthersRenumbered_IsNamed()
    {
        var backDated = _history.NewActs(1, Leaf.Read(_history.Leaves[Acts].Leaf.Span).At);
        _history.Leaves.Insert(Acts, backDated with { Hash = Tree.Hash(backDated) });
        _history.Renumber();

        var report = await IsFirstAsync(AuditCode.LeafInserted, Acts);
        Assert.Equal(backDated.LeafId, report.First!.LeafId);
    }

    [Fact]
    public async Task Leaf_InsertedAtAPlaceTaken_IsNamed()
    {
        _history.Leaves.Insert(Acts + 1, _history.Sequenced(_history.NewActs(1, Leaf.Read(_history.Leaves[Acts].Leaf.Span).At), Acts));

        await IsFirstAsync(AuditCode.LeafInserted, Acts);
    }

    [Fact]
    public async Task Leaf_AddedBehindTheLastHead_IsNamed()
    {
        _history.Leaves.Add(_history.Sequenced(_history.NewActs(1)));

        await IsFirstAsync(AuditCode.LeafUncovered, 60);
    }

    [Fact]
    public async Task Leaf_BackDatedAndGivenToTheSequencer_IsNamed()
    {
        _history.Leaves.Add(_history.Sequenced(_history.NewActs(1, Signers.Start.AddMinutes(1))));
        _history.Grow(5);

        await IsFirstAsync(AuditCode.LeafTime, 60);
    }

    [Fact]
    public async Task Leaf_TakenOutOfTheSequenceAndLeftPending_IsFound()
    {
        _history.Pending.Add(_history.Leaves[Acts] with { Index = null, Hash = default });
        _history.Leaves.RemoveAt(Acts);
        _history.Renumber();

        var report = await IsInRangeAsync(Acts);
        Assert.Contains(report.Findings, finding => finding.Code == AuditCode.LeafTime && finding.LeafId == _history.Pending[0].LeafId);
    }

    [Fact]
    public async Task Event_Edited_IsNamed()
    {
        var sequence = EditEvent(stored => stored with { Json = Encoding.UTF8.GetBytes("""{"serial":"9"}""") });

        await IsEventAsync(AuditCode.EventChanged, sequence, Named);
    }

    [Fact]
    public async Task Event_MadeUnreadable_IsNamed()
    {
        var sequence = EditEvent(stored => stored with { Json = Encoding.UTF8.GetBytes("""{"serial":1.5""") });

        await IsEventAsync(AuditCode.EventChanged, sequence, Named);
    }

    [Fact]
    public async Task Event_MovedToAnotherApplication_IsNamed()
    {
        var sequence = EditEvent(stored => stored with { StreamId = "ext/permits/1" });

        await IsEventAsync(AuditCode.EventChanged, sequence, Named);
    }

    [Fact]
    public async Task Event_BackDated_IsNamed()
    {
        var sequence = EditEvent(stored => stored with { At = stored.At.AddDays(-300) });

        await IsEventAsync(AuditCode.EventChanged, sequence, Named);
    }

    [Fact]
    public async Task Event_Deleted_IsNamed()
    {
        var sequence = _history.Leaves[Named].Events[0].Sequence;
        _history.Events.RemoveAll(stored => stored.Sequence == sequence);

        await IsEventAsync(AuditCode.EventMissing, sequence, Named);
    }

    [Fact]
    public async Task Event_Inserted_IsNamed()
    {
        var stored = _history.NewEvent("town/licence/1");

        await IsEventAsync(AuditCode.EventNotLedgered, stored.Sequence, null);
    }

    [Fact]
    public async Task Event_NamedByASecondLeaf_IsNamed()
    {
        var leaf = _history.NewEvents(1);
        _history.Leaves.Add(_history.Sequenced(History.Rehashed(leaf with { Events = [_history.Leaves[Named].Events[0]] }, withSequence: true)));
        _history.Events.RemoveAt(_history.Events.FindIndex(stored => stored.Sequence == leaf.Events[0].Sequence));
        _history.Grow(1);

        await IsEventAsync(AuditCode.EventTwice, _history.Leaves[Named].Events[0].Sequence, 60);
    }

    [Fact]
    public async Task EventItsNameLeafAndSequence_Edited_IsInTheRangeUpToTheNextHead()
    {
        EditEvent(stored => stored with { Json = Encoding.UTF8.GetBytes("""{"serial":"9"}""") });
        var leaf = _history.Leaves[Named];
        var edited = _history.Events.Single(stored => stored.Sequence == leaf.Events[0].Sequence);
        _history.Leaves[Named] = History.Rehashed(leaf with { Events = [History.Name(edited), .. leaf.Events.Skip(1)] }, withSequence: true);

        await IsInRangeAsync(Named);
    }

    [Fact]
    public async Task Head_Edited_IsNamed()
    {
        _history.Heads[4] = _history.Heads[4] with { Text = (_history.Head(4) with { At = _history.Head(4).At.AddSeconds(1) }).ToBytes() };

        var report = await _history.AuditAsync();
        Assert.Equal((AuditCode.HeadSignature, 4), (report.First!.Code, report.First.Head));
    }

    [Fact]
    public async Task Head_TakenOut_IsFoundAtTheNext()
    {
        _history.Heads.RemoveAt(4);

        var report = await _history.AuditAsync();
        Assert.Equal((AuditCode.HeadChain, 4), (report.First!.Code, report.First.Head));
    }

    [Fact]
    public async Task FirstHeads_TakenOut_AreFound()
    {
        _history.Heads.RemoveRange(0, 2);

        Assert.Equal(AuditCode.HeadChain, (await _history.AuditAsync()).First!.Code);
    }

    [Fact]
    public async Task AllHeads_TakenOut_NothingIsProven()
    {
        _history.Heads.Clear();

        Assert.Contains(AuditCode.HeadsNone, (await _history.AuditAsync()).Counts.Keys);
    }

    [Fact]
    public async Task Heads_SignedAnewUnderAnotherRoot_NoneIsBelieved()
    {
        EditEntry(Acts);
        _history.Leaves[Acts] = History.Rehashed(_history.Leaves[Acts], withSequence: true);
        _history.SignAnew(Signers.Stranger);

        var report = await _history.AuditAsync();
        Assert.Equal(_history.Heads.Count, report.Counts[AuditCode.HeadSignature]);
        Assert.Contains(AuditCode.HeadsNone, report.Counts.Keys);
    }

    [Fact]
    public async Task Heads_SignedAnewByALicenceIssuer_NoneIsBelieved()
    {
        _history.SignAnew(Signers.Issuer);

        Assert.Equal(_history.Heads.Count, (await _history.AuditAsync()).Counts[AuditCode.HeadSignature]);
    }

    [Fact]
    public async Task History_CutBackToAnOlderHead_OnlyAWitnessTells()
    {
        var witness = _history.Heads[^1];
        var size = CutBack(5);

        Assert.True((await _history.AuditAsync()).IsProven);
        var report = await _history.AuditAsync(witness);
        Assert.Equal((AuditCode.HistoryTruncated, size, 59), (report.First!.Code, report.First.Index, report.First.LastIndex));
    }

    [Fact]
    public async Task History_RestoredFromAnOldBackupAndContinued_AWitnessTells()
    {
        var witnesses = _history.Heads.ToArray();
        var size = CutBack(5);
        _history.Grow(60);

        var report = await _history.AuditAsync(witnesses);
        Assert.Equal((AuditCode.HistoryRewritten, size), (report.First!.Code, report.First.Index));
    }

    [Fact]
    public async Task History_RewrittenAndSignedWithTheStolenKey_OnlyAWitnessTells()
    {
        var witnesses = _history.Heads.ToArray();
        EditEntry(Acts);
        _history.Leaves[Acts] = History.Rehashed(_history.Leaves[Acts], withSequence: true);
        _history.SignAnew(Signers.Hub);

        Assert.True((await _history.AuditAsync()).IsProven);
        var report = await _history.AuditAsync(witnesses);
        Assert.Equal(AuditCode.HistoryRewritten, report.First!.Code);
        Assert.InRange(Acts, report.First.Index!.Value, report.First.LastIndex!.Value);
    }

    [Fact]
    public async Task Head_ReplacedWithTheStolenKey_AWitnessTells()
    {
        var witness = _history.Heads[3];
        var heads = _history.Heads.Select((_, number) => _history.Head(number)).ToList();
        _history.Heads.Clear();
        foreach (var head in heads)
        {
            _history.Heads.Add(SignedHead.Sign(head with { At = head.At.AddSeconds(1), Previous = _history.Heads.Count == 0 ? TreeHead.NoHead : _history.Heads[^1].Hash() }, Signers.Hub));
        }

        Assert.True((await _history.AuditAsync()).IsProven);
        Assert.Equal(AuditCode.WitnessHeadRemoved, (await _history.AuditAsync(witness)).First!.Code);
    }

    [Fact]
    public async Task Heads_ShrinkingOrGoingBackInTime_AreNamed()
    {
        var shrunk = _history.Head(3);
        _history.Heads.Add(SignedHead.Sign(shrunk with { Previous = _history.Heads[^1].Hash(), At = _history.Head(_history.Heads.Count - 1).At }, Signers.Hub));
        Assert.Equal(AuditCode.HeadShrinks, (await _history.AuditAsync()).First!.Code);

        _history.Heads.RemoveAt(_history.Heads.Count - 1);
        var last = _history.Head(_history.Heads.Count - 1);
        _history.Heads.Add(SignedHead.Sign(last with { Previous = _history.Heads[^1].Hash(), At = last.At.AddMinutes(-1) }, Signers.Hub));
        Assert.Equal(AuditCode.HeadTime, (await _history.AuditAsync()).First!.Code);
    }

    [Fact]
    public async Task Witness_ForgedOrOfAnotherHub_IsReported()
    {
        var forged = SignedHead.Sign(_history.Head(1), Signers.Stranger);
        var foreign = SignedHead.Sign(_history.Head(1) with { Hub = new Kernel.HubName("village") }, Signers.Hub);

        Assert.Equal(2, (await _history.AuditAsync(forged, foreign)).Counts[AuditCode.WitnessInvalid]);
    }

    [Fact]
    public async Task ManyDifferences_ListIsBoundedCountsAreNot()
    {
        var changed = _history.Events.RemoveAll(stored => stored.StreamId.StartsWith("town/", StringComparison.Ordinal));
        using var folder = new TempFolder();
        await _history.ExportAsync(folder.File("export"));

        var report = ExportAuditor.Run(folder.File("export"), new AuditOptions { Roots = Signers.Roots, MaxFindings = 5 }, TestContext.Current.CancellationToken);

        Assert.Equal(5, report.Findings.Count);
        Assert.Equal(changed, report.Counts[AuditCode.EventMissing]);
    }

    [Fact]
    public async Task ContentOfOldLeaves_GoneToTheArchive_PassesOnlyWhereTheAuditorSaysSo()
    {
        _history.Leaves[0] = _history.Leaves[0] with { Leaf = default, Entries = [] };
        _history.Leaves[2] = _history.Leaves[2] with { Entries = [] };
        using var folder = new TempFolder();
        await _history.ExportAsync(folder.File("export"));

        AuditReport Audit(long before) => ExportAuditor.Run(folder.File("export"), new AuditOptions { Roots = Signers.Roots, ArchivedBefore = before }, TestContext.Current.CancellationToken);

        Assert.True(Audit(3).IsProven);
        Assert.Equal(2, Audit(3).Archived);
        Assert.Equal((AuditCode.LeafContentChanged, 2), (Audit(1).First!.Code, Audit(1).First!.Index));
        Assert.Equal((AuditCode.LeafMissing, 0), (Audit(0).First!.Code, Audit(0).First!.Index));
    }

    private void EditEntry(int index)
    {
        var leaf = _history.Leaves[index];
        var entry = EntryBytes.Of(EntryBytes.Read(leaf.Entries[0].Span) with { Account = "somebody-else" });
        _history.Leaves[index] = leaf with { Entries = [entry, .. leaf.Entries.Skip(1)] };
    }

    private long EditEvent(Func<ExportedEvent, ExportedEvent> edit)
    {
        var sequence = _history.Leaves[Named].Events[0].Sequence;
        var at = _history.Events.FindIndex(stored => stored.Sequence == sequence);
        _history.Events[at] = edit(_history.Events[at]);
        return sequence;
    }

    /// <summary>Everything as it was when an earlier head was signed.</summary>
    private long CutBack(int head)
    {
        var size = (int)_history.Head(head).Size;
        var last = _history.Leaves[..size].SelectMany(leaf => leaf.Events).Max(name => name.Sequence);
        _history.Leaves.RemoveRange(size, _history.Leaves.Count - size);
        _history.Heads.RemoveRange(head + 1, _history.Heads.Count - head - 1);
        _history.Events.RemoveAll(stored => stored.Sequence > last);
        return size;
    }

    private (int First, int Last) UnderOneHead()
    {
        var number = Enumerable.Range(3, _history.Heads.Count - 3).First(head => _history.Head(head).Size - _history.Head(head - 1).Size >= 3);
        return ((int)_history.Head(number - 1).Size, (int)_history.Head(number - 1).Size + 2);
    }

    private async Task<AuditReport> IsFirstAsync(string code, long index)
    {
        var report = await _history.AuditAsync();
        Assert.False(report.IsProven);
        Assert.Equal((code, index), (report.First!.Code, report.First.Index));
        Assert.StartsWith("NOT PROVEN", report.ToText().Split('\n')[^2], StringComparison.Ordinal);
        return report;
    }

    private async Task<AuditReport> IsInRangeAsync(long index, string code = AuditCode.TreeChanged)
    {
        var report = await _history.AuditAsync();
        Assert.Equal((code, true), (report.First!.Code, report.First.IsRange));
        Assert.InRange(index, report.First.Index!.Value, report.First.LastIndex!.Value);
        Assert.InRange(report.First.LastIndex!.Value - report.First.Index!.Value, 0, 5);
        Assert.Equal(report.First.Index, report.Proven);
        return report;
    }

    private async Task IsEventAsync(string code, long sequence, long? leaf)
    {
        var report = await _history.AuditAsync();
        Assert.Equal((code, sequence, leaf), (report.First!.Code, report.First.Sequence, report.First.Index));
    }

    private static class Tree
    {
        public static byte[] Hash(ExportedLeaf leaf) => Leaf.Read(leaf.Leaf.Span).Hash();
    }
}

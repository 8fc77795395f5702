using DataHub.Ledger.Auditing;
using DataHub.Ledger.Heads;
using DataHub.Ledger.Tests.Support;

namespace DataHub.Ledger.Tests.Auditing;

/// <summary>Heads and whole histories, changed without the key of the heads, and with it.</summary>
public sealed class HeadTamperingTests : TamperingTest
{
    [Fact]
    public async Task Head_Edited_IsNamed()
    {
        Ledger.Heads[4] = Ledger.Heads[4] with { Text = (Ledger.Head(4) with { At = Ledger.Head(4).At.AddSeconds(1) }).ToBytes() };

        var report = await Ledger.AuditAsync();
        Assert.Equal((AuditCode.HeadSignature, 4), (report.First!.Code, report.First.Head));
    }

    [Fact]
    public async Task Head_TakenOut_IsFoundAtTheNext()
    {
        Ledger.Heads.RemoveAt(4);

        var report = await Ledger.AuditAsync();
        Assert.Equal((AuditCode.HeadChain, 4), (report.First!.Code, report.First.Head));
    }

    [Fact]
    public async Task FirstHeads_TakenOut_AreFound()
    {
        Ledger.Heads.RemoveRange(0, 2);

        Assert.Equal(AuditCode.HeadChain, (await Ledger.AuditAsync()).First!.Code);
    }

    [Fact]
    public async Task AllHeads_TakenOut_NothingIsProven()
    {
        Ledger.Heads.Clear();

        Assert.Contains(AuditCode.HeadsNone, (await Ledger.AuditAsync()).Counts.Keys);
    }

    [Fact]
    public async Task Heads_SignedAnewUnderAnotherRoot_NoneIsBelieved()
    {
        EditEntry(Acts);
        Ledger.Leaves[Acts] = History.Rehashed(Ledger.Leaves[Acts], withSequence: true);
        Ledger.SignAnew(Signers.Stranger);

        var report = await Ledger.AuditAsync();
        Assert.Equal(Ledger.Heads.Count, report.Counts[AuditCode.HeadSignature]);
        Assert.Contains(AuditCode.HeadsNone, report.Counts.Keys);
    }

    [Fact]
    public async Task Heads_SignedAnewByALicenceIssuer_NoneIsBelieved()
    {
        Ledger.SignAnew(Signers.Issuer);

        Assert.Equal(Ledger.Heads.Count, (await Ledger.AuditAsync()).Counts[AuditCode.HeadSignature]);
    }

    [Fact]
    public async Task LedgerCutBackToAnOlderHead_OnlyAWitnessTells()
    {
        var witness = Ledger.Heads[^1];
        var size = CutBack(5);

        Assert.True((await Ledger.AuditAsync()).IsProven);
        var report = await Ledger.AuditAsync(witness);
        Assert.Equal((AuditCode.HistoryTruncated, size, 59), (report.First!.Code, report.First.Index, report.First.LastIndex));
    }

    [Fact]
    public async Task LedgerRestoredFromAnOldBackupAndContinued_AWitnessTells()
    {
        var witnesses = Ledger.Heads.ToArray();
        var size = CutBack(5);
        Ledger.Grow(60);

        var report = await Ledger.AuditAsync(witnesses);
        Assert.Equal((AuditCode.HistoryRewritten, size), (report.First!.Code, report.First.Index));
    }

    [Fact]
    public async Task LedgerRewrittenAndSignedWithTheStolenKey_OnlyAWitnessTells()
    {
        var witnesses = Ledger.Heads.ToArray();
        EditEntry(Acts);
        Ledger.Leaves[Acts] = History.Rehashed(Ledger.Leaves[Acts], withSequence: true);
        Ledger.SignAnew(Signers.Hub);

        Assert.True((await Ledger.AuditAsync()).IsProven);
        var report = await Ledger.AuditAsync(witnesses);
        Assert.Equal(AuditCode.HistoryRewritten, report.First!.Code);
        Assert.InRange(Acts, report.First.Index!.Value, report.First.LastIndex!.Value);
    }

    [Fact]
    public async Task Head_ReplacedWithTheStolenKey_AWitnessTells()
    {
        var witness = Ledger.Heads[3];
        var heads = Ledger.Heads.Select((_, number) => Ledger.Head(number)).ToList();
        Ledger.Heads.Clear();
        foreach (var head in heads)
        {
            Ledger.Heads.Add(SignedHead.Sign(head with { At = head.At.AddSeconds(1), Previous = Ledger.Heads.Count == 0 ? TreeHead.NoHead : Ledger.Heads[^1].Hash() }, Signers.Hub));
        }

        Assert.True((await Ledger.AuditAsync()).IsProven);
        Assert.Equal(AuditCode.WitnessHeadRemoved, (await Ledger.AuditAsync(witness)).First!.Code);
    }

    [Fact]
    public async Task Heads_ShrinkingOrGoingBackInTime_AreNamed()
    {
        var shrunk = Ledger.Head(3);
        Ledger.Heads.Add(SignedHead.Sign(shrunk with { Previous = Ledger.Heads[^1].Hash(), At = Ledger.Head(Ledger.Heads.Count - 1).At }, Signers.Hub));
        Assert.Equal(AuditCode.HeadShrinks, (await Ledger.AuditAsync()).First!.Code);

        Ledger.Heads.RemoveAt(Ledger.Heads.Count - 1);
        var last = Ledger.Head(Ledger.Heads.Count - 1);
        Ledger.Heads.Add(SignedHead.Sign(last with { Previous = Ledger.Heads[^1].Hash(), At = last.At.AddMinutes(-1) }, Signers.Hub));
        Assert.Equal(AuditCode.HeadTime, (await Ledger.AuditAsync()).First!.Code);
    }

    [Fact]
    public async Task Witness_ForgedOrOfAnotherHub_IsReported()
    {
        var forged = SignedHead.Sign(Ledger.Head(1), Signers.Stranger);
        var foreign = SignedHead.Sign(Ledger.Head(1) with { Hub = new Kernel.HubName("village") }, Signers.Hub);

        Assert.Equal(2, (await Ledger.AuditAsync(forged, foreign)).Counts[AuditCode.WitnessInvalid]);
    }

    [Fact]
    public async Task Head_OfAnotherHub_IsNamed()
    {
        var number = Ledger.Heads.Count;
        Ledger.Heads.Add(SignedHead.Sign(Ledger.Head(number - 1) with { Hub = new Kernel.HubName("village"), Previous = Ledger.Heads[^1].Hash() }, Signers.Hub));

        var report = await Ledger.AuditAsync();
        Assert.Equal((AuditCode.HeadForm, number), (report.First!.Code, report.First.Head));
    }
}

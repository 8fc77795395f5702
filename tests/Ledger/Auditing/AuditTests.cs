using DataHub.Ledger.Auditing;
using DataHub.Ledger.Tests.Support;

namespace DataHub.Ledger.Tests.Auditing;

/// <summary>What is not changed is proven, and what an audit says.</summary>
public sealed class AuditTests : TamperingTest
{
    [Fact]
    public async Task Untouched_WithAndWithoutWitnesses_IsProven()
    {
        Ledger.Pending.Add(Ledger.NewActs(2));
        Ledger.Pending.Add(Ledger.NewEvents(2));

        Assert.All([await Ledger.AuditAsync(), await Ledger.AuditAsync([.. Ledger.Heads])], report =>
        {
            Assert.Empty(report.Findings);
            Assert.True(report.IsProven);
            Assert.Null(report.First);
            Assert.Equal(60, report.Leaves);
            Assert.Equal(60, report.Proven);
            Assert.Equal(2, report.Pending);
            Assert.Equal(Ledger.Heads.Count, report.Heads);
            Assert.Equal(Ledger.Events.Count(stored => stored.StreamId.StartsWith("ext/", StringComparison.Ordinal)), report.NotLedgered);
            Assert.Equal(Ledger.Events.Count, report.Events + report.NotLedgered);
            Assert.Contains("PROVEN", report.ToText(), StringComparison.Ordinal);
            Assert.Contains("\"proven\":true", report.ToJson(), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task ManyDifferences_ListIsBoundedCountsAreNot()
    {
        var changed = Ledger.Events.RemoveAll(stored => stored.StreamId.StartsWith("town/", StringComparison.Ordinal));
        using var folder = new TempFolder();
        await Ledger.ExportAsync(folder.File("export"));

        var report = ExportAuditor.Run(folder.File("export"), new AuditOptions { Roots = Signers.Roots, MaxFindings = 5 }, TestContext.Current.CancellationToken);

        Assert.Equal(5, report.Findings.Count);
        Assert.Equal(changed, report.Counts[AuditCode.EventMissing]);
    }

    [Fact]
    public async Task ContentOfOldLeaves_GoneToTheArchive_IsProvenFromTheExportMadeBefore()
    {
        using var folder = new TempFolder();
        await Ledger.ExportAsync(folder.File("before"));
        Empty(0, 10);
        await Ledger.ExportAsync(folder.File("later"));
        Empty(10, 20);
        await Ledger.ExportAsync(folder.File("now"));

        AuditReport Audit(params string[] archives) => ExportAuditor.Run(
            folder.File("now"), new AuditOptions { Roots = Signers.Roots, Archives = [.. archives.Select(folder.File)] }, TestContext.Current.CancellationToken);

        Assert.True(Audit("before").IsProven);
        Assert.True(Audit("later", "before").IsProven);
        Assert.Equal(20, Audit("later", "before").Archived);
        Assert.Equal((AuditCode.LeafMissing, 0), (Audit("later").First!.Code, Audit("later").First!.Index));
        Assert.Equal(20, Audit().Counts[AuditCode.LeafMissing]);
    }

    [Fact]
    public async Task ContentOfOldLeaves_ChangedInTheArchive_IsNamed()
    {
        using var folder = new TempFolder();
        EditEntry(Acts);
        await Ledger.ExportAsync(folder.File("archive"));
        Empty(0, 30);
        await Ledger.ExportAsync(folder.File("now"));

        var report = ExportAuditor.Run(folder.File("now"), new AuditOptions { Roots = Signers.Roots, Archives = [folder.File("archive")] }, TestContext.Current.CancellationToken);

        Assert.Equal((AuditCode.LeafContentChanged, Acts), (report.First!.Code, report.First.Index));
    }

    [Fact]
    public async Task Audit_Cancelled_Stops()
    {
        using var folder = new TempFolder();
        await Ledger.ExportAsync(folder.File("export"));

        Assert.ThrowsAny<OperationCanceledException>(() => ExportAuditor.Run(folder.File("export"), new AuditOptions { Roots = Signers.Roots }, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Codes_AllOfThem_AreWordsWithAChineseText()
    {
        var codes = typeof(AuditCode).GetFields().Select(field => (string)field.GetValue(null)!).ToList();

        Assert.Equal(codes.Order(), AuditCode.All.Order());
        Assert.All(codes, code => Assert.Matches("^[A-Z]+(_[A-Z]+)*$", code));
    }
}

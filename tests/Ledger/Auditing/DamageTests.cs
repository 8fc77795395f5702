using System.Security.Cryptography;
using DataHub.Kernel.Faults;
using DataHub.Ledger.Auditing;
using DataHub.Ledger.Export;
using DataHub.Ledger.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace DataHub.Ledger.Tests.Auditing;

/// <summary>Exports that were damaged or cut on the way.</summary>
public sealed class DamageTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();

    private string Export => _folder.File("export");

    private string[] Files => [.. Directory.EnumerateFiles(Export).Order()];

    public async ValueTask InitializeAsync()
    {
        var history = History.Of(12);
        history.Pending.Add(history.NewEvents(2));
        await history.ExportAsync(Export);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void Audit_AnyByteOfAnyFileChanged_IsFound() => IsFound(Files, () => { });

    [Fact]
    public void Audit_AnyByteOfLeavesOrHeadsChangedAndTheManifestMadeToMatch_IsFound() =>
        IsFound([.. Files.Where(file => Path.GetFileName(file).StartsWith("leaves", StringComparison.Ordinal) || file.EndsWith("heads.bin", StringComparison.Ordinal))], MakeManifestMatch);

    private void IsFound(string[] files, Action then) => Prop.ForAll(
        (from file in Gen.Elements(files) from at in Gen.Choose(0, (int)new FileInfo(file).Length - 1) from bit in Gen.Choose(0, 7) select (file, at, bit)).ToArbitrary(),
        change =>
        {
            var whole = File.ReadAllBytes(change.file);
            var changed = whole.ToArray();
            changed[change.at] ^= (byte)(1 << change.bit);
            File.WriteAllBytes(change.file, changed);
            then();
            var report = Audit();
            File.WriteAllBytes(change.file, whole);
            return !report.IsProven;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));

    private void MakeManifestMatch()
    {
        var manifest = ExportManifest.Read(Export);
        var files = manifest.Files.Select(file => file with { Digest = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(Export, file.Name)))) });
        File.WriteAllBytes(Path.Combine(Export, ExportManifest.FileName), (manifest with { Files = [.. files] }).ToBytes());
    }

    [Fact]
    public void Audit_AnyFileCutOffOrGrown_IsFoundWithThePlace()
    {
        foreach (var file in Files)
        {
            var whole = File.ReadAllBytes(file);
            foreach (var length in new[] { 0, 1, whole.Length / 2, whole.Length - 1, whole.Length + 4 }.Where(length => length != whole.Length))
            {
                var other = whole.ToArray();
                Array.Resize(ref other, length);
                File.WriteAllBytes(file, other);
                var report = Audit();
                Assert.False(report.IsProven, $"{Path.GetFileName(file)} with {length} bytes");
                Assert.Contains(report.Findings, finding => finding.Code == AuditCode.ExportDamaged && finding.Text.Contains(Path.GetFileName(file), StringComparison.Ordinal));
            }

            File.WriteAllBytes(file, whole);
        }

        Assert.True(Audit().IsProven);
    }

    [Fact]
    public void Audit_AnyFileMissing_IsRefusedOrFound()
    {
        foreach (var file in Files.Where(file => Path.GetFileName(file) != "manifest.txt"))
        {
            File.Move(file, file + ".away");
            Assert.Contains(AuditCode.ExportDamaged, Audit().Counts.Keys);
            File.Move(file + ".away", file);
        }

        File.Delete(Path.Combine(Export, "manifest.txt"));
        Assert.Equal("EXPORT_MISSING", Assert.Throws<FaultException>(Audit).Code);
    }

    [Fact]
    public async Task Write_FolderThatExists_IsRefusedAndLeftAlone()
    {
        var before = Files;

        var fault = await Assert.ThrowsAsync<FaultException>(() => History.Of(3).ExportAsync(Export));

        Assert.Equal("EXPORT_EXISTS", fault.Code);
        Assert.Equal(before, Files);
        Assert.Equal([Export], Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(Export)!));
    }

    [Fact]
    public async Task Write_SourceThatFails_LeavesNothingBehind()
    {
        var source = new ExportSource(Failing(), AsyncEnumerable.Empty<ExportedLeaf>(), AsyncEnumerable.Empty<Ledger.Heads.SignedHead>(), null);

        await Assert.ThrowsAsync<IOException>(() => ExportWriter.WriteAsync(_folder.File("other"), History.Hub, source, TestContext.Current.CancellationToken));

        Assert.Equal([Export], Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(Export)!));
    }

    [Fact]
    public async Task Audit_WithoutEvents_ProvesTheLeavesAndSaysSo()
    {
        await History.Of(12).ExportAsync(_folder.File("lean"), withEvents: false);

        var report = ExportAuditor.Run(_folder.File("lean"), new AuditOptions { Roots = Signers.Roots }, TestContext.Current.CancellationToken);

        Assert.True(report.IsProven);
        Assert.False(report.HasEvents);
        Assert.Contains("no events", report.ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_MoreThanOneSegment_ComesInOrder()
    {
        var count = ExportWriter.SegmentRecords + 10;
        var leaf = History.Of(1).Leaves[0];
        var source = new ExportSource(
            Enumerable.Range(0, count).Select(index => leaf with { Index = index }).ToAsyncEnumerable(), AsyncEnumerable.Empty<ExportedLeaf>(), AsyncEnumerable.Empty<Ledger.Heads.SignedHead>(), null);
        var counts = await ExportWriter.WriteAsync(_folder.File("large"), History.Hub, source, TestContext.Current.CancellationToken);

        Assert.Equal(count, counts.Leaves);
        Assert.Equal(Enumerable.Range(0, count).Select(index => (long?)index), ExportReader.Open(_folder.File("large")).ReadLeaves().Select(read => read.Index));
    }

    private static async IAsyncEnumerable<ExportedLeaf> Failing()
    {
        await Task.Yield();
        yield return History.Of(1).Leaves[0];
        throw new IOException("The connection is gone.");
    }

    private AuditReport Audit() => ExportAuditor.Run(Export, new AuditOptions { Roots = Signers.Roots }, TestContext.Current.CancellationToken);
}

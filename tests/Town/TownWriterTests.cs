using System.Security.Cryptography;

namespace DataHub.Town.Tests;

public sealed class TownWriterTests(TownFixture town)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WriteAsync_SameOptions_SameBytes()
    {
        using var one = new TempFolder();
        using var other = new TempFolder();
        await TownWriter.WriteAsync(Small(seed: 3), one.Path, progress: null, Token);
        await TownWriter.WriteAsync(Small(seed: 3), other.Path, progress: null, Token);
        Assert.Equal(5, Hashes(one.Path).Count);
        Assert.Equal(Hashes(one.Path), Hashes(other.Path));
    }

    [Fact]
    public async Task WriteAsync_OtherSeed_OtherBytesInEveryFile()
    {
        using var one = new TempFolder();
        using var other = new TempFolder();
        await TownWriter.WriteAsync(Small(seed: 3), one.Path, progress: null, Token);
        await TownWriter.WriteAsync(Small(seed: 4), other.Path, progress: null, Token);
        Assert.Empty(Hashes(one.Path).Intersect(Hashes(other.Path)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public async Task WriteAsync_SmallestTown_HoldsEveryCaseAndAddsUp(int seed)
    {
        using var folder = new TempFolder();
        var manifest = await TownWriter.WriteAsync(Small(seed), folder.Path, progress: null, Token);
        var rows = TownRows.Read(folder.Path, manifest);
        Assert.Equal([500, 15, 150, 300], manifest.Files.Select(f => f.ExpectedAccepted + f.ExpectedRejected));
        Assert.All(manifest.Files, f => Assert.Equal(f.Rows, rows.ByResource[f.Resource].Count));
        Assert.All(manifest.Files, f => Assert.Equal(f.Rows, f.ExpectedAccepted + f.ExpectedRejected + f.RowsWith(TownFaultKind.DuplicateRow)));
    }

    [Fact]
    public async Task WriteAsync_EarliestToday_IsWritten()
    {
        using var folder = new TempFolder();
        var options = new TownOptions { Residents = TownOptions.MinResidents, Today = TownOptions.FirstToday };
        var manifest = await TownWriter.WriteAsync(options, folder.Path, progress: null, Token);
        Assert.Equal(4, manifest.Files.Count);
    }

    [Theory]
    [InlineData(499, "2026-10-09")]
    [InlineData(1_000_001, "2026-10-09")]
    [InlineData(500, "2019-12-31")]
    public async Task WriteAsync_OptionOutsideItsRange_Throws(int residents, string today)
    {
        using var folder = new TempFolder();
        var options = new TownOptions { Residents = residents, Today = DateOnly.Parse(today, System.Globalization.CultureInfo.InvariantCulture) };
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => TownWriter.WriteAsync(options, folder.Path, progress: null, Token));
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task WriteAsync_CancelledHalfway_LeavesNoManifest()
    {
        using var folder = new TempFolder();
        using var cancellation = new CancellationTokenSource();
        var progress = new Listener(p => cancellation.Cancel());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TownWriter.WriteAsync(Small(seed: 1), folder.Path, progress, cancellation.Token));
        Assert.False(File.Exists(Path.Combine(folder.Path, TownManifest.FileName)));
    }

    [Fact]
    public async Task WriteAsync_Listener_HearsEveryFileToItsEnd()
    {
        using var folder = new TempFolder();
        var heard = new List<TownProgress>();
        var manifest = await TownWriter.WriteAsync(Small(seed: 1), folder.Path, new Listener(heard.Add), Token);
        Assert.All(manifest.Files, f => Assert.Contains(new TownProgress(f.Path, f.Rows, f.Rows), heard));
    }

    [Fact]
    public async Task ReadAsync_WrittenTown_IsTheManifestReturned()
    {
        var read = await TownManifest.ReadAsync(town.Folder, Token);
        Assert.Equal(town.Manifest.Cases, read.Cases);
        Assert.Equal(town.Manifest.Files.Select(f => f with { Faults = [] }), read.Files.Select(f => f with { Faults = [] }), Alike);
        Assert.Equal(town.Manifest.Files.SelectMany(f => f.Faults), read.Files.SelectMany(f => f.Faults));
    }

    private static bool Alike(TownFile one, TownFile other) =>
        (one with { Faults = other.Faults }).Equals(other);

    private static TownOptions Small(int seed) => new() { Residents = TownOptions.MinResidents, Seed = seed, Today = TownFixture.Today };

    private static List<string> Hashes(string folder) =>
        [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(f => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(f))))];

    private sealed class Listener(Action<TownProgress> hear) : IProgress<TownProgress>
    {
        public void Report(TownProgress value) => hear(value);
    }
}

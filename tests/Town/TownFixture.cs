using DataHub.Town.Tests;

[assembly: AssemblyFixture(typeof(TownFixture))]

namespace DataHub.Town.Tests;

/// <summary>One town of 4,000 residents, written once for all tests that read it.</summary>
public sealed class TownFixture : IAsyncLifetime
{
    public static readonly DateOnly Today = new(2026, 10, 9);

    private readonly TempFolder folder = new();

    public string Folder => folder.Path;

    public TownManifest Manifest { get; private set; } = null!;

    internal TownRows Rows { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var options = new TownOptions { Residents = 4_000, Seed = 7, Today = Today };
        Manifest = await TownWriter.WriteAsync(options, Folder, progress: null, CancellationToken.None);
        Rows = TownRows.Read(Folder, Manifest);
    }

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>A folder of its own, gone afterwards.</summary>
public sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("town-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

namespace DataHub.EventStore.Tests.Postgres;

/// <summary>A folder that user postgres can enter, removed with all it holds.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() =>
        File.SetUnixFileMode(Path, File.GetUnixFileMode(Path) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);

    public string Path { get; } = Directory.CreateTempSubdirectory("datahub-embedded-").FullName;

    public string Sub(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

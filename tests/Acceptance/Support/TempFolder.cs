namespace DataHub.Acceptance.Tests.Support;

/// <summary>A folder of a test's own that user postgres may pass through; removed at the end.</summary>
internal sealed class TempFolder : IDisposable
{
    public TempFolder() =>
        File.SetUnixFileMode(Path, File.GetUnixFileMode(Path) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);

    public string Path { get; } = Directory.CreateTempSubdirectory("datahub-accept-").FullName;

    public string Sub(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

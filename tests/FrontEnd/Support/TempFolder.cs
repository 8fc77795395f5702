using System.Text;
using DataHub.FrontEnd.Csv;

namespace DataHub.FrontEnd.Tests.Support;

/// <summary>A folder of its own for a test; gone with it.</summary>
internal sealed class TempFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("frontend-");

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(PathOf(name), bytes);
        return PathOf(name);
    }

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    /// <summary>Writes persons.csv and checks it as population_person with nothing required.</summary>
    public Task<CsvFile> CheckAsync(string text) => CheckAsync(Encoding.UTF8.GetBytes(text));

    public Task<CsvFile> CheckAsync(byte[] bytes) => CheckAsync(bytes, "population_person");

    public Task<CsvFile> CheckAsync(byte[] bytes, string resource, params string[] required) =>
        CsvFile.CheckAsync(Write("persons.csv", bytes), resource, required, declaredEncoding: null, TestContext.Current.CancellationToken);

    /// <summary>Files in the folder, by name.</summary>
    public IEnumerable<string?> Names() => Directory.GetFiles(_folder.FullName).Select(Path.GetFileName).Order(StringComparer.Ordinal);

    public void Dispose() => _folder.Delete(recursive: true);
}

using System.Text;
using CsvHelper;

namespace DataHub.Town.Tests;

/// <summary>The files of a town read back by another reader than the one that wrote them.</summary>
internal sealed record TownRows(IReadOnlyDictionary<string, IReadOnlyList<TownRow>> ByResource)
{
    public IReadOnlyList<TownRow> Population => ByResource["population_person"];

    public IReadOnlyList<TownRow> Entities => ByResource["legal_entity"];

    public IReadOnlyList<TownRow> Rights => ByResource["real_property_right"];

    public IReadOnlyList<TownRow> Spells => ByResource["insurance_participation"];

    public IEnumerable<(string Resource, TownRow Row)> All => ByResource.SelectMany(f => f.Value.Select(row => (f.Key, row)));

    public static TownRows Read(string folder, TownManifest manifest) =>
        new(manifest.Files.ToDictionary(f => f.Resource, IReadOnlyList<TownRow> (f) => Rows(Path.Combine(folder, f.Path), f)));

    private static List<TownRow> Rows(string path, TownFile file)
    {
        var options = new CsvReaderOptions
        {
            Separator = ',',
            MalformedData = CsvMalformedDataHandling.Throw,
            FieldCountMismatch = CsvFieldCountHandling.Throw,
        };
        using var reader = CsvReader.FromText(StrictText.Of(path, file.Encoding), options);
        var rows = new List<TownRow>();
        while (reader.Read())
        {
            var fields = reader.Headers!.Select((name, i) => (name, Value: reader.GetString(i) ?? "")).ToDictionary(f => f.name, f => f.Value, StringComparer.Ordinal);
            rows.Add(new TownRow(file.Resource, fields));
        }

        return rows;
    }
}

/// <summary>A row by the names of the header.</summary>
internal sealed record TownRow(string Resource, IReadOnlyDictionary<string, string> Fields)
{
    public string this[string name] => Fields[name];

    /// <summary>The owners of a right: name, id type, id number, share.</summary>
    public string[][] Owners => [.. this["owners"].Split(';').Select(o => o.Split('|'))];

    public string Text => string.Join('\u001F', Fields.Values);
}

/// <summary>Text whose every byte belongs to the encoding.</summary>
internal static class StrictText
{
    public static string Of(string path, string encoding) => Encoding(encoding).GetString(File.ReadAllBytes(path)).TrimStart('\uFEFF');

    private static Encoding Encoding(string name) => name == "GB18030"
        ? CodePagesEncodingProvider.Instance.GetEncoding(name, new EncoderExceptionFallback(), new DecoderExceptionFallback())!
        : new UTF8Encoding(false, throwOnInvalidBytes: true);
}

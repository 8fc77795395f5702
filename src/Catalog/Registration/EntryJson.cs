using System.Text.Encodings.Web;
using System.Text.Json;

namespace DataHub.Catalog.Registration;

/// <summary>Entries as JSON, as they stand in the events and in the read model.</summary>
internal static class EntryJson
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(CatalogEntry entry) => JsonSerializer.Serialize(entry, Options);

    public static CatalogEntry Read(string json) =>
        JsonSerializer.Deserialize<CatalogEntry>(json, Options) ?? throw new InvalidDataException("A stored entry is null.");

    /// <summary>
    /// True when two entries say the same. Both are written by the same serialiser in the order of declaration, so equal texts are equal
    /// content, whatever order PostgreSQL keeps the stored one in.
    /// </summary>
    public static bool AreEqual(CatalogEntry a, CatalogEntry b) => Write(a) == Write(b);
}

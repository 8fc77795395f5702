using System.Globalization;
using System.Text.Json;

namespace DataHub.Kernel.Tests.Identifiers;

/// <summary>The reference vectors, judged against the date they were made for.</summary>
internal static class Vectors
{
    private static readonly JsonElement Root = Load();

    public static DateOnly Today { get; } = DateOnly.Parse(Root.GetProperty("_meta").GetProperty("as_of").GetString()!, CultureInfo.InvariantCulture);

    public static IEnumerable<string> Kinds => Root.EnumerateObject().Select(p => p.Name).Where(name => name != "_meta");

    public static IReadOnlyList<Vector> Of(string kind) => [.. Root.GetProperty(kind).EnumerateArray().Select(v => new Vector(v))];

    public static IEnumerable<string> Valid(string kind) => Of(kind).Where(v => v.Valid).Select(v => v.Value!);

    private static JsonElement Load()
    {
        using var stream = typeof(Vectors).Assembly.GetManifestResourceStream("identifiers.json")!;
        return JsonDocument.Parse(stream).RootElement.Clone();
    }
}

internal sealed class Vector(JsonElement json)
{
    public string? Value => json.GetProperty("value").GetString();

    public bool Valid => json.GetProperty("valid").GetBoolean();

    public string Reason => json.GetProperty("reason").GetString()!;

    /// <summary>An expected field that not every vector has, for example <c>birth_date</c>.</summary>
    public string? Expected(string field) => json.TryGetProperty(field, out var value) ? value.GetString() : null;

    public override string ToString() => $"{Value}: {Reason}";
}

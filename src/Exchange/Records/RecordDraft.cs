using DataHub.Exchange.Quality;
using DataHub.V1;

namespace DataHub.Exchange.Records;

/// <summary>A value of a record in plaintext, in memory only.</summary>
/// <param name="Path"><c>name</c>, or <c>owners[0].name</c>.</param>
/// <param name="Item">What the value must satisfy.</param>
/// <param name="Element">Place in the list, or -1.</param>
/// <param name="Value">The normalised value, never empty.</param>
internal readonly record struct FieldValue(string Path, InformationItem Item, int Element, string Value);

/// <summary>A subject of a record in plaintext, in memory only.</summary>
/// <param name="Role">Role in the record.</param>
/// <param name="Id">Pseudonym.</param>
/// <param name="IsNatural">A natural person; sole traders are.</param>
/// <param name="Element">Place in the list, or -1.</param>
internal sealed record DraftSubject(string Role, string Id, bool IsNatural, int Element);

/// <summary>One row on its way in: what the source sent, normalised, with what the rules found.</summary>
internal sealed class RecordDraft(int row, Record source, ResourceSchema schema)
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>Place in the chunk, from 0.</summary>
    public int Row { get; } = row;

    /// <summary>The row as sent.</summary>
    public Record Source { get; } = source;

    /// <summary>The schema it is checked against.</summary>
    public ResourceSchema Schema { get; } = schema;

    /// <summary>Values in the order of the schema.</summary>
    public List<FieldValue> Fields { get; } = [];

    /// <summary>Whom the row is about; complete once the rules have passed.</summary>
    public List<DraftSubject> Subjects { get; } = [];

    /// <summary>What turns the row away.</summary>
    public List<Finding> Rejections { get; } = [];

    /// <summary>What is odd but let in.</summary>
    public List<Finding> Warnings { get; } = [];

    public DateOnly? ValidFrom { get; set; }

    public DateOnly? ValidTo { get; set; }

    public DateTimeOffset? SourceUpdatedAt { get; set; }

    /// <summary>The record key as stored.</summary>
    public string Key { get; set; } = "";

    /// <summary>Keyed digest of the whole record; equal content means nothing changed.</summary>
    public byte[] Content { get; set; } = [];

    public bool IsRejected => Rejections.Count > 0;

    /// <summary>The value at a path, or null.</summary>
    public string? this[string path] => _values.GetValueOrDefault(path);

    public void Add(FieldValue field)
    {
        Fields.Add(field);
        _values[field.Path] = field.Value;
    }

    /// <summary>Number of members of a list.</summary>
    public int CountOf(string list) =>
        Fields.Where(field => field.Element >= 0 && field.Path.StartsWith(list + "[", StringComparison.Ordinal))
            .Select(field => field.Element + 1).DefaultIfEmpty(0).Max();
}

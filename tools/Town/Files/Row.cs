namespace DataHub.Town.Files;

/// <summary>The fields of one row under the names of the header.</summary>
internal sealed class Row(IReadOnlyDictionary<string, int> positions, string[] fields)
{
    public IReadOnlyList<string> Fields => fields;

    public string this[string column]
    {
        get => fields[positions[column]];
        set => fields[positions[column]] = value;
    }
}

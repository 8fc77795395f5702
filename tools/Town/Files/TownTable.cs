using System.Globalization;
using DataHub.Town.Faults;

namespace DataHub.Town.Files;

/// <summary>One file before it is written: its items, what a row of one looks like, and which faults it may get.</summary>
internal sealed class TownTable<T>
{
    private readonly Dictionary<string, int> positions = new(StringComparer.Ordinal);

    public required string Resource { get; init; }

    public required TownEncoding Encoding { get; init; }

    public required DateTimeOffset Watermark { get; init; }

    /// <summary>Good records, all with different keys.</summary>
    public required IReadOnlyList<T> Items { get; init; }

    /// <summary>Begins the source's own ids.</summary>
    public required string SourceRecordPrefix { get; init; }

    public required Func<T, DateTimeOffset> UpdatedAt { get; init; }

    /// <summary>Identifiers of the people and companies an item names.</summary>
    public required Func<T, IEnumerable<string>> Mentions { get; init; }

    public required IReadOnlyList<Column<T>> Columns
    {
        get;
        init
        {
            field = value;
            Header = [.. value.Select(c => c.Name), "source_record_id", "source_updated_at"];
            for (var i = 0; i < Header.Count; i++)
            {
                positions.Add(Header[i], i);
            }
        }
    }

    /// <summary>Faults for rows of this file, those that fit few rows first.</summary>
    public required IReadOnlyList<FaultRule> Faults { get; init; }

    public IReadOnlyList<string> Header { get; private init; } = [];

    public string FileName => $"{Resource}.csv";

    /// <summary>The good row of an item; the same each time.</summary>
    public Row Row(int index)
    {
        var item = Items[index];
        var sourceRecordId = SourceRecordPrefix + (index + 1).ToString("D8", CultureInfo.InvariantCulture);
        return new Row(positions, [.. Columns.Select(c => c.Value(item)), sourceRecordId, Days.Text(UpdatedAt(item))]);
    }
}

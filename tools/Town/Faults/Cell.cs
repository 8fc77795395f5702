using DataHub.Town.Files;

namespace DataHub.Town.Faults;

/// <summary>A value in a row that a fault may change: a column, two columns that always agree, or a part of one.</summary>
internal sealed record Cell(Func<Row, string> Get, Action<Row, string> Set)
{
    public static Cell Of(string column) => new(row => row[column], (row, value) => row[column] = value);

    /// <summary>Two columns with the same value; a change goes into both.</summary>
    public static Cell Both(string column, string other) => new(row => row[column], (row, value) => row[column] = row[other] = value);

    /// <summary>A part of the first entry in a list column: entries divided by <c>;</c>, parts by <c>|</c>.</summary>
    /// <param name="column">The list.</param>
    /// <param name="part">Position of the part, from 0.</param>
    public static Cell FirstEntry(string column, int part) => new(
        row => First(row[column]).Split('|')[part],
        (row, value) => row[column] = Replaced(row[column], part, value));

    private static string First(string list) => list.Split(';')[0];

    private static string Replaced(string list, int part, string value)
    {
        var parts = First(list).Split('|');
        var rest = list[First(list).Length..];
        parts[part] = value;
        return string.Join('|', parts) + rest;
    }
}

using System.Buffers;
using System.Text;

namespace DataHub.Town.Files;

/// <summary>Lines of RFC 4180: quoted where needed, CRLF.</summary>
internal static class CsvLine
{
    private static readonly SearchValues<char> NeedsQuotes = SearchValues.Create(",\"\r\n");

    public static void Append(StringBuilder line, IEnumerable<string> fields)
    {
        var first = true;
        foreach (var field in fields)
        {
            line.Append(first ? "" : ",").Append(Quoted(field));
            first = false;
        }

        line.Append("\r\n");
    }

    private static string Quoted(string field) =>
        field.AsSpan().ContainsAny(NeedsQuotes) ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}

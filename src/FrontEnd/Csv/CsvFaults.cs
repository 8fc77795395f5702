using System.Globalization;
using DataHub.Kernel.Faults;

namespace DataHub.FrontEnd.Csv;

/// <summary>
/// Everything that is refused about a CSV file, one line each with file, line and column. A cell is never quoted, not even one of the
/// first line: in a file without a header that line holds somebody's data.
/// </summary>
internal static class CsvFaults
{
    public static FaultException ResourceUnknown(IEnumerable<string> known) =>
        new(FaultKind.Unknown, "RESOURCE_UNKNOWN", $"No such resource can be pushed from a file; there are {string.Join(", ", known)}.");

    public static FaultException Missing(string file, Exception inner) =>
        new(FaultKind.Unknown, "CSV_FILE_MISSING", $"{file} does not exist.", inner);

    public static FaultException Unreadable(string file, Exception? inner = null) =>
        new(FaultKind.Unavailable, "CSV_FILE_UNREADABLE", $"{file} cannot be read; it must be an ordinary file that this program may read.", inner);

    public static FaultException Empty(string file) =>
        new(FaultKind.Malformed, "CSV_EMPTY", $"{file} is empty; a file without rows still has a header.");

    public static FaultException EncodingUnknown(string file) =>
        new(FaultKind.Malformed, "CSV_ENCODING_UNKNOWN", $"{file} is declared in an encoding that is not read here; declare UTF-8, GB18030, UTF-16LE or UTF-16BE, or nothing.");

    public static FaultException Encoding(string file, string encoding, BadByte bad) =>
        new(FaultKind.Malformed, "CSV_ENCODING", Text($"{file}, line {bad.Line}: byte {bad.Offset} (counted from 0) is not {encoding}; save the file again as UTF-8 or GB18030."));

    public static FaultException NeitherEncoding(string file, BadByte utf8, BadByte gb18030) =>
        new(FaultKind.Malformed, "CSV_ENCODING", Text(
            $"{file}, line {utf8.Line}: byte {utf8.Offset} (counted from 0) is not UTF-8; read as GB18030, line {gb18030.Line}, byte {gb18030.Offset} is not; save the file again in one of them."));

    public static FaultException Header(string file) =>
        new(FaultKind.Malformed, "CSV_HEADER", $"{file}, line 1: names no field of the resource; the first line must be a header with field names, separated by commas.");

    public static FaultException ColumnUnknown(string file, int column, string resource) =>
        new(FaultKind.Malformed, "CSV_COLUMN_UNKNOWN", Text($"{file}, line 1, column {column}: the header is not the name of a field of {resource}."));

    public static FaultException ColumnTwice(string file, int column, string name) =>
        new(FaultKind.Malformed, "CSV_COLUMN_TWICE", Text($"{file}, line 1, column {column}: {name} is there twice.")) { Field = name };

    public static FaultException ColumnMissing(string file, IReadOnlyList<string> names) =>
        new(FaultKind.Malformed, "CSV_COLUMN_MISSING", $"{file}, line 1: without {string.Join(", ", names)}, which every record needs.") { Field = names[0] };

    public static FaultException RowWidth(string file, int columns, IReadOnlyList<long> lines, long count) =>
        new(FaultKind.Malformed, "CSV_ROW_WIDTH", Text(
            $"{file}, line {string.Join(", ", lines)}{(count > lines.Count ? " and more" : "")}: {count} rows do not have the {columns} columns of the header."));

    public static FaultException Quote(string file, long line) =>
        new(FaultKind.Malformed, "CSV_QUOTE", Text($"{file}, line {line}: a quote is never closed or stands inside a value; quote the whole value and double each quote in it."));

    public static FaultException FieldSize(string file, long line, string column) =>
        new(FaultKind.Malformed, "CSV_FIELD_SIZE", Text($"{file}, line {line}, column {column}: longer than {CsvFile.MaxFieldBytes} bytes; is a quote before it left open?")) { Field = column };

    public static FaultException RowSize(string file, long line, int maxBytes) =>
        new(FaultKind.Malformed, "CSV_ROW_SIZE", Text($"{file}, line {line}: longer than the {maxBytes} bytes that fit in a chunk; is a quote left open?"));

    public static FaultException Nul(string file, long line, string column) =>
        new(FaultKind.Malformed, "CSV_NUL", Text($"{file}, line {line}, column {column}: holds a NUL character; export the file again as text.")) { Field = column };

    public static FaultException ListMember(string file, long line, string column, IEnumerable<string> parts) =>
        new(FaultKind.Malformed, "CSV_LIST", Text($"{file}, line {line}, column {column}: a member has more parts than {string.Join('|', parts)}.")) { Field = column };

    public static FaultException Changed(string file) =>
        new(FaultKind.Conflict, "CSV_CHANGED", $"{file} changed while it was read; push it again when it is complete.");

    private static string Text(FormattableString sentence) => sentence.ToString(CultureInfo.InvariantCulture);
}

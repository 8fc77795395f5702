using CsvHelper;
using DataHub.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace DataHub.FrontEnd.Csv;

/// <summary>The header of a file, resolved against the typed message of its resource; turns rows into records.</summary>
internal sealed class CsvHeader
{
    private readonly FieldDescriptor _body;

    private CsvHeader(FieldDescriptor body, IReadOnlyList<CsvColumn> columns) => (_body, Columns) = (body, columns);

    /// <summary>Columns in the order of the file.</summary>
    public IReadOnlyList<CsvColumn> Columns { get; }

    /// <summary>Resolves header cells.</summary>
    /// <param name="file">Name of the file for a refusal.</param>
    /// <param name="cells">The first line.</param>
    /// <param name="resource">Resource code.</param>
    /// <param name="required">Columns the schema requires.</param>
    /// <exception cref="Kernel.Faults.FaultException">A header that does not fit the resource; see <see cref="CsvFaults"/>.</exception>
    public static CsvHeader Resolve(string file, IReadOnlyList<string> cells, string resource, IReadOnlyCollection<string> required)
    {
        var body = ResourceMessages.BodyOf(resource);
        var fields = body.MessageType.Fields.InFieldNumberOrder().Select(field => (Field: field, IsOfRecord: false))
            .Concat(ResourceMessages.RecordFields.Select(field => (Field: field, IsOfRecord: true)))
            .ToDictionary(pair => pair.Field.Name, StringComparer.Ordinal);
        if (!cells.Any(fields.ContainsKey))
        {
            throw CsvFaults.Header(file);
        }

        var columns = new List<CsvColumn>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, cell) in cells.Index())
        {
            var (field, isOfRecord) = fields.TryGetValue(cell, out var known) ? known : throw CsvFaults.ColumnUnknown(file, index + 1, resource);
            columns.Add(seen.Add(cell) ? new CsvColumn(index, field, isOfRecord) : throw CsvFaults.ColumnTwice(file, index + 1, cell));
        }

        return required.Where(name => !seen.Contains(name)).ToList() is { Count: > 0 } missing
            ? throw CsvFaults.ColumnMissing(file, missing)
            : new CsvHeader(body, columns);
    }

    /// <summary>The record of the row the reader stands on.</summary>
    public Record Read(CsvReader row)
    {
        var record = new Record();
        var body = _body.MessageType.Parser.ParseFrom(ByteString.Empty);
        _body.Accessor.SetValue(record, body);
        foreach (var column in Columns)
        {
            column.Read(row, record, body);
        }

        return record;
    }
}

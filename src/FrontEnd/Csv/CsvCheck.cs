using CsvHelper;
using DataHub.Kernel.Faults;

namespace DataHub.FrontEnd.Csv;

/// <summary>The pass over a whole file before any of it is pushed: header, quoting, sizes and the width of every row.</summary>
internal sealed class CsvCheck(string file, string resource, IReadOnlyCollection<string> required)
{
    private const int ShownLines = 5;

    // Below this size of row, tags and lengths cannot make a record too large: they are at most 4 bytes for each cell or list part.
    private const int SurelySmallBytes = CsvFile.MaxRecordBytes / 8;

    private readonly List<long> _badWidths = [];
    private long _badWidthCount;
    private long? _malformedLine;

    /// <summary>Rows seen.</summary>
    public long Rows { get; private set; }

    /// <summary>Reads a file to its end.</summary>
    /// <exception cref="FaultException">The first fault found; bad widths are gathered to the end.</exception>
    public async Task RunAsync(Stream stream, DetectedEncoding encoding, CancellationToken cancellationToken)
    {
        using var row = CsvSource.Read(stream, encoding.Encoding, malformed => _malformedLine ??= malformed.LineNumber);
        try
        {
            await row.ReadHeaderAsync(cancellationToken);
            RequireQuoting();
            var header = CsvHeader.Resolve(file, [.. row.Headers], resource, required);
            while (await row.ReadAsync(cancellationToken))
            {
                Check(row, header);
            }

            RequireQuoting();
            if (_badWidthCount > 0)
            {
                throw CsvFaults.RowWidth(file, header.Columns.Count, _badWidths, _badWidthCount);
            }
        }
        catch (CsvFormatException e)
        {
            // The only exception left to the reader: the row does not fit in its buffer.
            throw CsvFaults.RowSize(file, e.LineNumber, CsvFile.MaxRecordBytes);
        }
    }

    // A row with several quoting faults is reported with the first only, and behind a harmless stray quote may stand an open one that
    // swallowed the rest of the file: so each is refused.
    private void RequireQuoting()
    {
        if (_malformedLine is { } line)
        {
            throw CsvFaults.Quote(file, line);
        }
    }

    private void Check(CsvReader row, CsvHeader header)
    {
        RequireQuoting();
        Rows++;
        if (row.FieldCount != header.Columns.Count)
        {
            NoteWidth(row.LineNumber);
            return;
        }

        foreach (var column in header.Columns)
        {
            CheckCell(row, column);
        }

        if (row.RawRecord.Length > SurelySmallBytes && header.Read(row).CalculateSize() > CsvFile.MaxRecordBytes)
        {
            throw CsvFaults.RowSize(file, row.LineNumber, CsvFile.MaxRecordBytes);
        }
    }

    private void CheckCell(CsvReader row, CsvColumn column)
    {
        var cell = row.GetSpan(column.Index);
        if (cell.Length > CsvFile.MaxFieldBytes)
        {
            throw CsvFaults.FieldSize(file, row.LineNumber, column.Name);
        }

        if (cell.Contains((byte)0))
        {
            throw CsvFaults.Nul(file, row.LineNumber, column.Name);
        }

        if (!column.Fits(row))
        {
            throw CsvFaults.ListMember(file, row.LineNumber, column.Name, column.Parts!);
        }
    }

    private void NoteWidth(long line)
    {
        _badWidthCount++;
        if (_badWidths.Count < ShownLines)
        {
            _badWidths.Add(line);
        }
    }
}

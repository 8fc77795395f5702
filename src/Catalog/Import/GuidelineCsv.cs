using System.Text.Unicode;
using CsvHelper;
using DataHub.Kernel.Faults;
using DataHub.V1;

namespace DataHub.Catalog.Import;

/// <summary>
/// Reads a directory in the columns of the 2017 guideline: UTF-8, RFC 4180, one header row with the names in <see cref="Columns"/> in any
/// order. Only the form is read here; whether the entries are lawful is for <c>CatalogService.Register</c> to say.
/// </summary>
public static class GuidelineCsv
{
    private const int MaxFileBytes = 256 << 20;

    private static readonly CsvReaderOptions Options = new()
    {
        Separator = ',',
        MalformedData = CsvMalformedDataHandling.Throw,
        FieldCountMismatch = CsvFieldCountHandling.Throw,
        TrackLineNumbers = true,
        IncludeValuesInExceptions = false,
        MaxRecordSize = 1 << 20,
        PoolStrings = true,
    };

    /// <summary>Columns that must be there; others are ignored.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        "code", "name", "category_class", "category_item", "category_subject", "category_detail", "provider_name", "provider_code", "abstract", "format",
        "items", "sharing_attribute", "sharing_condition", "sharing_method", "open_attribute", "update_cycle", "published_on", "related_codes",
    ];

    /// <summary>Reads all entries; none has a schema.</summary>
    /// <param name="stream">The file, at most 256 MiB; read to its end, not closed.</param>
    /// <returns>The entries in the order of the file.</returns>
    /// <exception cref="FaultException">
    /// <c>GUIDELINE_CSV</c>: not UTF-8, too large, broken quoting, a column missing, or a value that stands for nothing; the field names line and column.
    /// </exception>
    public static IReadOnlyList<DirectoryEntry> Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        try
        {
            // The reader would put U+FFFD where bytes are not UTF-8, so they are looked at first.
            using var csv = CsvReader.Create(ReadUtf8(stream), Options);
            RequireColumns(csv);
            var entries = new List<DirectoryEntry>();
            while (csv.Read())
            {
                entries.Add(new GuidelineRow(csv).ToEntry());
            }

            return entries;
        }
        catch (CsvFormatException e)
        {
            throw CatalogFaults.Csv($"line {e.LineNumber}", "is not a row of a CSV file with as many fields as the header");
        }
    }

    private static ReadOnlyMemory<byte> ReadUtf8(Stream stream)
    {
        using var copy = new MemoryStream();
        var buffer = new byte[81920];
        for (var read = stream.Read(buffer); read > 0; read = stream.Read(buffer))
        {
            if (copy.Length + read > MaxFileBytes)
            {
                throw CatalogFaults.Csv("file", $"may have {MaxFileBytes} bytes at most");
            }

            copy.Write(buffer, 0, read);
        }

        return Utf8.IsValid(copy.GetBuffer().AsSpan(0, (int)copy.Length))
            ? copy.GetBuffer().AsMemory(0, (int)copy.Length)
            : throw CatalogFaults.Csv("file", "is not UTF-8");
    }

    private static void RequireColumns(CsvReader csv)
    {
        csv.ReadHeader();
        if (Columns.FirstOrDefault(column => csv.Headers?.Contains(column) != true) is { } missing)
        {
            throw CatalogFaults.Csv("header", $"has no column {missing}");
        }
    }
}

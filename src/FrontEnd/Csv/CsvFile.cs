using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using CsvHelper;
using DataHub.Kernel.Faults;

namespace DataHub.FrontEnd.Csv;

/// <summary>
/// A CSV file of one resource that has been checked from end to end, so that pushing it is not stopped halfway by a malformed row.
/// RFC 4180 with commas; the header has the field names of the resource's message in records.proto, in any order, and may have
/// valid_from, valid_to, source_record_id and source_updated_at. A list stands in one cell: members joined by <c>;</c>, a member's parts
/// in the order of its message by <c>|</c>, later parts may be left out: <c>name|id_type|id_no|share;name|id_type|id_no</c>.
/// Memory does not grow with the file.
/// </summary>
public sealed class CsvFile
{
    /// <summary>Longest cell, in bytes of UTF-8: 1 MiB.</summary>
    public const int MaxFieldBytes = 1 << 20;

    /// <summary>Longest row, in bytes of its serialised record: what fits in a chunk of 1 MiB.</summary>
    public const int MaxRecordBytes = (1 << 20) - 16;

    private CsvFile(string path, string resource, DetectedEncoding encoding, byte[] digest, long rows) =>
        (Path, Resource, Encoding, Digest, Rows) = (path, resource, encoding, digest, rows);

    /// <summary>Where the file is.</summary>
    public string Path { get; }

    /// <summary>Code of the resource its rows belong to.</summary>
    public string Resource { get; }

    /// <summary>Encoding of the whole file.</summary>
    public DetectedEncoding Encoding { get; }

    /// <summary>SHA-256 of the file's bytes.</summary>
    public ReadOnlyMemory<byte> Digest { get; }

    /// <summary>Rows after the header.</summary>
    public long Rows { get; }

    /// <summary>Reads a file from end to end and checks its form; its values are the hub's to judge.</summary>
    /// <param name="path">The file.</param>
    /// <param name="resource">Resource code, for example <c>population_person</c>.</param>
    /// <param name="required">Columns that the resource's schema requires.</param>
    /// <param name="declaredEncoding">Encoding the source declares, enforced to the last byte; null = find out (<see cref="EncodingDetector"/>).</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="FaultException">
    /// The file cannot be read or has not the form; each names file, line and column, never a value: <c>RESOURCE_UNKNOWN</c>, <c>CSV_FILE_MISSING</c>,
    /// <c>CSV_FILE_UNREADABLE</c>, <c>CSV_EMPTY</c>, <c>CSV_ENCODING</c>, <c>CSV_ENCODING_UNKNOWN</c>, <c>CSV_HEADER</c>, <c>CSV_COLUMN_UNKNOWN</c>,
    /// <c>CSV_COLUMN_TWICE</c>, <c>CSV_COLUMN_MISSING</c>, <c>CSV_ROW_WIDTH</c> with the first bad lines, <c>CSV_QUOTE</c>, <c>CSV_FIELD_SIZE</c>,
    /// <c>CSV_ROW_SIZE</c>, <c>CSV_NUL</c>, <c>CSV_LIST</c>, <c>CSV_CHANGED</c>.
    /// </exception>
    public static async Task<CsvFile> CheckAsync(
        string path, string resource, IReadOnlyCollection<string> required, string? declaredEncoding, CancellationToken cancellationToken)
    {
        _ = ResourceMessages.BodyOf(resource);
        var file = System.IO.Path.GetFileName(path);
        await using var stream = CsvSource.Open(path);
        try
        {
            if (stream.Length == 0)
            {
                throw CsvFaults.Empty(file);
            }

            var digest = await SHA256.HashDataAsync(stream, cancellationToken);
            var encoding = await EncodingDetector.DetectAsync(stream, file, declaredEncoding, cancellationToken);
            stream.Position = 0;
            await using var hashing = new HashingStream(stream);
            var check = new CsvCheck(file, resource, required);
            await check.RunAsync(hashing, encoding, cancellationToken);
            return hashing.HasRead(digest)
                ? new CsvFile(path, resource, encoding, digest, check.Rows)
                : throw CsvFaults.Changed(file);
        }
        catch (System.Text.DecoderFallbackException)
        {
            throw CsvFaults.Changed(file);
        }
        catch (IOException e)
        {
            throw CsvFaults.Unreadable(file, e);
        }
    }

    /// <summary>Reads the rows in the order of the file, one at a time.</summary>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="FaultException">The file has gone, or after the last row: it is no longer the file that was checked (<c>CSV_CHANGED</c>).</exception>
    public async IAsyncEnumerable<CsvRow> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var file = System.IO.Path.GetFileName(Path);
        await using var stream = CsvSource.Open(Path);
        await using var hashing = new HashingStream(stream);
        using var reader = CsvSource.Read(hashing, Encoding.Encoding);
        var header = await Guard(file, ReadHeaderAsync(reader, file, cancellationToken));
        while (await Guard(file, reader.ReadAsync(cancellationToken).AsTask()))
        {
            yield return new CsvRow(reader.LineNumber, header.Read(reader));
        }

        if (!hashing.HasRead(Digest.Span))
        {
            throw CsvFaults.Changed(file);
        }
    }

    private async Task<CsvHeader> ReadHeaderAsync(CsvReader reader, string file, CancellationToken cancellationToken)
    {
        await reader.ReadHeaderAsync(cancellationToken);
        return CsvHeader.Resolve(file, [.. reader.Headers], Resource, []);
    }

    // What was checked reads without a fault; a fault now means other bytes.
    private static async Task<T> Guard<T>(string file, Task<T> reading)
    {
        try
        {
            return await reading;
        }
        catch (Exception e) when (e is CsvFormatException or System.Text.DecoderFallbackException or FaultException { Kind: FaultKind.Malformed })
        {
            throw CsvFaults.Changed(file);
        }
        catch (IOException e)
        {
            throw CsvFaults.Unreadable(file, e);
        }
    }
}

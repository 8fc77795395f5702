using System.Text;
using CsvHelper;
using DataHub.Kernel.Faults;

namespace DataHub.FrontEnd.Csv;

/// <summary>Opens CSV files the strict way.</summary>
internal static class CsvSource
{
    // A reader's buffer grows up to twice this for an unclosed quote; a row that may be sent is far smaller.
    private const int MaxBufferedRowBytes = 4 << 20;

    /// <summary>Opens a file so that nobody who asks the system changes it meanwhile.</summary>
    /// <exception cref="FaultException">It is not there or cannot be read: <c>CSV_FILE_MISSING</c>, <c>CSV_FILE_UNREADABLE</c>.</exception>
    public static FileStream Open(string path)
    {
        var file = Path.GetFileName(path);
        try
        {
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
            if (stream.CanSeek)
            {
                return stream;
            }

            stream.Dispose();
            throw CsvFaults.Unreadable(file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw CsvFaults.Missing(file, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw CsvFaults.Unreadable(file, e);
        }
    }

    /// <summary>
    /// A reader that guesses nothing: comma, RFC 4180 quoting, no values in exceptions. Row widths are left to the caller, who wants
    /// more than the first bad line; empty lines hold nothing and are passed over.
    /// </summary>
    /// <param name="stream">The file from its start; stays open.</param>
    /// <param name="encoding">Strict encoding of the whole file.</param>
    /// <param name="onMalformed">Called for a row with malformed quoting.</param>
    public static CsvReader Read(Stream stream, Encoding encoding, Action<CsvMalformedRecord>? onMalformed = null)
    {
        // Transcoded here and not in the reader, which would let a byte order mark override the encoding that was checked.
        var text = encoding is UTF8Encoding ? stream : Encoding.CreateTranscodingStream(stream, encoding, Encoding.UTF8, leaveOpen: true);
        return CsvReader.Create(
            text,
            new CsvReaderOptions
            {
                Separator = ',',
                HasHeader = true,
                MalformedData = CsvMalformedDataHandling.Recover,
                OnMalformedRecord = onMalformed,
                FieldCountMismatch = CsvFieldCountHandling.Allow,
                SkipEmptyLines = true,
                TrackLineNumbers = true,
                IncludeValuesInExceptions = false,
                MaxRecordSize = MaxBufferedRowBytes,
                Encoding = Encoding.UTF8,
            },
            leaveOpen: true);
    }
}

using System.Globalization;
using CsvHelper;

namespace DataHub.FrontEnd.Pushing;

/// <summary>
/// Writes why rows were turned away, beside the file they stand in: <c>NAME.rejected.csv</c>, UTF-8 with a byte order mark, a line for each reason.
/// Cells that a spreadsheet would run as a formula get a leading apostrophe.
/// </summary>
public static class RejectedFile
{
    private const string Blanks = " \u00a0\u3000\ufeff\u200b";
    private const string Triggers = "=+-@\t\r\n＝＋－＠";

    /// <summary>Writes the file whole or not at all, as readable as the original; with nothing rejected, one from an earlier push is removed.</summary>
    /// <param name="originalFile">The file that was pushed.</param>
    /// <param name="rejected">Rows turned away.</param>
    /// <param name="cancellationToken">Stops writing; an older file then stays.</param>
    /// <returns>Path of the file written; null when nothing was rejected.</returns>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static async Task<string?> WriteAsync(string originalFile, IReadOnlyList<RejectedLine> rejected, CancellationToken cancellationToken)
    {
        var path = originalFile + ".rejected.csv";
        if (rejected.Count == 0)
        {
            File.Delete(path);
            return null;
        }

        var unfinished = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            await WriteRowsAsync(unfinished, File.GetUnixFileMode(originalFile), rejected, cancellationToken);
            File.Move(unfinished, path, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }

        return path;
    }

    private static async Task WriteRowsAsync(string path, UnixFileMode mode, IReadOnlyList<RejectedLine> rejected, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(
            path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode | UnixFileMode.UserWrite, Options = FileOptions.Asynchronous });
        await using (var csv = CsvWriter.Create(stream, new CsvWriterOptions { WriteByteOrderMark = true }, leaveOpen: true))
        {
            await WriteRowAsync(csv, ["line", "source_record_id", "field", "rule", "reason_zh", "reason_en"], cancellationToken);
            foreach (var line in rejected)
            {
                foreach (var reason in line.Reasons)
                {
                    string[] row = [line.Line.ToString(CultureInfo.InvariantCulture), line.SourceRecordId, reason.Field, reason.Rule, reason.MessageZh, reason.MessageEn];
                    await WriteRowAsync(csv, row, cancellationToken);
                }
            }

            await csv.FlushAsync(cancellationToken);
        }

        // On disk before the name points to it: a crash leaves the old file or the whole new one.
        stream.Flush(flushToDisk: true);
    }

    private static async Task WriteRowAsync(CsvWriter csv, IEnumerable<string> cells, CancellationToken cancellationToken)
    {
        foreach (var cell in cells)
        {
            csv.WriteField(Harmless(cell));
        }

        await csv.EndRecordAsync(cancellationToken);
    }

    // CsvHelper's own guard knows ASCII only and no leading blanks.
    private static string Harmless(string cell) =>
        cell.AsSpan().TrimStart(Blanks) is [var first, ..] && Triggers.Contains(first, StringComparison.Ordinal) ? "'" + cell : cell;
}

using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using DataHub.FrontEnd.Csv;
using DataHub.Kernel.Faults;
using DataHub.V1;
using Google.Protobuf;

namespace DataHub.FrontEnd.Pushing;

/// <summary>
/// Cuts rows into chunks, each as full as the limits allow. The same rows and limits give the same chunks byte for byte: that is what
/// lets a broken push go on at a chunk.
/// </summary>
internal static class ChunkCutter
{
    private static readonly int TagBytes = CodedOutputStream.ComputeTagSize(RecordList.RecordsFieldNumber);

    /// <summary>Cuts rows into chunks; no row, no chunk.</summary>
    /// <param name="rows">Rows in order.</param>
    /// <param name="limits">Most records and bytes of a chunk, both above zero.</param>
    /// <param name="file">Name of the file for a refusal.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="FaultException">A row that alone is larger than a chunk: <c>CSV_ROW_SIZE</c>.</exception>
    public static async IAsyncEnumerable<CutChunk> CutAsync(
        IAsyncEnumerable<CsvRow> rows, PushLimits limits, string file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (index, bytes) = (0, 0);
        var list = new RecordList();
        var lines = new List<long>();
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            var size = TagBytes + CodedOutputStream.ComputeMessageSize(row.Record);
            if (size > limits.MaxBytes)
            {
                throw PushFaults.RowTooLarge(file, row.Line, limits.MaxBytes);
            }

            if (lines.Count > 0 && (lines.Count == limits.MaxRecords || bytes + size > limits.MaxBytes))
            {
                yield return Close(index++, list, lines);
                (list, lines, bytes) = (new RecordList(), [], 0);
            }

            list.Records.Add(row.Record);
            lines.Add(row.Line);
            bytes += size;
        }

        if (lines.Count > 0)
        {
            yield return Close(index, list, lines);
        }
    }

    private static CutChunk Close(int index, RecordList list, List<long> lines)
    {
        var records = list.ToByteArray();
        return new CutChunk(index, UnsafeByteOperations.UnsafeWrap(records), UnsafeByteOperations.UnsafeWrap(SHA256.HashData(records)), lines);
    }
}

using System.Globalization;
using DataHub.Kernel.Faults;
using Grpc.Core;

namespace DataHub.FrontEnd.Pushing;

/// <summary>Everything a push refuses on this side of the wire. What the hub refuses keeps the hub's code (<see cref="HubRefusal"/>).</summary>
internal static class PushFaults
{
    public static FaultException SequenceExpected(long expected) => new(
        FaultKind.WrongState,
        "BATCH_EXPECTED",
        Text($"The hub has closed the batch with this content and watermark as incomplete and expects batch {expected}: push the file again with the present time as watermark."));

    public static FaultException Equivocation(long sequence) => new(
        FaultKind.Exists,
        "BATCH_EQUIVOCATION",
        Text($"Batch {sequence} exists at the hub with other content: another processor pushes as this source, or an old one was restored; stop one of them, then push the file again."));

    public static FaultException GivenUp(TimeSpan after, RpcException last) => new(
        FaultKind.Unavailable,
        "HUB_UNREACHABLE",
        Text($"The hub took nothing for {after.TotalSeconds:0} seconds (last answer {last.StatusCode}); push the same file with the same watermark again and it goes on where it stood."),
        last);

    public static FaultException ChunksDiffer(int index) => new(
        FaultKind.Conflict,
        "BATCH_CHUNKS_DIFFER",
        Text($"Chunk {index} reached the hub earlier with another number of rows, cut to other limits: push the file again with the present time as watermark."));

    public static FaultException RowTooLarge(string file, long line, int maxBytes) =>
        new(FaultKind.Malformed, "CSV_ROW_SIZE", Text($"{file}, line {line}: longer than the {maxBytes} bytes the hub takes in a chunk."));

    public static FaultException Protocol(string what) =>
        new(FaultKind.WrongState, "HUB_PROTOCOL", $"The hub does not follow the protocol of this program ({what}); check that both have matching versions.");

    private static string Text(FormattableString sentence) => sentence.ToString(CultureInfo.InvariantCulture);
}

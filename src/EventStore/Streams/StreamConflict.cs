using DataHub.Kernel.Faults;

namespace DataHub.EventStore.Streams;

/// <summary>A stream that is not at the version an append expects.</summary>
/// <param name="StreamId">Key of the stream.</param>
/// <param name="Actual">Its version; 0 where it does not exist.</param>
/// <param name="Expected">What the append expected.</param>
internal sealed record StreamConflict(string StreamId, long Actual, long Expected)
{
    public FaultException ToFault() => new(
        FaultKind.Conflict, "STREAM_CONFLICT", $"Stream {StreamId} is at version {Actual}, not {Expected} as expected; read it again and repeat.");
}

using DataHub.Exchange.Adapters;
using DataHub.V1;

namespace DataHub.Exchange.Intake;

/// <summary>State of a batch as stored.</summary>
internal enum BatchState : short
{
    /// <summary>Chunks may come.</summary>
    Open = 0,

    /// <summary>The manifest added up; the receipt stands.</summary>
    Completed = 1,

    /// <summary>Given up for another batch, or its manifest did not add up. What was acknowledged stays.</summary>
    Incomplete = 2,
}

/// <summary>A batch that a stream works on.</summary>
/// <param name="Id">Batch id.</param>
/// <param name="Source">System that pushes.</param>
/// <param name="Schema">Schema the rows are checked against.</param>
/// <param name="Adapter">Typed form of the rows.</param>
/// <param name="KeyNumber">Key under which what belongs to nobody in particular is sealed.</param>
internal sealed record Batch(Guid Id, string Source, ResourceSchema Schema, IRecordAdapter Adapter, long KeyNumber);

/// <summary>How an opening ended.</summary>
/// <param name="Reply">What the source is told.</param>
/// <param name="Batch">The batch to work on; null when there is nothing to send.</param>
/// <param name="Acks">What was told about earlier chunks, in order; told again so that a source that was killed has all reasons.</param>
/// <param name="Receipt">Receipt of a batch completed before.</param>
internal sealed record Opening(BatchOpened Reply, Batch? Batch, IReadOnlyList<ToldChunk> Acks, BatchReceipt? Receipt);

/// <summary>A chunk's acknowledgement with what the hub must remember of it; stored sealed.</summary>
/// <param name="Ack">What the source was told.</param>
/// <param name="Digest">SHA-256 of the chunk's records.</param>
/// <param name="KeyHashes">8 bytes a row of the keyed digest of its key, to find repeats later in the batch.</param>
internal sealed record ToldChunk(ChunkAck Ack, byte[] Digest, byte[] KeyHashes);


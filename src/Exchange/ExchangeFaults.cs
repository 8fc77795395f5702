using DataHub.Kernel.Faults;

namespace DataHub.Exchange;

/// <summary>Everything the exchange refuses. Codes are contract.</summary>
internal static class ExchangeFaults
{
    public static FaultException ResourceUnknown(string field) =>
        new(FaultKind.Unknown, "RESOURCE_UNKNOWN", $"{field} names no registered resource; register it in the directory first.") { Field = field };

    public static FaultException ResourceUntyped(string resource) =>
        new(FaultKind.WrongState, "RESOURCE_NOT_PUSHABLE", $"Records of {resource} have no typed form that can be pushed.");

    public static FaultException NotYourResource(string resource) =>
        new(FaultKind.Denied, "RESOURCE_OF_OTHER_PROVIDER", $"{resource} is registered by another organisation than the one in the certificate.");

    public static FaultException VersionGone(string resource, int wanted, int current) =>
        new(FaultKind.WrongState, "RESOURCE_VERSION", $"{resource} has version {current}, not {wanted}; build the batch against that.") { Field = "open.resource_version" };

    public static FaultException NotOpened() =>
        new(FaultKind.WrongState, "BATCH_NOT_OPENED", "The stream must begin with one open, and only one.");

    public static FaultException EmptyStep() =>
        new(FaultKind.Malformed, "STEP_REQUIRED", "Each message must be an open, a chunk or a complete.") { Field = "step" };

    public static FaultException ChunkDue(int due, int got) =>
        new(FaultKind.Conflict, "CHUNK_INDEX", $"Chunk {due} is due, not {got}; open the batch again to learn where it stands.") { Field = "chunk.index" };

    public static FaultException ChunkDigest() =>
        new(FaultKind.Malformed, "CHUNK_DIGEST", "chunk.digest is not the SHA-256 of chunk.records.") { Field = "chunk.digest" };

    public static FaultException ChunkMalformed(Exception inner) =>
        new(FaultKind.Malformed, "CHUNK_RECORDS", "chunk.records is not a serialised RecordList.", inner) { Field = "chunk.records" };

    public static FaultException ChunkTooLarge(int maxRecords, int maxBytes) =>
        new(FaultKind.Malformed, "CHUNK_TOO_LARGE", $"A chunk has 1 to {maxRecords} records and at most {maxBytes} bytes.") { Field = "chunk.records" };

    public static FaultException BatchEnded() =>
        new(FaultKind.WrongState, "BATCH_ENDED", "The batch is no longer open; open it again to learn how it ended.");

    public static FaultException Manifest(string field) =>
        new(FaultKind.WrongState, "MANIFEST_MISMATCH", $"{field} differs from what arrived; the batch has ended incomplete and must be sent as a new one.") { Field = field };

    public static FaultException WatermarkAhead() =>
        new(FaultKind.Malformed, "WATERMARK_FUTURE", "open.watermark lies in the future; check the clock of the source.") { Field = "open.watermark" };

    public static FaultException NoBatch(string resource) =>
        new(FaultKind.Unknown, "BATCH_UNKNOWN", $"No such completed batch of {resource}.");
}

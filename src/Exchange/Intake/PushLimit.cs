using DataHub.V1;

namespace DataHub.Exchange.Intake;

/// <summary>Limits of a push; a source is told them when it opens a batch.</summary>
internal static class PushLimit
{
    public const int MaxRecords = 5_000;
    public const int MaxBytes = 1 << 20;
    public const int MaxUnacknowledged = 8;

    // A full chunk, its digest and the framing around them.
    public const int MaxMessageBytes = MaxBytes + 4_096;

    public static PushLimits Message => new() { MaxRecords = MaxRecords, MaxBytes = MaxBytes, MaxUnacknowledged = MaxUnacknowledged };
}

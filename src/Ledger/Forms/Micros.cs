namespace DataHub.Ledger.Forms;

/// <summary>Instants as microseconds since 1970, UTC.</summary>
internal static class Micros
{
    private static readonly long Least = Of(DateTimeOffset.MinValue);
    private static readonly long Most = Of(DateTimeOffset.MaxValue);

    public static long Of(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset Read(long micros) => micros >= Least && micros <= Most
        ? DateTimeOffset.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond)
        : throw new InvalidDataException("A time is outside the calendar.");
}

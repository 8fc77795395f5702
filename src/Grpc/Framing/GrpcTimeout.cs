using System.Globalization;

namespace Grpc.Framing;

/// <summary>Value of <c>grpc-timeout</c>: at most eight digits and a unit (H, M, S, m, u, n).</summary>
internal static class GrpcTimeout
{
    private const long MaxValue = 99_999_999;

    // Timers take no longer delay. Who waits for seven weeks is not cut off by us.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    /// <summary>The finest unit of at least a millisecond that fits, rounded up so that a call is never cut short.</summary>
    public static string Format(TimeSpan timeout)
    {
        var ticks = Math.Max(timeout.Ticks, 1);
        foreach (var (unit, unitTicks) in (ReadOnlySpan<(char, long)>)
            [('m', TimeSpan.TicksPerMillisecond), ('S', TimeSpan.TicksPerSecond), ('M', TimeSpan.TicksPerMinute), ('H', TimeSpan.TicksPerHour)])
        {
            var value = ticks / unitTicks + (ticks % unitTicks == 0 ? 0 : 1);
            if (value <= MaxValue)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{value}{unit}");
            }
        }

        return "99999999H";
    }

    /// <summary>Reads a value.</summary>
    /// <returns>False where it breaks the protocol; then the call must be refused rather than run without a deadline.</returns>
    public static bool TryParse(string text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 2 or > 9
            || !long.TryParse(text.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        long? ticks = text[^1] switch
        {
            'H' => value * TimeSpan.TicksPerHour,
            'M' => value * TimeSpan.TicksPerMinute,
            'S' => value * TimeSpan.TicksPerSecond,
            'm' => value * TimeSpan.TicksPerMillisecond,
            'u' => value * TimeSpan.TicksPerMicrosecond,
            'n' => value / TimeSpan.NanosecondsPerTick,
            _ => null,
        };
        timeout = new TimeSpan(ticks ?? 0);
        return ticks is not null;
    }

    /// <summary>The moment a timeout ends; <see cref="DateTime.MaxValue"/> where that is past the end of the calendar.</summary>
    public static DateTime DeadlineAfter(TimeSpan timeout, DateTime utcNow) =>
        timeout < DateTime.MaxValue - utcNow ? utcNow + timeout : DateTime.MaxValue;

    /// <summary>Delay to give a timer: none at all where timers can't wait that long.</summary>
    public static TimeSpan TimerDelay(TimeSpan timeout) =>
        timeout > LongestTimer ? Timeout.InfiniteTimeSpan : TimeSpan.FromTicks(Math.Max(timeout.Ticks, 0));
}

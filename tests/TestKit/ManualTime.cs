namespace DataHub.TestKit;

/// <summary>A clock that stands still until told; starts at 2026-03-01 00:00 UTC.</summary>
public sealed class ManualTime : TimeProvider
{
    private DateTimeOffset _now = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Ticks, as of the system's clock.</summary>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _now;

    /// <inheritdoc/>
    public override long GetTimestamp() => _now.UtcTicks;

    /// <summary>Moves the clock; a negative span sets it back.</summary>
    /// <param name="span">How far.</param>
    public void Advance(TimeSpan span) => _now += span;
}

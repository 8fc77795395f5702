namespace DataHub.Host.Tests.Support;

/// <summary>A wall clock that stands until told; pauses and timers are those of the machine, as if only the calendar jumped.</summary>
internal sealed class WallClock : TimeProvider
{
    private DateTimeOffset _now = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan span) => _now += span;
}

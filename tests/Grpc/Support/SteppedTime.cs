namespace Grpc.Tests.Support;

/// <summary>A clock that stands still until told; what is due then happens once, before <see cref="Advance"/> returns.</summary>
internal sealed class SteppedTime : TimeProvider, IServiceProvider
{
    private readonly Lock _gate = new();
    private readonly List<Timer> _timers = [];
    private DateTimeOffset _now = System.GetUtcNow();

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>UTC, as deadlines want it.</summary>
    public DateTime In(TimeSpan span) => GetUtcNow().UtcDateTime + span;

    public void Advance(TimeSpan span)
    {
        List<Timer> due;
        lock (_gate)
        {
            _now += span;
            due = [.. _timers.Where(timer => timer.TakeDue(_now))];
        }

        due.ForEach(timer => timer.Fire());
    }

    public object? GetService(Type serviceType) => serviceType == typeof(TimeProvider) ? this : null;

    private sealed class Timer(SteppedTime time, Action fire) : ITimer
    {
        private DateTimeOffset? _due;
        private TimeSpan _period;

        public Action Fire => fire;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                (_due, _period) = (dueTime == Timeout.InfiniteTimeSpan ? null : time._now + dueTime, period);
                time._timers.Remove(this);
                time._timers.Add(this);
            }

            return true;
        }

        /// <summary>Whether it is due; then it is wound up again.</summary>
        public bool TakeDue(DateTimeOffset now)
        {
            var isDue = _due <= now;
            _due = !isDue ? _due : _period == Timeout.InfiniteTimeSpan ? null : now + _period;
            return isDue;
        }

        public void Dispose()
        {
            lock (time._gate)
            {
                time._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

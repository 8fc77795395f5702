using System.Collections.Concurrent;

namespace Grpc.Tests.Support;

/// <summary>A clock on which nothing takes time: every timer is due at once, and what it would have waited is written down.</summary>
internal sealed class ImmediateTime : TimeProvider, IServiceProvider
{
    public ConcurrentQueue<TimeSpan> Pauses { get; } = new();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime == Timeout.InfiniteTimeSpan)
        {
            return System.CreateTimer(callback, state, dueTime, period);
        }

        Pauses.Enqueue(dueTime);
        return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    public object? GetService(Type serviceType) => serviceType == typeof(TimeProvider) ? this : null;
}

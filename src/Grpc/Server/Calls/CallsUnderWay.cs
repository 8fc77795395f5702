using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>
/// Every call under way, looked over at each tick: one timer for all, because one a call would cost more than a small call itself.
/// The calls hang in several lists so that threads that begin and end calls seldom meet.
/// </summary>
internal sealed class CallsUnderWay : IDisposable
{
    /// <summary>How late a call may be ended.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    private readonly Shard[] _shards = [.. Enumerable.Range(0, 8).Select(_ => new Shard())];
    private readonly ITimer _timer;
    private int _isTicking;

    public CallsUnderWay(IServiceProvider services)
    {
        Time = services.GetService<TimeProvider>() ?? TimeProvider.System;
        _timer = Time.CreateTimer(static calls => ((CallsUnderWay)calls!).LookOver(), this, Tick, Tick);
    }

    public TimeProvider Time { get; }

    public void Add(CallWatch call)
    {
        var shard = _shards[Environment.CurrentManagedThreadId & (_shards.Length - 1)];
        lock (shard.Gate)
        {
            call.Link(shard);
        }
    }

    /// <summary>The call is over, or never began.</summary>
    public static void Remove(CallWatch call)
    {
        if (call.Shard is { } shard)
        {
            lock (shard.Gate)
            {
                call.Unlink();
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    private void LookOver()
    {
        // A tick that comes while the one before is still at work is left out.
        if (Interlocked.Exchange(ref _isTicking, 1) == 1)
        {
            return;
        }

        var now = Time.GetTimestamp();
        foreach (var shard in _shards)
        {
            LookOver(shard, now);
        }

        Volatile.Write(ref _isTicking, 0);
    }

    private static void LookOver(Shard shard, long now)
    {
        List<CallWatch>? ended = null;
        lock (shard.Gate)
        {
            for (var call = shard.First; call is not null; call = call.Next)
            {
                // Within the lock, because a call that is over leaves the list before its request is used for something else.
                if (call.IsEndedBy(now))
                {
                    (ended ??= []).Add(call);
                }
            }
        }

        ended?.ForEach(static call => _ = call.EndAsync());
    }

    internal sealed class Shard
    {
        public Lock Gate { get; } = new();

        public CallWatch? First { get; set; }
    }
}

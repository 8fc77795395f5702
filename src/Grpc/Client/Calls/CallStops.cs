using Grpc.Core;
using Grpc.Framing;

namespace Grpc.Net.Client.Calls;

/// <summary>Everything that may stop a call from this side: its deadline, its token, the server call it serves, the end of its channel.</summary>
internal sealed class CallStops : IDisposable
{
    private ITimer? _deadline;
    private CancellationTokenRegistration _caller;
    private CancellationTokenRegistration _parent;
    private CancellationTokenRegistration _channel;

    /// <summary>Starts to watch; the call may be stopped before this returns.</summary>
    /// <param name="call">The call to stop.</param>
    /// <param name="deadline">UTC; <see cref="DateTime.MaxValue"/> for none.</param>
    /// <param name="channel">The call's channel.</param>
    /// <param name="options">The call's options.</param>
    public void Watch(ClientCall call, DateTime deadline, GrpcChannel channel, CallOptions options)
    {
        if (deadline != DateTime.MaxValue)
        {
            WatchDeadline(call, deadline - channel.Time.GetUtcNow().UtcDateTime, channel);
        }

        _caller = call.StopWith(options.CancellationToken);
        _parent = call.StopWith(options.PropagationToken?.CancellationToken ?? CancellationToken.None);
        _channel = call.StopWith(channel.Disposed);
        if (call.IsFinished)
        {
            Dispose();
        }
    }

    // A timer for a deadline that has passed would race with a quick answer.
    private void WatchDeadline(ClientCall call, TimeSpan left, GrpcChannel channel)
    {
        if (left <= TimeSpan.Zero)
        {
            PastDeadline(call);
            return;
        }

        _deadline = channel.Time.CreateTimer(PastDeadline, call, GrpcTimeout.TimerDelay(left), Timeout.InfiniteTimeSpan);
    }

    private static void PastDeadline(object? call) => ((ClientCall)call!).Stop(StatusCode.DeadlineExceeded, "Deadline Exceeded");

    public void Dispose()
    {
        _deadline?.Dispose();
        _caller.Dispose();
        _parent.Dispose();
        _channel.Dispose();
    }
}

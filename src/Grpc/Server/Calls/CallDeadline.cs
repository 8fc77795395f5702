using Grpc.Framing;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>
/// The deadline of one call. When it passes, the client is answered at once and the call's token fires, whether the handler listens or not.
/// The token also fires when the client goes away.
/// </summary>
internal sealed class CallDeadline : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenRegistration _clientGone;
    private readonly Func<bool> _tryClose;
    private readonly Func<Task> _answer;
    private readonly ITimer _timer;

    /// <summary>Starts the clock.</summary>
    /// <param name="moment">The deadline, UTC.</param>
    /// <param name="timeout">Time left until then.</param>
    /// <param name="time">The clock.</param>
    /// <param name="clientGone">Fires when the client goes away.</param>
    /// <param name="tryClose">Claims the right to end the call; false where the handler has ended it.</param>
    /// <param name="answer">Tells the client.</param>
    public CallDeadline(DateTime moment, TimeSpan timeout, TimeProvider time, CancellationToken clientGone, Func<bool> tryClose, Func<Task> answer)
    {
        Moment = moment;
        _tryClose = tryClose;
        _answer = answer;
        _clientGone = clientGone.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
        _timer = time.CreateTimer(
            static deadline => _ = ((CallDeadline)deadline!).ExpireAsync(), this, GrpcTimeout.TimerDelay(timeout), Timeout.InfiniteTimeSpan);
    }

    /// <summary>The deadline, UTC.</summary>
    public DateTime Moment { get; }

    /// <summary>Fires when the deadline passes or the client goes away.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Completes when the client has been answered; only for whoever could not end the call because the deadline had.</summary>
    public Task Answered => _answered.Task;

    public void Dispose()
    {
        _timer.Dispose();
        _clientGone.Dispose();
    }

    private async Task ExpireAsync()
    {
        if (!_tryClose())
        {
            return;
        }

        // Not inline: a handler that goes on in the token's callback must not hold the answer back.
        var cancelling = _source.CancelAsync();
        await _answer();
        _answered.SetResult();
        await cancelling;
    }
}

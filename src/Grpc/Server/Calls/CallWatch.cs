using System.Globalization;
using Grpc.Core;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>
/// Watches one call for its deadline and, where it has a stream, for rest and slowness. What the call does is only noted; time is looked at by
/// <see cref="CallsUnderWay"/>.
/// </summary>
internal sealed class CallWatch(HttpServerCallContext call, CallLimits limits, TimeProvider time)
{
    private static readonly Status DeadlinePassed = new(StatusCode.DeadlineExceeded, "Deadline Exceeded");

    private TaskCompletionSource? _answered;
    private CallsUnderWay.Shard? _shard;
    private CallWatch? _previous;
    private Status _reason;
    private long _deadline;
    private bool _isStream;
    private volatile bool _waitsForMessage;
    private volatile bool _waitsForRoom;
    private volatile int _moved;
    private int _movedBefore;
    private long _restingSince;
    private long _progressSince;
    private long _progressBytes;

    /// <summary>Where the call hangs; null once it is over.</summary>
    public CallsUnderWay.Shard? Shard => _shard;

    public CallWatch? Next { get; private set; }

    /// <summary>Time left until the deadline.</summary>
    public TimeSpan Left => time.GetElapsedTime(time.GetTimestamp(), _deadline);

    /// <summary>Completes when the client has been told that a limit ended the call.</summary>
    public Task Answered => Answering.Task;

    /// <summary>The handler waits for its client to send.</summary>
    public bool WaitsForMessage
    {
        get => _waitsForMessage;
        set => _waitsForMessage = value;
    }

    /// <summary>The handler waits for its client to make room.</summary>
    public bool WaitsForRoom
    {
        get => _waitsForRoom;
        set => _waitsForRoom = value;
    }

    private TaskCompletionSource Answering => LazyInitializer.EnsureInitialized(ref _answered, static () => new(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>Starts the clock, shortening what the client asks for to what is allowed.</summary>
    public void Start(bool isStream, TimeSpan? asked)
    {
        var longest = isStream ? limits.StreamTotal : asked is null ? limits.UnaryDeadline : limits.LongestUnaryDeadline;
        var now = time.GetTimestamp();
        _isStream = isStream;
        _deadline = now + Ticks(asked < longest ? asked.Value : longest);
        (_restingSince, _progressSince) = (now, now);
    }

    /// <summary>A message has come or gone.</summary>
    public void Moved()
    {
        // Reader and writer may lose one another's count, but never the change.
        _moved = unchecked(_moved + 1);
    }

    /// <summary>Decides whether a limit is passed, and if so takes the right to answer from the handler.</summary>
    public bool IsEndedBy(long now)
    {
        if (Passed(now) is not { } reason || !call.Writer.TryClose())
        {
            return false;
        }

        _reason = reason;
        return true;
    }

    /// <summary>Tells handler and client. Never fails.</summary>
    public async Task EndAsync()
    {
        // Not inline: a handler that goes on in the token's callback must not hold the answer back.
        var cancelling = call.CancelAsync();
        await call.AnswerEarlyAsync(_reason);
        Answering.SetResult();
        await cancelling;
    }

    public void Link(CallsUnderWay.Shard shard)
    {
        (_shard, Next) = (shard, shard.First);
        if (Next is not null)
        {
            Next._previous = this;
        }

        shard.First = this;
    }

    public void Unlink()
    {
        if (_previous is null)
        {
            _shard!.First = Next;
        }
        else
        {
            _previous.Next = Next;
        }

        if (Next is not null)
        {
            Next._previous = _previous;
        }

        _shard = null;
    }

    private Status? Passed(long now) => now >= _deadline ? DeadlinePassed : _isStream ? Rests(now) ?? IsSlow(now) : null;

    private Status? Rests(long now)
    {
        if (_moved != _movedBefore || !(_waitsForMessage || _waitsForRoom))
        {
            (_movedBefore, _restingSince, _progressSince, _progressBytes) = (_moved, now, now, 0);
        }

        return now - _restingSince < Ticks(limits.StreamIdle)
            ? null
            : new Status(StatusCode.Unavailable, Text($"No message moved for {limits.StreamIdle.TotalSeconds} s; call again to go on."));
    }

    private Status? IsSlow(long now)
    {
        var pending = call.Reader.PendingBytes;
        if (pending == 0)
        {
            (_progressSince, _progressBytes) = (now, 0);
        }

        if (now - _progressSince < Ticks(limits.StreamProgress))
        {
            return null;
        }

        if (pending - _progressBytes < limits.StreamProgressBytes)
        {
            return new Status(StatusCode.Cancelled, Text($"Less than {limits.StreamProgressBytes} bytes of a message came in {limits.StreamProgress.TotalSeconds} s."));
        }

        (_restingSince, _progressSince, _progressBytes) = (now, now, pending);
        return null;
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

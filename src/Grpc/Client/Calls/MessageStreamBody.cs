using Grpc.Framing;
using Grpc.Net.Client.Retries;

namespace Grpc.Net.Client.Calls;

/// <summary>
/// The body of a request whose messages are written as they come. An attempt first sends what was written before it (it catches up), then it
/// is live: messages go to it directly. The writer of messages never needs to know how many attempts there were.
/// </summary>
internal sealed class MessageStreamBody(RetrySettings retries) : RequestBody
{
    /// <summary>What a message that is kept takes beside its own bytes: without this, a mebibyte of tiny messages would be twenty.</summary>
    private const int OverheadBytes = 128;

    private readonly Lock _gate = new();
    private readonly List<FrameBuffer> _frames = [];
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<bool>? _caughtUp;
    private Stream? _attempt;
    private bool _isLive;
    private bool _isBroken;
    private long _keptBytes;
    private bool _isCommitted;
    private bool _isCut;

    public override bool IsCommitted
    {
        get
        {
            lock (_gate)
            {
                return _isCommitted;
            }
        }
    }

    /// <summary>No more messages follow.</summary>
    public void Complete() => _completed.TrySetResult();

    public override void Commit()
    {
        lock (_gate)
        {
            StopKeeping();
            if (_isBroken)
            {
                CatchUp(succeeded: false);
            }
        }
    }

    public override void Abandon()
    {
        lock (_gate)
        {
            StopKeeping();
            (_isBroken, _isLive) = (true, false);
            CatchUp(succeeded: false);
        }

        _completed.TrySetCanceled();
    }

    /// <summary>Sends a message; completes when the connection has room again.</summary>
    /// <param name="frame">The message; not to be changed unless the body <see cref="RequestBody.IsCommitted"/> before.</param>
    /// <param name="flush">Whether it is sent at once.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="IOException">The request is broken and no other attempt follows.</exception>
    public async Task SendAsync(FrameBuffer frame, bool flush, CancellationToken cancellationToken)
    {
        if (Add(frame) is { } live)
        {
            try
            {
                await live.WriteAsync(frame.Frame, cancellationToken);
                if (flush)
                {
                    await live.FlushAsync(cancellationToken);
                }

                return;
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested && BreakOff(live))
            {
                // Another attempt may follow, and sends this message with those before it.
            }
        }

        if (!await CaughtUpAsync().WaitAsync(cancellationToken))
        {
            throw new IOException("The request is broken.");
        }
    }

    protected override async Task WriteToAsync(Stream stream, CancellationToken cancellationToken)
    {
        Start(stream);
        try
        {
            // Sends the headers, so that the server can answer before the first message.
            await stream.FlushAsync(cancellationToken);
            for (var next = 0; TakeNext(stream, next) is { } frame; next++)
            {
                await stream.WriteAsync(frame.Frame, cancellationToken);
                await stream.FlushAsync(cancellationToken);
            }

            await _completed.Task.WaitAsync(cancellationToken);
        }
        catch (Exception exception)
        {
            BreakOff(stream);
            if (exception is OperationCanceledException && cancellationToken.IsCancellationRequested)
            {
                // The handler knows why.
                return;
            }

            throw;
        }
    }

    private void Start(Stream stream)
    {
        lock (_gate)
        {
            if (_isCut)
            {
                throw new IOException("The request can't be sent again: not all of it was kept.");
            }

            (_attempt, _isLive, _isBroken) = (stream, false, false);
        }
    }

    private FrameBuffer? TakeNext(Stream stream, int next)
    {
        lock (_gate)
        {
            if (_attempt != stream)
            {
                throw new IOException("Another attempt has begun.");
            }

            if (next < _frames.Count)
            {
                return _frames[next];
            }

            _isLive = true;
            ForgetWhenCommitted();
            CatchUp(succeeded: true);
            return null;
        }
    }

    /// <returns>Where to write the message; null where an attempt still catches up and will write it.</returns>
    private Stream? Add(FrameBuffer frame)
    {
        lock (_gate)
        {
            var takenBytes = frame.Frame.Length + OverheadBytes;
            if (!_isCommitted && retries.TryKeep(_keptBytes, takenBytes))
            {
                _keptBytes += takenBytes;
            }
            else
            {
                StopKeeping();
            }

            if (!_isCut)
            {
                _frames.Add(frame);
                ForgetWhenCommitted();
            }

            return _isLive ? _attempt : null;
        }
    }

    /// <summary>Whether what was written before has been sent by an attempt: now, or when one has caught up.</summary>
    private Task<bool> CaughtUpAsync()
    {
        lock (_gate)
        {
            return _isLive ? Task.FromResult(true)
                : _isBroken && _isCommitted ? Task.FromResult(false)
                : (_caughtUp ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <returns>False where no other attempt can follow.</returns>
    private bool BreakOff(Stream stream)
    {
        lock (_gate)
        {
            if (_attempt != stream)
            {
                return true;
            }

            (_isLive, _isBroken) = (false, true);
            if (_isCommitted)
            {
                CatchUp(succeeded: false);
            }

            return !_isCommitted;
        }
    }

    private void StopKeeping()
    {
        _isCommitted = true;
        retries.Release(_keptBytes);
        _keptBytes = 0;
        ForgetWhenCommitted();
    }

    private void ForgetWhenCommitted()
    {
        if (_isCommitted && _isLive)
        {
            _isCut = true;
            _frames.Clear();
        }
    }

    private void CatchUp(bool succeeded)
    {
        _caughtUp?.TrySetResult(succeeded);
        _caughtUp = null;
    }
}

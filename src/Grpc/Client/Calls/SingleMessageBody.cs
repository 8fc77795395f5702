using Grpc.Framing;
using Grpc.Net.Client.Retries;

namespace Grpc.Net.Client.Calls;

/// <summary>The body of a request with one message, serialized beforehand so that a refused message never starts a call.</summary>
internal sealed class SingleMessageBody(FrameBuffer frame, RetrySettings retries) : RequestBody
{
    private readonly Lock _gate = new();
    private int _writing;
    private int _keptBytes = retries.TryKeep(0, frame.Frame.Length) ? frame.Frame.Length : 0;
    private bool _isCommitted;
    private bool _wasAsked;

    public override bool IsUntouched
    {
        get
        {
            lock (_gate)
            {
                return !_wasAsked;
            }
        }
    }

    public override bool IsCommitted
    {
        get
        {
            lock (_gate)
            {
                return _isCommitted || _keptBytes == 0;
            }
        }
    }

    public override void Commit() => Leave(writing: 0);

    public override void Abandon() => Leave(writing: 0);

    protected override async Task WriteToAsync(Stream stream, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _wasAsked = true;
            _ = _isCommitted && _writing == 0 ? throw new IOException("The request was sent before and is not kept any more.") : _writing++;
        }

        try
        {
            await stream.WriteAsync(frame.Frame, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The handler knows why.
        }
        finally
        {
            Leave(writing: 1);
        }
    }

    // The array goes back after its last use only: a response can come before the request has left.
    private void Leave(int writing)
    {
        lock (_gate)
        {
            _writing -= writing;
            if (writing == 0)
            {
                _isCommitted = true;
                retries.Release(_keptBytes);
                _keptBytes = 0;
            }

            if (_isCommitted && _writing == 0)
            {
                frame.Dispose();
            }
        }
    }
}

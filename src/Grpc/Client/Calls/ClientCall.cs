using System.IO.Pipelines;
using Grpc.Core;
using Grpc.Framing;

namespace Grpc.Net.Client.Calls;

/// <summary>
/// One call under way, whatever its messages. It ends exactly once, by <see cref="Finish"/>: with the server's status, a failure of the
/// transport, the deadline, or the caller's cancellation, whichever comes first.
/// </summary>
internal abstract class ClientCall : IDisposable
{
    public static readonly Func<object, Task<Metadata>> Headers = call => ((ClientCall)call).ResponseHeadersAsync();
    public static readonly Func<object, Status> StatusOf = call => ((ClientCall)call).FinalStatus();
    public static readonly Func<object, Metadata> TrailersOf = call => ((ClientCall)call).FinalTrailers();
    public static readonly Action<object> End = call => ((ClientCall)call).Dispose();

    // A response that has not come yet holds no buffer: many calls wait at once.
    private static readonly StreamPipeReaderOptions ReaderOptions = new(useZeroByteReads: true);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _source = new();
    private readonly RequestHead _head;
    private readonly CallStops _stops = new();
    private MessageCompressor? _compressor;
    private RequestBody? _body;
    private Task<PipeReader?> _opening = Task.FromResult<PipeReader?>(null);
    private HttpResponseMessage? _response;
    private Metadata _trailers = Metadata.Empty;
    private Status? _status;
    private bool _stoppedHere;

    protected ClientCall(GrpcChannel channel, IMethod method, string? host, CallOptions options)
    {
        Channel = channel;
        _head = new RequestHead(channel, method, host, options);
    }

    /// <summary>Fires when the call is stopped from this side.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Whether the call has ended.</summary>
    public bool IsFinished => PeekStatus() is not null;

    protected GrpcChannel Channel { get; }

    protected CallOptions Options => _head.Options;

    /// <summary>Whether the call has ended with OK.</summary>
    protected bool IsOk => PeekStatus() is { StatusCode: StatusCode.OK };

    /// <summary>The response's messages, once its headers are here; null where the call has ended. Never fails.</summary>
    protected Task<PipeReader?> Opening => _opening;

    /// <summary>Value of <c>grpc-encoding</c> of the response.</summary>
    protected string? ResponseEncoding => _response is null ? null : ResponseHead.Value(_response.Headers, Wire.EncodingHeader);

    /// <summary>What compresses a message; null for nothing.</summary>
    public MessageCompressor? Compressor(WriteFlags flags) => (flags & WriteFlags.NoCompress) == 0 ? _compressor : null;

    /// <summary>Ends the call from this side unless it has ended.</summary>
    public void Stop(StatusCode code, string detail)
    {
        if (!Finish(new Status(code, detail), Metadata.Empty, stoppedHere: true))
        {
            return;
        }

        _source.Cancel();
        _response?.Dispose();
    }

    /// <summary>Lets a token of a single read or write stop the whole call.</summary>
    public CancellationTokenRegistration StopWith(CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(static call => ((ClientCall)call!).Stop(StatusCode.Cancelled, "Call canceled by the client."), this);

    public void Dispose() => Stop(StatusCode.Cancelled, "gRPC call disposed.");

    /// <summary>What to throw to the caller of a call that has ended.</summary>
    public Exception Error()
    {
        var status = FinalStatus();
        if (_stoppedHere && Channel.Options.ThrowOperationCanceledOnCancellation)
        {
            return new OperationCanceledException(status.Detail, new RpcException(status, _trailers), _source.Token);
        }

        return status.StatusCode == StatusCode.OK
            ? new InvalidOperationException("Can't write the message because the call is complete.")
            : new RpcException(status, _trailers);
    }

    /// <summary>Finds out what the metadata ask for; before the first message is written.</summary>
    /// <exception cref="RpcException">An unknown compression.</exception>
    protected void Prepare() => _compressor = _head.Compressor();

    /// <summary>Sends the request in the background.</summary>
    protected void Open(RequestBody body)
    {
        _body = body;
        _stops.Watch(this, _head.Deadline, Channel, Options);
        _opening = OpenAsync(new CallAttempts(Channel, _head, body, _compressor?.Encoding));
    }

    /// <summary>Ends the call as its trailers say.</summary>
    /// <param name="hasNeededMessage">False where a response must hold a message and held none.</param>
    protected void FinishByTrailers(bool hasNeededMessage = true)
    {
        var trailers = _response!.TrailingHeaders;
        var status = ResponseHead.StatusIn(trailers) ?? new Status(StatusCode.Unknown, "The response ended without a gRPC status.");
        Finish(
            status.StatusCode == StatusCode.OK && !hasNeededMessage ? new Status(StatusCode.Internal, "The response holds no message.") : status,
            ResponseHead.MetadataIn(trailers));
    }

    /// <summary>Ends the call by what was thrown. A status the server did send counts more than what went wrong in reading.</summary>
    protected void Fail(Exception exception)
    {
        if (_response is { } response && ResponseHead.StatusIn(response.TrailingHeaders) is { StatusCode: not StatusCode.OK } sent)
        {
            Finish(sent, ResponseHead.MetadataIn(response.TrailingHeaders));
            return;
        }

        var status = TransportFailure.StatusOf(exception, Channel.IsTls);
        var isLate = status.StatusCode == StatusCode.Cancelled && Channel.Time.GetUtcNow().UtcDateTime >= _head.Deadline;
        Finish(isLate ? new Status(StatusCode.DeadlineExceeded, "Deadline Exceeded", exception) : status, Metadata.Empty);
        _response?.Dispose();
    }

    private async Task<PipeReader?> OpenAsync(CallAttempts attempts)
    {
        try
        {
            _response = await attempts.SendAsync(_source.Token);
            if (IsFinished)
            {
                // Stopped in the meantime, and too early for Stop to see the response.
                _response.Dispose();
                return null;
            }

            if (ResponseHead.EarlyStatus(_response) is not { } status)
            {
                return PipeReader.Create(await _response.Content.ReadAsStreamAsync(_source.Token), ReaderOptions);
            }

            Finish(status, ResponseHead.MetadataIn(_response.Headers));
            _response.Dispose();
        }
        catch (Exception exception)
        {
            Fail(exception);
        }

        return null;
    }

    private bool Finish(Status status, Metadata trailers, bool stoppedHere = false)
    {
        lock (_gate)
        {
            if (_status is not null)
            {
                return false;
            }

            (_status, _trailers, _stoppedHere) = (status, trailers, stoppedHere);
        }

        _stops.Dispose();
        _body?.Abandon();
        return true;
    }

    private async Task<Metadata> ResponseHeadersAsync()
    {
        await _opening;
        return _response is null ? throw Error() : ResponseHead.MetadataIn(_response.Headers);
    }

    private Status? PeekStatus()
    {
        lock (_gate)
        {
            return _status;
        }
    }

    private Status FinalStatus() =>
        PeekStatus() ?? throw new InvalidOperationException("Unable to get the status because the call is not complete.");

    private Metadata FinalTrailers() =>
        PeekStatus() is null ? throw new InvalidOperationException("Unable to get the trailers because the call is not complete.") : _trailers;
}

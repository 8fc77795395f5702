using Grpc.Core;
using Grpc.Framing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>A call on an HTTP/2 request: what the handler sees, and how the response ends.</summary>
internal sealed class HttpServerCallContext : ServerCallContext, IDisposable
{
    // A client that does not take its status by then is cut off.
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(5);

    private const int ResetCancel = 8;

    private readonly HttpContext _httpContext;
    private readonly MethodOptions _options;
    private readonly CallEnvironment _environment;
    private readonly Lock _tokenGate = new();
    private CancellationTokenSource? _source;
    private CancellationTokenRegistration _clientGone;
    private volatile bool _endedEarly;
    private DateTime? _deadline;
    private MessageCompressor? _compressor;
    private Metadata? _requestHeaders;
    private Metadata? _responseTrailers;
    private AuthContext? _authContext;
    private Status _status = Status.DefaultSuccess;

    public HttpServerCallContext(HttpContext httpContext, MethodOptions options, CallEnvironment environment)
    {
        _httpContext = httpContext;
        _options = options;
        _environment = environment;
        Writer = new ResponseWriter(_httpContext.Response, options.MaxSendBytes);
        Reader = new MessageReader(_httpContext.Request.BodyReader, options.MaxReceiveBytes, RequestEncoding, _options.Encodings);
        Watch = new CallWatch(this, environment.Limits, environment.Time);
    }

    public HttpContext HttpContext => _httpContext;

    /// <summary>Where responses go.</summary>
    public ResponseWriter Writer { get; }

    /// <summary>Where requests come from. Reads end when the client goes away or a limit is passed.</summary>
    public MessageReader Reader { get; }

    /// <summary>Limits of the call.</summary>
    public CallWatch Watch { get; }

    /// <summary>Whether the client has gone or a limit has ended the call.</summary>
    public bool IsCancelled => _endedEarly || _httpContext.RequestAborted.IsCancellationRequested;

    /// <summary>Compresses the next message; null where it goes out as it is.</summary>
    public MessageCompressor? Compressor => _compressor is null || (WriteOptions?.Flags & WriteFlags.NoCompress) is not (null or 0) ? null : _compressor;

    protected override string MethodCore => _httpContext.Request.Path.Value ?? "";

    protected override string HostCore => _httpContext.Request.Host.Value ?? "";

    protected override string PeerCore => RequestMetadata.Peer(_httpContext.Connection);

    protected override DateTime DeadlineCore => _deadline ??= GrpcTimeout.DeadlineAfter(Watch.Left, _environment.Time.GetUtcNow().UtcDateTime);

    protected override Metadata RequestHeadersCore => _requestHeaders ??= RequestMetadata.FromHeaders(_httpContext.Request.Headers);

    protected override CancellationToken CancellationTokenCore => _source?.Token ?? MakeToken();

    protected override Metadata ResponseTrailersCore => _responseTrailers ??= [];

    protected override Status StatusCore
    {
        get => _status;
        set => _status = value;
    }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore => _authContext ??= RequestMetadata.Identity(_httpContext.Connection.ClientCertificate);

    protected override IDictionary<object, object> UserStateCore => _httpContext.Items!;

    private string? RequestEncoding => _httpContext.Request.Headers.GrpcEncoding;

    /// <summary>Sets content type, compression and deadline.</summary>
    /// <exception cref="RpcException">The deadline has passed: DEADLINE_EXCEEDED.</exception>
    public void Start(bool isStream, TimeSpan? timeout)
    {
        _httpContext.Response.ContentType = Wire.ContentType;
        if (RequestEncoding is { } encoding && !_options.Encodings.Knows(encoding))
        {
            _httpContext.Response.Headers.GrpcAcceptEncoding = _options.Encodings.AcceptHeader;
        }

        if (_options.ResponseCompressor is { } compressor)
        {
            UseCompressor(compressor);
        }

        Watch.Start(isStream, timeout);
        _environment.Calls.Add(Watch);
        if (timeout == TimeSpan.Zero)
        {
            throw new RpcException(new Status(StatusCode.DeadlineExceeded, "Deadline Exceeded"));
        }
    }

    /// <summary>Turns what the handler threw into the status to end with.</summary>
    public void Fail(Exception exception)
    {
        _status = CallFailure.StatusOf(exception, _options.DetailedErrors, IsCancelled);
        if (exception is RpcException { Trailers: var trailers })
        {
            foreach (var entry in trailers)
            {
                ResponseTrailers.Add(entry);
            }
        }

        _environment.Log(_httpContext.Request.Path, _status, exception);
    }

    /// <summary>Sends status and trailers, or waits until the limit that ended the call has done so. The response ends when the request delegate returns.</summary>
    public async Task EndAsync()
    {
        if (Writer.TryClose())
        {
            WriteStatus(_status, _responseTrailers);
        }
        else
        {
            await Watch.Answered;
        }
    }

    /// <summary>Fires the call's token.</summary>
    public async Task CancelAsync()
    {
        CancellationTokenSource? source;
        lock (_tokenGate)
        {
            _endedEarly = true;
            source = _source;
        }

        // The token first: who sees its read end also sees why.
        var cancelling = source?.CancelAsync() ?? Task.CompletedTask;
        Reader.Cancel();
        await cancelling;
    }

    /// <summary>Tells the client that a limit ended the call; for whoever has closed the writer. Never fails.</summary>
    public async Task AnswerEarlyAsync(Status status)
    {
        _environment.LogEndedEarly(_httpContext.Request.Path, status);
        var reset = _httpContext.Features.Get<IHttpResetFeature>();
        try
        {
            // A client that has long left no room for messages leaves none for the status behind them.
            if (!(Watch.WaitsForRoom && status.StatusCode == StatusCode.Unavailable))
            {
                await Writer.WhenStartedAsync();
                WriteStatus(status, trailers: null);
                await _httpContext.Response.CompleteAsync().WaitAsync(AnswerPatience, _environment.Time);

                // The response is complete; NO_ERROR (RFC 9113 §8.1) asks the client to stop sending the request.
                reset?.Reset(0);
                return;
            }
        }
        catch (Exception exception)
        {
            // Nobody awaits this: without it the handler's end would wait for ever.
            _environment.LogUnanswered(_httpContext.Request.Path, exception);
        }

        reset?.Reset(ResetCancel);
    }

    /// <summary>Takes the call from those under way and frees buffers.</summary>
    public void Dispose()
    {
        CallsUnderWay.Remove(Watch);
        _clientGone.Unregister();
        Writer.Dispose();
    }

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        if (_httpContext.Response.HasStarted)
        {
            throw new InvalidOperationException("Response headers can only be sent once per call.");
        }

        if (responseHeaders.GetValue(Wire.EncodingRequestKey) is { } encoding)
        {
            ChooseEncoding(encoding);
        }

        return Writer.SendHeadersAsync(responseHeaders);
    }

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        new ServerPropagationToken(this, options ?? ContextPropagationOptions.Default);

    private void ChooseEncoding(string encoding)
    {
        if (!_options.Encodings.Knows(encoding))
        {
            throw new InvalidOperationException($"No compression provider is named '{encoding}'.");
        }

        UseCompressor(_options.Encodings.Compressor(encoding, _options.ResponseCompressionLevel));
    }

    /// <summary>Messages go out uncompressed where the client has not said that it can read them otherwise.</summary>
    private void UseCompressor(MessageCompressor? compressor)
    {
        _compressor = compressor is not null && MessageEncodings.Lists(_httpContext.Request.Headers[Wire.AcceptEncodingHeader].ToString(), compressor.Encoding) ? compressor : null;
        _httpContext.Response.Headers[Wire.EncodingHeader] = _compressor?.Encoding;
    }

    /// <summary>Made when somebody asks: most calls end before.</summary>
    private CancellationToken MakeToken()
    {
        lock (_tokenGate)
        {
            if (_source is null)
            {
                var source = new CancellationTokenSource();
                if (_endedEarly)
                {
                    source.Cancel();
                }

                _clientGone = _httpContext.RequestAborted.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), source);
                _source = source;
            }

            return _source.Token;
        }
    }

    /// <summary>Into trailers where the response has started, else into the headers: a trailers-only response.</summary>
    private void WriteStatus(Status status, Metadata? trailers)
    {
        var response = _httpContext.Response;
        var destination = response.HasStarted
            ? _httpContext.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers
            : response.Headers;
        destination[Wire.StatusHeader] = Wire.StatusText(status.StatusCode);
        if (status.Detail.Length > 0)
        {
            destination[Wire.MessageHeader] = PercentEncoding.Encode(status.Detail);
        }

        if (trailers is not null)
        {
            RequestMetadata.Append(destination, trailers);
        }
    }
}

using Grpc.Core;
using Grpc.Framing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>A call on an HTTP/2 request: what the handler sees, and how the response ends.</summary>
internal sealed class HttpServerCallContext(HttpContext httpContext, MethodOptions options, CallEnvironment environment) : ServerCallContext, IDisposable
{
    private readonly ResponseWriter _writer = new(httpContext.Response, options.MaxSendBytes);
    private MessageCompressor? _compressor;
    private CallDeadline? _deadline;
    private Metadata? _requestHeaders;
    private Metadata? _responseTrailers;
    private AuthContext? _authContext;
    private Status _status = Status.DefaultSuccess;

    public HttpContext HttpContext => httpContext;

    /// <summary>Where responses go.</summary>
    public ResponseWriter Writer => _writer;

    /// <summary>Where requests come from.</summary>
    public MessageReader Reader { get; } =
        new(httpContext.Request.BodyReader, options.MaxReceiveBytes, httpContext.Request.Headers[Wire.EncodingHeader], options.Encodings);

    /// <summary>Compresses the next message; null where it goes out as it is.</summary>
    public MessageCompressor? Compressor => _compressor is null || (WriteOptions?.Flags & WriteFlags.NoCompress) is not (null or 0) ? null : _compressor;

    /// <summary>Stops reads. The request pipe notices by itself when the client goes, so only a deadline needs a token.</summary>
    public CancellationToken ReadToken => _deadline?.Token ?? CancellationToken.None;

    protected override string MethodCore => httpContext.Request.Path.Value ?? "";

    protected override string HostCore => httpContext.Request.Host.Value ?? "";

    protected override string PeerCore => RequestMetadata.Peer(httpContext.Connection);

    protected override DateTime DeadlineCore => _deadline?.Moment ?? DateTime.MaxValue;

    protected override Metadata RequestHeadersCore => _requestHeaders ??= RequestMetadata.FromHeaders(httpContext.Request.Headers);

    protected override CancellationToken CancellationTokenCore => _deadline?.Token ?? httpContext.RequestAborted;

    protected override Metadata ResponseTrailersCore => _responseTrailers ??= [];

    protected override Status StatusCore
    {
        get => _status;
        set => _status = value;
    }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore => _authContext ??= RequestMetadata.Identity(httpContext.Connection.ClientCertificate);

    protected override IDictionary<object, object> UserStateCore => httpContext.Items!;

    /// <summary>Sets content type and deadline.</summary>
    /// <exception cref="RpcException">The deadline is malformed: INTERNAL.</exception>
    public void Start()
    {
        var response = httpContext.Response;
        response.ContentType = Wire.ContentType;
        if (httpContext.Request.Headers.TryGetValue(Wire.EncodingHeader, out var encoding) && !options.Encodings.Knows(encoding.ToString()))
        {
            response.Headers[Wire.AcceptEncodingHeader] = options.Encodings.AcceptHeader;
        }

        if (options.ResponseCompressor is { } compressor)
        {
            UseCompressor(compressor);
        }

        if (httpContext.Request.Headers.TryGetValue(Wire.TimeoutHeader, out var timeout))
        {
            StartDeadline(timeout.Count == 1 && GrpcTimeout.TryParse(timeout.ToString(), out var left)
                ? left
                : throw new RpcException(new Status(StatusCode.Internal, "Malformed grpc-timeout.")));
        }
    }

    /// <summary>Turns what the handler threw into the status to end with.</summary>
    public void Fail(Exception exception)
    {
        _status = CallFailure.StatusOf(exception, options.DetailedErrors, CancellationToken.IsCancellationRequested);
        if (exception is RpcException { Trailers: var trailers })
        {
            foreach (var entry in trailers)
            {
                ResponseTrailers.Add(entry);
            }
        }

        environment.Log(httpContext.Request.Path, _status, exception);
    }

    /// <summary>Sends status and trailers, or waits until the deadline has done so. The response ends when the request delegate returns.</summary>
    public async Task EndAsync()
    {
        if (_writer.TryClose())
        {
            WriteStatus(_status, _responseTrailers);
        }
        else
        {
            await _deadline!.Answered;
        }
    }

    /// <summary>Stops the deadline's clock and frees buffers.</summary>
    public void Dispose()
    {
        _deadline?.Dispose();
        _writer.Dispose();
    }

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        if (httpContext.Response.HasStarted)
        {
            throw new InvalidOperationException("Response headers can only be sent once per call.");
        }

        if (responseHeaders.GetValue(Wire.EncodingRequestKey) is { } encoding)
        {
            ChooseEncoding(encoding);
        }

        return _writer.SendHeadersAsync(responseHeaders);
    }

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        new ServerPropagationToken(this, options ?? ContextPropagationOptions.Default);

    private void ChooseEncoding(string encoding)
    {
        if (!options.Encodings.Knows(encoding))
        {
            throw new InvalidOperationException($"No compression provider is named '{encoding}'.");
        }

        UseCompressor(options.Encodings.Compressor(encoding, options.ResponseCompressionLevel));
    }

    /// <summary>Messages go out uncompressed where the client has not said that it can read them otherwise.</summary>
    private void UseCompressor(MessageCompressor? compressor)
    {
        _compressor = compressor is not null && MessageEncodings.Lists(httpContext.Request.Headers[Wire.AcceptEncodingHeader].ToString(), compressor.Encoding) ? compressor : null;
        httpContext.Response.Headers[Wire.EncodingHeader] = _compressor?.Encoding;
    }

    private void StartDeadline(TimeSpan left)
    {
        var moment = GrpcTimeout.DeadlineAfter(left, environment.Time.GetUtcNow().UtcDateTime);
        _deadline = new CallDeadline(moment, left, environment.Time, httpContext.RequestAborted, _writer.TryClose, AnswerDeadlineExceededAsync);
    }

    private async Task AnswerDeadlineExceededAsync()
    {
        try
        {
            await _writer.WhenStartedAsync();
            WriteStatus(new Status(StatusCode.DeadlineExceeded, "Deadline Exceeded"), trailers: null);
            await httpContext.Response.CompleteAsync();

            // The response is complete; NO_ERROR (RFC 9113 §8.1) asks the client to stop sending the request.
            httpContext.Features.Get<IHttpResetFeature>()?.Reset(0);
        }
        catch (Exception exception)
        {
            // Nobody awaits a timer: without this the handler's end would wait for ever.
            environment.LogUnanswered(httpContext.Request.Path, exception);
            httpContext.Abort();
        }
    }

    /// <summary>Into trailers where the response has started, else into the headers: a trailers-only response.</summary>
    private void WriteStatus(Status status, Metadata? trailers)
    {
        var response = httpContext.Response;
        var destination = response.HasStarted
            ? httpContext.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers
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

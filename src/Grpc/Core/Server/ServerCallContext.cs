namespace Grpc.Core;

/// <summary>A call as its handler sees it.</summary>
public abstract class ServerCallContext
{
    private Dictionary<object, object>? _userState;

    /// <summary>A context.</summary>
    protected ServerCallContext()
    {
    }

    /// <summary>Path of the method: <c>/service/method</c>.</summary>
    public string Method => MethodCore;

    /// <summary>Authority the client named.</summary>
    public string Host => HostCore;

    /// <summary>Address of the peer, for example <c>ipv4:192.0.2.1:50051</c>.</summary>
    public string Peer => PeerCore;

    /// <summary>When the client gives up, UTC; <see cref="DateTime.MaxValue"/> for never.</summary>
    public DateTime Deadline => DeadlineCore;

    /// <summary>Metadata the client sent.</summary>
    public Metadata RequestHeaders => RequestHeadersCore;

    /// <summary>Fires when the client cancels or goes away, or the deadline passes.</summary>
    public CancellationToken CancellationToken => CancellationTokenCore;

    /// <summary>Metadata to send with the status.</summary>
    public Metadata ResponseTrailers => ResponseTrailersCore;

    /// <summary>Status to end with when the handler returns; OK unless set.</summary>
    public Status Status
    {
        get => StatusCore;
        set => StatusCore = value;
    }

    /// <summary>Options of the response's writes; null for the default.</summary>
    public WriteOptions? WriteOptions
    {
        get => WriteOptionsCore;
        set => WriteOptionsCore = value;
    }

    /// <summary>What is known about the peer from its client certificate.</summary>
    public AuthContext AuthContext => AuthContextCore;

    /// <summary>Anything interceptors and handlers want to keep with the call.</summary>
    public IDictionary<object, object> UserState => UserStateCore;

    /// <summary>Path of the method.</summary>
    protected abstract string MethodCore { get; }

    /// <summary>Authority the client named.</summary>
    protected abstract string HostCore { get; }

    /// <summary>Address of the peer.</summary>
    protected abstract string PeerCore { get; }

    /// <summary>When the client gives up, UTC.</summary>
    protected abstract DateTime DeadlineCore { get; }

    /// <summary>Metadata the client sent.</summary>
    protected abstract Metadata RequestHeadersCore { get; }

    /// <summary>Fires when the call is over for the client.</summary>
    protected abstract CancellationToken CancellationTokenCore { get; }

    /// <summary>Metadata to send with the status.</summary>
    protected abstract Metadata ResponseTrailersCore { get; }

    /// <summary>Status to end with.</summary>
    protected abstract Status StatusCore { get; set; }

    /// <summary>Options of the response's writes.</summary>
    protected abstract WriteOptions? WriteOptionsCore { get; set; }

    /// <summary>What is known about the peer.</summary>
    protected abstract AuthContext AuthContextCore { get; }

    /// <summary>Anything to keep with the call.</summary>
    protected virtual IDictionary<object, object> UserStateCore => _userState ??= [];

    /// <summary>Sends response headers before the first message.</summary>
    /// <param name="responseHeaders">The headers.</param>
    /// <exception cref="InvalidOperationException">Headers went out already.</exception>
    public Task WriteResponseHeadersAsync(Metadata responseHeaders) => WriteResponseHeadersAsyncCore(responseHeaders);

    /// <summary>A token that hands deadline and cancellation to calls made on this call's behalf.</summary>
    /// <param name="options">What goes over; null for both.</param>
    public ContextPropagationToken CreatePropagationToken(ContextPropagationOptions? options = null) => CreatePropagationTokenCore(options);

    /// <summary>Sends response headers.</summary>
    /// <param name="responseHeaders">The headers.</param>
    protected abstract Task WriteResponseHeadersAsyncCore(Metadata responseHeaders);

    /// <summary>A token that hands deadline and cancellation on.</summary>
    /// <param name="options">What goes over; null for both.</param>
    protected abstract ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options);
}

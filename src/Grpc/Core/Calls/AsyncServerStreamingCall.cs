namespace Grpc.Core;

/// <summary>A server-streaming call under way.</summary>
/// <typeparam name="TResponse">Response message.</typeparam>
public sealed class AsyncServerStreamingCall<TResponse> : IDisposable
{
    private readonly Func<object, Task<Metadata>> _responseHeadersAsync;
    private readonly Func<object, Status> _getStatus;
    private readonly Func<object, Metadata> _getTrailers;
    private readonly Action<object> _dispose;
    private readonly object _state;

    /// <summary>A call whose parts come from functions without state.</summary>
    /// <param name="responseStream">The responses.</param>
    /// <param name="responseHeadersAsync">Response headers.</param>
    /// <param name="getStatusFunc">How the call ended.</param>
    /// <param name="getTrailersFunc">Trailers.</param>
    /// <param name="disposeAction">Cancels and frees.</param>
    public AsyncServerStreamingCall(IAsyncStreamReader<TResponse> responseStream, Task<Metadata> responseHeadersAsync, Func<Status> getStatusFunc, Func<Metadata> getTrailersFunc, Action disposeAction)
        : this(responseStream, _ => responseHeadersAsync, _ => getStatusFunc(), _ => getTrailersFunc(), _ => disposeAction(), "")
    {
    }

    /// <summary>A call whose parts come from functions over one state object: no closures.</summary>
    /// <param name="responseStream">The responses.</param>
    /// <param name="responseHeadersAsync">Response headers.</param>
    /// <param name="getStatusFunc">How the call ended.</param>
    /// <param name="getTrailersFunc">Trailers.</param>
    /// <param name="disposeAction">Cancels and frees.</param>
    /// <param name="state">Handed to each function.</param>
    public AsyncServerStreamingCall(IAsyncStreamReader<TResponse> responseStream, Func<object, Task<Metadata>> responseHeadersAsync, Func<object, Status> getStatusFunc, Func<object, Metadata> getTrailersFunc, Action<object> disposeAction, object state)
    {
        ResponseStream = responseStream;
        _responseHeadersAsync = responseHeadersAsync;
        _getStatus = getStatusFunc;
        _getTrailers = getTrailersFunc;
        _dispose = disposeAction;
        _state = state;
    }

    /// <summary>The responses.</summary>
    public IAsyncStreamReader<TResponse> ResponseStream { get; }

    /// <summary>Response headers, once they are here.</summary>
    public Task<Metadata> ResponseHeadersAsync => _responseHeadersAsync(_state);

    /// <summary>How the call ended.</summary>
    /// <exception cref="InvalidOperationException">The call has not ended.</exception>
    public Status GetStatus() => _getStatus(_state);

    /// <summary>Trailers of the response.</summary>
    /// <exception cref="InvalidOperationException">The call has not ended.</exception>
    public Metadata GetTrailers() => _getTrailers(_state);

    /// <summary>Cancels the call unless it has ended, and frees what it holds.</summary>
    public void Dispose() => _dispose(_state);
}

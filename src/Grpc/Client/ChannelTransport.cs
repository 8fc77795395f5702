using Grpc.Net.Client.Balancer;

namespace Grpc.Net.Client;

/// <summary>What sends the requests of a channel: a handler of its own, or what was given to it.</summary>
internal sealed class ChannelTransport : IDisposable
{
    private readonly HttpMessageInvoker _invoker;
    private readonly bool _disposeInvoker;

    public ChannelTransport(GrpcChannelOptions options)
    {
        if (options.HttpClient is { } client)
        {
            (_invoker, _disposeInvoker) = (client, options.DisposeHttpClient);
            return;
        }

        var handler = options.HttpHandler ?? OwnHandler();
        IsObserved = SubchannelConnector.TryAttach(handler);
        (_invoker, _disposeInvoker) = (new HttpMessageInvoker(handler, disposeHandler: options.HttpHandler is null || options.DisposeHttpClient), true);
    }

    /// <summary>Whether its connections are made by the channel and so are known to it.</summary>
    public bool IsObserved { get; }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _invoker is HttpClient client
            ? client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
            : _invoker.SendAsync(request, cancellationToken);

    public void Dispose()
    {
        if (_disposeInvoker)
        {
            _invoker.Dispose();
        }
    }

    private static SocketsHttpHandler OwnHandler() => new()
    {
        EnableMultipleHttp2Connections = true,
        AllowAutoRedirect = false,
        UseCookies = false,

        // Covers the handshake too; without it a server that accepts and says nothing holds calls up for ever.
        ConnectTimeout = TimeSpan.FromSeconds(15),
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),

        // Finds dead connections. Not on idle ones: many servers hang up on a client that pings without calling.
        KeepAlivePingDelay = TimeSpan.FromSeconds(30),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
    };
}

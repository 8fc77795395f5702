using System.Net;
using System.Net.Sockets;
using Grpc.Net.Client.Calls;

namespace Grpc.Net.Client.Balancer;

/// <summary>Makes the connections of a channel's handler, so that the channel knows which servers it is connected to. TLS is the handler's business.</summary>
internal static class SubchannelConnector
{
    // Longer than any sane network; without it a lost packet filter holds a call up for minutes.
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Has a handler connect in this way.</summary>
    /// <returns>False where it is no <see cref="SocketsHttpHandler"/>, connects in a way of its own, or is in use already.</returns>
    public static bool TryAttach(HttpMessageHandler handler)
    {
        while (handler is DelegatingHandler { InnerHandler: { } inner })
        {
            handler = inner;
        }

        if (handler is not SocketsHttpHandler sockets)
        {
            return false;
        }

        try
        {
            sockets.ConnectCallback ??= ConnectAsync;
        }
        catch (InvalidOperationException)
        {
            // It has sent requests before, and can't be changed.
        }

        return sockets.ConnectCallback == ConnectAsync;
    }

    /// <exception cref="SocketException">No connection.</exception>
    /// <exception cref="TimeoutException">None within ten seconds.</exception>
    public static async Task<Socket> ConnectAsync(DnsEndPoint endPoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(ConnectTimeout);
        try
        {
            await socket.ConnectAsync(endPoint, timeout.Token);
            return socket;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new TimeoutException($"No connection within {ConnectTimeout.TotalSeconds} seconds.");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        if (context.InitialRequestMessage is not CallRequest { Server: var subchannel } || !subchannel.Address.EndPoint.Equals(context.DnsEndPoint))
        {
            // A proxy, or a request of another user of the handler.
            return new NetworkStream(await ConnectAsync(context.DnsEndPoint, cancellationToken), ownsSocket: true);
        }

        subchannel.Connecting();
        try
        {
            return subchannel.Opened(subchannel.TakeParked() ?? await ConnectAsync(context.DnsEndPoint, cancellationToken));
        }
        catch (Exception exception)
        {
            subchannel.Failed(TransportFailure.StatusOf(exception, isTls: false));
            throw;
        }
    }
}

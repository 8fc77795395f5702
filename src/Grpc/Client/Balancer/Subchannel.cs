using System.Collections.Concurrent;
using System.Net.Sockets;
using Grpc.Core;

namespace Grpc.Net.Client.Balancer;

/// <summary>
/// One server of a channel and what is known of the way to it. After a failure it stays <see cref="ConnectivityState.TransientFailure"/> until a
/// connection stands; it is tried again with growing pauses, without any call waiting for that.
/// </summary>
internal sealed class Subchannel(BalancerAddress address, Uri origin, SubchannelSetup setup) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, Uri> _uris = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _disposal = CancellationTokenSource.CreateLinkedTokenSource(setup.Disposed);
    private ReconnectBackoff _backoff = new(setup);
    private Socket? _parked;
    private int _connections;
    private bool _isConnecting;

    public BalancerAddress Address => address;

    /// <summary>Scheme, host and port of its requests.</summary>
    public Uri Origin => origin;

    public ConnectivityState State { get; private set; }

    /// <summary>Why it could not be reached last.</summary>
    public Status Failure { get; private set; }

    public Uri UriOf(IMethod method) => _uris.GetOrAdd(method.FullName, static (path, origin) => new Uri(origin, path), origin);

    /// <summary>Connects in the background, again and again until it succeeds, unless there is a connection.</summary>
    public void RequestConnection()
    {
        lock (_gate)
        {
            if (_isConnecting || State == ConnectivityState.Ready || _disposal.IsCancellationRequested)
            {
                return;
            }

            _isConnecting = true;
        }

        // Not here: whoever asks may hold locks, and a connection may fail at once.
        _ = Task.Run(ConnectAsync, CancellationToken.None);
    }

    /// <summary>A call, or the handler on its behalf, begins to connect.</summary>
    public void Connecting() => Become(ConnectivityState.Connecting, onlyFrom: ConnectivityState.Idle);

    /// <summary>The server was reached.</summary>
    public void Reached()
    {
        if (State == ConnectivityState.Ready)
        {
            return;
        }

        lock (_gate)
        {
            _backoff = new ReconnectBackoff(setup);
        }

        Become(ConnectivityState.Ready);
    }

    /// <summary>No connection could be made: calls go elsewhere until the server is reached again.</summary>
    public void Failed(Status failure)
    {
        lock (_gate)
        {
            Failure = failure;
        }

        Become(ConnectivityState.TransientFailure);
    }

    /// <summary>The connection made in advance; null where there is none that lives.</summary>
    public Socket? TakeParked()
    {
        var socket = Interlocked.Exchange(ref _parked, null);
        if (socket is not null && socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0)
        {
            // Readable with nothing to read: the server hung up.
            socket.Dispose();
            return null;
        }

        return socket;
    }

    /// <summary>Takes a connection into account.</summary>
    public Stream Opened(Socket socket)
    {
        Interlocked.Increment(ref _connections);
        Reached();
        return new SubchannelStream(socket, this);
    }

    /// <summary>A connection ended; the last one leaves the server to be connected again.</summary>
    public void Closed()
    {
        if (Interlocked.Decrement(ref _connections) == 0 && Volatile.Read(ref _parked) is null)
        {
            Become(ConnectivityState.Idle, onlyFrom: ConnectivityState.Ready);
        }
    }

    public void Dispose()
    {
        _disposal.Cancel();
        Interlocked.Exchange(ref _parked, null)?.Dispose();
    }

    private async Task ConnectAsync()
    {
        try
        {
            if (State == ConnectivityState.TransientFailure)
            {
                await PauseAsync();
            }

            Connecting();
            while (State != ConnectivityState.Ready && !await TryConnectAsync())
            {
                await PauseAsync();
            }
        }
        catch (OperationCanceledException) when (_disposal.IsCancellationRequested)
        {
            // The channel or this address is gone.
        }
        finally
        {
            lock (_gate)
            {
                _isConnecting = false;
            }
        }

        setup.Changed();
    }

    private Task PauseAsync()
    {
        lock (_gate)
        {
            return Task.Delay(_backoff.Next(), setup.Time, _disposal.Token);
        }
    }

    private async Task<bool> TryConnectAsync()
    {
        if (!setup.ConnectsItself)
        {
            // Nothing is known of the way before a call goes it.
            Reached();
            return true;
        }

        try
        {
            var socket = await SubchannelConnector.ConnectAsync(address.EndPoint, _disposal.Token);
            Interlocked.Exchange(ref _parked, socket)?.Dispose();
            if (_disposal.IsCancellationRequested)
            {
                TakeParked()?.Dispose();
            }

            Reached();
            return true;
        }
        catch (Exception exception) when (exception is SocketException or TimeoutException)
        {
            Failed(new Status(StatusCode.Unavailable, $"Connecting to {address} failed: {exception.Message}", exception));
            return false;
        }
    }

    private void Become(ConnectivityState state, ConnectivityState? onlyFrom = null)
    {
        lock (_gate)
        {
            if (State == state || (onlyFrom is { } needed && State != needed))
            {
                return;
            }

            State = state;
        }

        setup.Changed();
    }

    /// <summary>A connection that says when it ends.</summary>
    private sealed class SubchannelStream(Socket socket, Subchannel owner) : NetworkStream(socket, ownsSocket: true)
    {
        private int _closed;

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            if (Interlocked.Exchange(ref _closed, 1) == 0)
            {
                owner.Closed();
            }
        }
    }
}

/// <summary>What all servers of a channel have in common.</summary>
/// <param name="Time">Measures pauses.</param>
/// <param name="InitialBackoff">First pause after a failure.</param>
/// <param name="MaxBackoff">Longest pause; null for no limit.</param>
/// <param name="ConnectsItself">Whether the channel makes the connections; otherwise the handler given to it does, and only calls show what works.</param>
/// <param name="Changed">Called when a state changed.</param>
/// <param name="Disposed">Fires when the channel is disposed.</param>
internal sealed record SubchannelSetup(TimeProvider Time, TimeSpan InitialBackoff, TimeSpan? MaxBackoff, bool ConnectsItself, Action Changed, CancellationToken Disposed);

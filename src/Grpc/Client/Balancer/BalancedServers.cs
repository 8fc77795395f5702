using Grpc.Core;

namespace Grpc.Net.Client.Balancer;

/// <summary>
/// Several servers as a <see cref="Resolver"/> finds them. Calls go to connected ones only: to each in turn, or all to the first. A server that
/// can't be reached is left out and connected again in the background.
/// </summary>
internal sealed class BalancedServers : ServerSet
{
    private readonly string _scheme;
    private readonly bool _inTurn;
    private readonly Resolver _resolver;
    private Subchannel[] _all = [];
    private volatile Subchannel[] _ready = [];
    private Status? _unresolved;
    private bool _isResolved;
    private bool _isStarted;
    private uint _next;

    public BalancedServers(Resolver resolver, string scheme, bool inTurn, GrpcChannelOptions options, TimeProvider time, bool connectsItself, CancellationToken disposed)
        : base(options, time, connectsItself, disposed)
    {
        _resolver = resolver;
        _scheme = scheme;
        _inTurn = inTurn;
    }

    public override bool HasAlternatives => true;

    public override ValueTask<Subchannel> PickAsync(bool waitForReady, CancellationToken cancellationToken) =>
        Next() is { } server ? new ValueTask<Subchannel>(server) : PickReadyAsync(waitForReady, cancellationToken);

    public override void RequestConnection()
    {
        lock (Gate)
        {
            if (_isStarted)
            {
                return;
            }

            _isStarted = true;
        }

        _resolver.Start(OnResolved);
    }

    public override void OnFailure() => _resolver.Refresh();

    protected override ConnectivityState Combined()
    {
        _ready = [.. _all.Where(server => server.State == ConnectivityState.Ready)];
        Connect();
        return _ready.Length > 0 ? ConnectivityState.Ready
            : IsHopeless ? ConnectivityState.TransientFailure
            : _isStarted ? ConnectivityState.Connecting
            : ConnectivityState.Idle;
    }

    protected override void DisposeServers()
    {
        _resolver.Dispose();
        Array.ForEach(_all, server => server.Dispose());
    }

    private bool IsHopeless => _all.Length > 0 ? _all.All(server => server.State == ConnectivityState.TransientFailure) : _isResolved || _unresolved is not null;

    private Subchannel? Next()
    {
        var ready = _ready;
        return ready.Length == 0 ? null
            : _inTurn ? ready[Interlocked.Increment(ref _next) % (uint)ready.Length]
            : ready[0];
    }

    private async ValueTask<Subchannel> PickReadyAsync(bool waitForReady, CancellationToken cancellationToken)
    {
        RequestConnection();
        while (true)
        {
            var changed = Changed;
            if (Next() is { } server)
            {
                return server;
            }

            if (!waitForReady && Hopeless() is { } failure)
            {
                throw new RpcException(failure);
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    private Status? Hopeless()
    {
        lock (Gate)
        {
            return !IsHopeless ? null
                : _all.Length > 0 ? _all[^1].Failure
                : _unresolved ?? new Status(StatusCode.Unavailable, "The channel's address stands for no server.");
        }
    }

    // In turn: to all. Otherwise: to the first that has not failed, and to the next one when it has.
    private void Connect()
    {
        foreach (var server in _inTurn ? _all : WantedFirst())
        {
            server.RequestConnection();
        }
    }

    private IEnumerable<Subchannel> WantedFirst() =>
        _ready.Length > 0 ? [] : _all.Where(server => server.State == ConnectivityState.TransientFailure)
            .Concat(_all.Where(server => server.State != ConnectivityState.TransientFailure).Take(1));

    private void OnResolved(ResolverResult result)
    {
        Subchannel[] gone = [];
        lock (Gate)
        {
            if (result.Addresses is { } addresses)
            {
                (_isResolved, _unresolved) = (true, null);
                var before = _all.ToDictionary(server => server.Address.EndPoint);
                _all = [.. addresses.DistinctBy(address => address.EndPoint).Select(address => before.GetValueOrDefault(address.EndPoint) ?? NewServer(address))];
                gone = [.. before.Values.Except(_all)];
            }
            else
            {
                _unresolved = result.Status;
            }
        }

        Array.ForEach(gone, server => server.Dispose());
        OnChanged();
    }

    private Subchannel NewServer(BalancerAddress address) => new(address, new Uri($"{_scheme}://{address}"), Setup);
}

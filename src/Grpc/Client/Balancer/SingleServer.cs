using Grpc.Core;

namespace Grpc.Net.Client.Balancer;

/// <summary>The one server of a channel with an http or https address. There is nowhere else to go, so every call tries, unless it would rather wait.</summary>
internal sealed class SingleServer : ServerSet
{
    private readonly Subchannel _server;

    public SingleServer(Uri address, GrpcChannelOptions options, TimeProvider time, bool connectsItself, CancellationToken disposed)
        : base(options, time, connectsItself, disposed) =>
        _server = new Subchannel(new BalancerAddress(address.IdnHost, address.Port), address, Setup);

    public override bool HasAlternatives => false;

    public override ValueTask<Subchannel> PickAsync(bool waitForReady, CancellationToken cancellationToken) =>
        waitForReady && _server.State == ConnectivityState.TransientFailure ? PickReadyAsync(cancellationToken) : new ValueTask<Subchannel>(_server);

    public override void RequestConnection() => _server.RequestConnection();

    protected override ConnectivityState Combined() => _server.State;

    protected override void DisposeServers() => _server.Dispose();

    private async ValueTask<Subchannel> PickReadyAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = Changed;
            if (_server.State != ConnectivityState.TransientFailure)
            {
                return _server;
            }

            _server.RequestConnection();
            await changed.WaitAsync(cancellationToken);
        }
    }
}

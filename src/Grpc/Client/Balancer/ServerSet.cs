using Grpc.Core;

namespace Grpc.Net.Client.Balancer;

/// <summary>The servers of a channel: which of them can be reached, and which one gets the next call.</summary>
internal abstract class ServerSet : IDisposable
{
    private TaskCompletionSource _changed = NewSignal();

    protected ServerSet(GrpcChannelOptions options, TimeProvider time, bool connectsItself, CancellationToken disposed) =>
        Setup = new SubchannelSetup(time, options.InitialReconnectBackoff, options.MaxReconnectBackoff, connectsItself, OnChanged, disposed);

    /// <summary>What the channel knows of the way to its servers as a whole.</summary>
    public ConnectivityState State { get; private set; }

    /// <summary>Completes at the next change of any server.</summary>
    protected Task Changed
    {
        get
        {
            lock (Gate)
            {
                return _changed.Task;
            }
        }
    }

    /// <summary>Whether a call that could not connect to one server may find another.</summary>
    public abstract bool HasAlternatives { get; }

    protected Lock Gate { get; } = new();

    protected SubchannelSetup Setup { get; }

    /// <summary>The server for the next call; waits while it is not known which can be reached.</summary>
    /// <param name="waitForReady">Whether to go on waiting where none can be reached.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RpcException">None can be reached: UNAVAILABLE.</exception>
    public abstract ValueTask<Subchannel> PickAsync(bool waitForReady, CancellationToken cancellationToken);

    /// <summary>Begins to connect without a call.</summary>
    public abstract void RequestConnection();

    /// <summary>A call could not connect to its server.</summary>
    public virtual void OnFailure()
    {
    }

    public async Task WaitForStateChangedAsync(ConnectivityState last, CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = Changed;
            if (State != last)
            {
                return;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    public void Dispose()
    {
        lock (Gate)
        {
            State = ConnectivityState.Shutdown;
        }

        DisposeServers();
        Signal();
    }

    protected abstract void DisposeServers();

    /// <summary>The state of the whole, from those of the servers; called under <see cref="Gate"/>.</summary>
    protected abstract ConnectivityState Combined();

    protected void OnChanged()
    {
        lock (Gate)
        {
            State = State == ConnectivityState.Shutdown ? State : Combined();
        }

        Signal();
    }

    private void Signal()
    {
        TaskCompletionSource changed;
        lock (Gate)
        {
            (changed, _changed) = (_changed, NewSignal());
        }

        changed.TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

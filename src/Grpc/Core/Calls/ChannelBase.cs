namespace Grpc.Core;

/// <summary>A way to a server over which clients make calls.</summary>
public abstract class ChannelBase
{
    private int _shutDown;

    /// <summary>A channel.</summary>
    /// <param name="target">What it leads to, host and port.</param>
    protected ChannelBase(string target) => Target = target;

    /// <summary>What the channel leads to, host and port.</summary>
    public string Target { get; }

    /// <summary>An invoker whose calls go over this channel.</summary>
    public abstract CallInvoker CreateCallInvoker();

    /// <summary>Ends the channel; the second time nothing happens.</summary>
    public Task ShutdownAsync() => Interlocked.Exchange(ref _shutDown, 1) == 0 ? ShutdownAsyncCore() : Task.CompletedTask;

    /// <summary>What ending means; nothing unless overridden.</summary>
    protected virtual Task ShutdownAsyncCore() => Task.CompletedTask;
}

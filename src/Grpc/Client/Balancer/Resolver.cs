using Grpc.Core;

namespace Grpc.Net.Client.Balancer;

/// <summary>Finds the addresses of the servers of one channel, and says when they change.</summary>
public abstract class Resolver : IDisposable
{
    /// <summary>A resolver that has not been started.</summary>
    protected Resolver()
    {
    }

    /// <summary>Starts; called once.</summary>
    /// <param name="listener">Takes every result; may be called from any thread, and from within this call.</param>
    public abstract void Start(Action<ResolverResult> listener);

    /// <summary>Asks to look again, because a server could not be reached; nothing happens unless overridden.</summary>
    public virtual void Refresh()
    {
    }

    /// <summary>Stops: the listener is not called any more.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the resolver holds; nothing unless overridden.</summary>
    /// <param name="disposing">Always true.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}

/// <summary>Makes the resolver of a channel whose address has a certain scheme; found among the services of <see cref="GrpcChannelOptions.ServiceProvider"/>.</summary>
public abstract class ResolverFactory
{
    /// <summary>A factory.</summary>
    protected ResolverFactory()
    {
    }

    /// <summary>The scheme it is for, <c>static</c> in <c>static:///orders</c>.</summary>
    public abstract string Name { get; }

    /// <summary>A resolver for one channel.</summary>
    /// <param name="options">The channel.</param>
    public abstract Resolver Create(ResolverOptions options);
}

/// <summary>The channel a resolver is made for.</summary>
public sealed class ResolverOptions
{
    internal ResolverOptions(Uri address, int defaultPort, GrpcChannelOptions channelOptions)
    {
        Address = address;
        DefaultPort = defaultPort;
        ChannelOptions = channelOptions;
    }

    /// <summary>Address of the channel.</summary>
    public Uri Address { get; }

    /// <summary>Port of addresses without one: 443 with TLS, 80 without.</summary>
    public int DefaultPort { get; }

    /// <summary>Options of the channel.</summary>
    public GrpcChannelOptions ChannelOptions { get; }
}

/// <summary>What a resolver found.</summary>
public sealed class ResolverResult
{
    private ResolverResult(Status status, IReadOnlyList<BalancerAddress>? addresses) => (Status, Addresses) = (status, addresses);

    /// <summary>OK, or why nothing was found.</summary>
    public Status Status { get; }

    /// <summary>The addresses; null where nothing was found.</summary>
    public IReadOnlyList<BalancerAddress>? Addresses { get; }

    /// <summary>Addresses; they replace those found before. None at all makes the channel unavailable.</summary>
    /// <param name="addresses">The addresses.</param>
    public static ResolverResult ForResult(IReadOnlyList<BalancerAddress> addresses)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        return new ResolverResult(Status.DefaultSuccess, addresses);
    }

    /// <summary>Nothing was found; addresses found before stay in use.</summary>
    /// <param name="status">Why; not OK.</param>
    public static ResolverResult ForFailure(Status status) =>
        status.StatusCode == StatusCode.OK ? throw new ArgumentException("A failure has another status than OK.", nameof(status)) : new ResolverResult(status, null);
}

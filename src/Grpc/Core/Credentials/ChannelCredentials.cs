namespace Grpc.Core;

/// <summary>How a channel proves and asks identity.</summary>
public abstract class ChannelCredentials
{
    private protected ChannelCredentials()
    {
    }

    /// <summary>No TLS.</summary>
    public static ChannelCredentials Insecure { get; } = new InsecureCredentials();

    /// <summary>TLS as the channel's handler is set up.</summary>
    public static ChannelCredentials SecureSsl { get; } = new SslCredentials();

    /// <summary>Whether the channel uses TLS.</summary>
    internal abstract bool IsSecure { get; }

    /// <summary>Credentials that every call of the channel carries; null for none.</summary>
    internal virtual CallCredentials? ForCalls => null;

    /// <summary>TLS, and credentials for every call.</summary>
    /// <param name="channelCredentials">Credentials of the channel.</param>
    /// <param name="callCredentials">Credentials of each call.</param>
    public static ChannelCredentials Create(ChannelCredentials channelCredentials, CallCredentials callCredentials)
    {
        ArgumentNullException.ThrowIfNull(channelCredentials);
        ArgumentNullException.ThrowIfNull(callCredentials);
        return new CompositeChannelCredentials(channelCredentials, callCredentials);
    }

    private sealed class InsecureCredentials : ChannelCredentials
    {
        internal override bool IsSecure => false;
    }

    private sealed class CompositeChannelCredentials(ChannelCredentials channel, CallCredentials calls) : ChannelCredentials
    {
        internal override bool IsSecure => channel.IsSecure;

        internal override CallCredentials? ForCalls { get; } = channel.ForCalls is { } inner ? CallCredentials.Compose(inner, calls) : calls;
    }
}

/// <summary>TLS. Trust and client certificates are set up on the channel's <see cref="HttpMessageHandler"/>.</summary>
public sealed class SslCredentials : ChannelCredentials
{
    /// <summary>TLS as the handler is set up.</summary>
    public SslCredentials()
    {
    }

    internal override bool IsSecure => true;
}

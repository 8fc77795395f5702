using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>How a channel connects and what it lets through.</summary>
public sealed class GrpcChannelOptions
{
    /// <summary>Options with the defaults.</summary>
    public GrpcChannelOptions()
    {
    }

    /// <summary>Credentials; default TLS for https addresses and none for http.</summary>
    public ChannelCredentials? Credentials { get; set; }

    /// <summary>Longest message taken in, bytes; default 4 MiB, null for no limit. A longer one ends its call with RESOURCE_EXHAUSTED.</summary>
    public int? MaxReceiveMessageSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>Longest message sent, bytes; null, the default, for no limit. A longer one ends its call with RESOURCE_EXHAUSTED.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>Connections, TLS and proxies; default a <see cref="SocketsHttpHandler"/> of the channel's own. Not together with <see cref="HttpClient"/>.</summary>
    public HttpMessageHandler? HttpHandler { get; set; }

    /// <summary>Sends the requests, in place of a handler. Not together with <see cref="HttpHandler"/>.</summary>
    public HttpClient? HttpClient { get; set; }

    /// <summary>Whether disposing the channel disposes the handler or client given; the channel's own handler always is.</summary>
    public bool DisposeHttpClient { get; set; }

    /// <summary>Whether a cancelled or late call throws <see cref="OperationCanceledException"/> instead of <see cref="RpcException"/>.</summary>
    public bool ThrowOperationCanceledOnCancellation { get; set; }

    /// <summary>Whether call credentials are sent without TLS, readable by everybody on the way; default no: such calls go without them.</summary>
    public bool UnsafeUseInsecureChannelCallCredentials { get; set; }

    /// <summary>Where the channel finds its <see cref="TimeProvider"/>; null for the system's clock.</summary>
    public IServiceProvider? ServiceProvider { get; set; }
}

using Grpc.Core;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;
using Grpc.Net.Compression;

namespace Grpc.Net.Client;

/// <summary>How a channel connects and what it lets through.</summary>
public sealed class GrpcChannelOptions
{
    /// <summary>Options with the defaults.</summary>
    public GrpcChannelOptions()
    {
    }

    /// <summary>Credentials; default TLS for https addresses and none for http. To be set for other addresses.</summary>
    public ChannelCredentials? Credentials { get; set; }

    /// <summary>Longest message taken in, bytes, after decompression too; default 4 MiB, null for no limit. A longer one ends its call with RESOURCE_EXHAUSTED.</summary>
    public int? MaxReceiveMessageSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>Longest message sent, bytes; null, the default, for no limit. A longer one ends its call with RESOURCE_EXHAUSTED.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>
    /// Connections, TLS and proxies; not together with <see cref="HttpClient"/>. Default a <see cref="SocketsHttpHandler"/> of the channel's own: several
    /// connections where one has too many calls, pings after 30 silent seconds of a call (10 seconds to answer), connections closed after 5 idle minutes.
    /// </summary>
    public HttpMessageHandler? HttpHandler { get; set; }

    /// <summary>Sends the requests, in place of a handler. Not together with <see cref="HttpHandler"/>.</summary>
    public HttpClient? HttpClient { get; set; }

    /// <summary>Whether disposing the channel disposes the handler or client given; the channel's own handler always is.</summary>
    public bool DisposeHttpClient { get; set; }

    /// <summary>Whether a cancelled or late call throws <see cref="OperationCanceledException"/> instead of <see cref="RpcException"/>.</summary>
    public bool ThrowOperationCanceledOnCancellation { get; set; }

    /// <summary>Whether call credentials are sent without TLS, readable by everybody on the way; default no: such calls go without them.</summary>
    public bool UnsafeUseInsecureChannelCallCredentials { get; set; }

    /// <summary>Compressions that requests may ask for by the metadata <c>grpc-internal-encoding-request</c> and responses may use; null for gzip.</summary>
    public IList<ICompressionProvider>? CompressionProviders { get; set; }

    /// <summary>Retries by method, and how calls are spread over servers; null for no retries.</summary>
    public ServiceConfig? ServiceConfig { get; set; }

    /// <summary>Most attempts of a call whatever its policy says; default 5, null for no limit.</summary>
    public int? MaxRetryAttempts { get; set; } = 5;

    /// <summary>Most bytes of requests that all calls together keep for another attempt; default 16 MiB, null for no limit. Calls beyond it are not tried again.</summary>
    public long? MaxRetryBufferSize { get; set; } = 16 * 1024 * 1024;

    /// <summary>
    /// Most bytes of requests that one call keeps for another attempt; default 1 MiB, null for no limit. A message of a stream counts 128 more than it is
    /// long. A call beyond it is not tried again.
    /// </summary>
    public long? MaxRetryBufferPerCallSize { get; set; } = 1024 * 1024;

    /// <summary>Pause before a server that could not be reached is tried again; default 1 s. It grows by 1.6 with every failure and varies by a fifth.</summary>
    public TimeSpan InitialReconnectBackoff { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest such pause; default 2 minutes, null for no limit.</summary>
    public TimeSpan? MaxReconnectBackoff { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Where the channel finds its <see cref="TimeProvider"/> and <see cref="ResolverFactory"/>; null for the system's clock and the scheme <c>dns</c> only.</summary>
    public IServiceProvider? ServiceProvider { get; set; }
}

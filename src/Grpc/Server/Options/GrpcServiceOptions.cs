using System.IO.Compression;
using Grpc.Net.Compression;

namespace Grpc.AspNetCore.Server;

/// <summary>Limits and interceptors of all services of an application, set with <c>AddGrpc</c>.</summary>
public class GrpcServiceOptions
{
    /// <summary>Options with the defaults.</summary>
    public GrpcServiceOptions()
    {
    }

    /// <summary>Longest message taken in, bytes; default 1 MiB, null for no limit. A longer one ends its call with RESOURCE_EXHAUSTED.</summary>
    public int? MaxReceiveMessageSize { get; set; } = 1024 * 1024;

    /// <summary>Longest message sent out, bytes; null, the default, for no limit. A longer one ends its call with RESOURCE_EXHAUSTED.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>Whether messages of unexpected exceptions go to the client; default no, because they may carry anything.</summary>
    public bool? EnableDetailedErrors { get; set; }

    /// <summary>Whether calls to unknown services and methods are left to the rest of the application instead of answered UNIMPLEMENTED; default no.</summary>
    public bool? IgnoreUnknownServices { get; set; }

    /// <summary>
    /// Compression of responses, by its name in <see cref="CompressionProviders"/>; null, the default, for none. A client that does not accept it gets
    /// uncompressed messages. A handler chooses another for its call with the response header <c>grpc-internal-encoding-request</c>.
    /// </summary>
    public string? ResponseCompressionAlgorithm { get; set; }

    /// <summary>Effort of <see cref="ResponseCompressionAlgorithm"/>; null for the provider's own.</summary>
    public CompressionLevel? ResponseCompressionLevel { get; set; }

    /// <summary>Compressions of requests and responses that are known; default gzip. Empty for none.</summary>
    public IList<ICompressionProvider> CompressionProviders { get; set; } = [new GzipCompressionProvider(CompressionLevel.Fastest)];

    /// <summary>Interceptors; the first one added sees a call first, and those of the application come before those of a service.</summary>
    public InterceptorCollection Interceptors { get; } = [];
}

/// <summary>Options of one service, set with <c>AddServiceOptions</c>; they start as the application's options.</summary>
/// <typeparam name="TService">The service's implementation.</typeparam>
public class GrpcServiceOptions<TService> : GrpcServiceOptions
    where TService : class
{
    /// <summary>Options with the defaults.</summary>
    public GrpcServiceOptions()
    {
    }
}

using System.Globalization;
using Grpc.Core;
using Grpc.Framing;
using Grpc.Net.Client.Balancer;

namespace Grpc.Net.Client.Calls;

/// <summary>Everything of a request but its messages.</summary>
internal sealed class RequestHead(GrpcChannel channel, IMethod method, string? host, CallOptions options)
{
    private const string UserAgent = "grpc-dotnet-datahub";
    private const string PreviousAttemptsHeader = "grpc-previous-rpc-attempts";

    public IMethod Method => method;

    public CallOptions Options => options;

    /// <summary>When the call is given up, UTC: the earlier of its own deadline and that of the call it serves; <see cref="DateTime.MaxValue"/> for never.</summary>
    public DateTime Deadline { get; } = EarlierDeadline(options);

    /// <summary>What compresses the messages, as the metadata ask for; null for nothing.</summary>
    /// <exception cref="RpcException">The channel does not know the compression: INTERNAL.</exception>
    public MessageCompressor? Compressor()
    {
        if (options.Headers?.GetValue(Wire.EncodingRequestKey) is not { } encoding || encoding == Wire.Identity)
        {
            return null;
        }

        return channel.Encodings.Compressor(encoding, level: null)
            ?? throw new RpcException(new Status(StatusCode.Internal, $"Could not find compression provider for '{encoding}'."));
    }

    /// <summary>The request of one attempt with metadata, credentials and the time left.</summary>
    /// <param name="body">The messages.</param>
    /// <param name="encoding">How they are compressed; null for not at all.</param>
    /// <param name="server">Where it goes.</param>
    /// <param name="previousAttempts">Attempts that failed before.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<HttpRequestMessage> MakeAsync(RequestBody body, string? encoding, Subchannel server, int previousAttempts, CancellationToken cancellationToken)
    {
        var request = new CallRequest(server, server.UriOf(method), body.NewContent());
        request.Headers.Host = host ?? server.Address.HostOverride;
        Add(request, "te", "trailers");
        Add(request, Wire.AcceptEncodingHeader, channel.Encodings.AcceptHeader);
        AddMetadata(request, options.Headers);
        if (CallCredentials is { } credentials)
        {
            await AddCredentialsAsync(request, server, credentials, cancellationToken);
        }

        AddProtocol(request, encoding, previousAttempts);
        return request;
    }

    private CallCredentials? CallCredentials =>
        !channel.SendsCallCredentials ? null
        : channel.CallCredentials is { } always && options.Credentials is { } once ? Core.CallCredentials.Compose(always, once)
        : channel.CallCredentials ?? options.Credentials;

    private static DateTime EarlierDeadline(CallOptions options)
    {
        var own = options.Deadline ?? DateTime.MaxValue;
        if (own.Kind != DateTimeKind.Utc && own != DateTime.MaxValue && own != DateTime.MinValue)
        {
            throw new InvalidOperationException("A deadline is given in UTC.");
        }

        var parents = options.PropagationToken?.Deadline ?? DateTime.MaxValue;
        return own < parents ? own : parents;
    }

    private static void Add(HttpRequestMessage request, string name, string value) => request.Headers.TryAddWithoutValidation(name, value);

    private static void AddMetadata(HttpRequestMessage request, Metadata? metadata)
    {
        if (metadata is null)
        {
            return;
        }

        foreach (var entry in metadata)
        {
            if (!Wire.IsReserved(entry.Key) && entry.Key != PreviousAttemptsHeader)
            {
                Add(request, entry.Key, MetadataHeaders.Text(entry));
            }
        }
    }

    private void AddProtocol(HttpRequestMessage request, string? encoding, int previousAttempts)
    {
        if (!request.Headers.NonValidated.Contains("user-agent"))
        {
            Add(request, "user-agent", UserAgent);
        }

        if (encoding is not null)
        {
            Add(request, Wire.EncodingHeader, encoding);
        }

        if (previousAttempts > 0)
        {
            Add(request, PreviousAttemptsHeader, previousAttempts.ToString(CultureInfo.InvariantCulture));
        }

        if (Deadline != DateTime.MaxValue)
        {
            Add(request, Wire.TimeoutHeader, GrpcTimeout.Format(Deadline - channel.Time.GetUtcNow().UtcDateTime));
        }
    }

    private async Task AddCredentialsAsync(HttpRequestMessage request, Subchannel server, CallCredentials credentials, CancellationToken cancellationToken)
    {
        var added = new Metadata();
        var service = new Uri(server.Origin, method.ServiceName).ToString();
        await credentials.AddToAsync(added, new AuthInterceptorContext(service, method.Name, cancellationToken));
        AddMetadata(request, added);
    }
}

using System.Net;
using Grpc.Core;
using Grpc.Framing;

namespace Grpc.Net.Client.Calls;

/// <summary>Everything of a request but its messages.</summary>
internal sealed class RequestHead(GrpcChannel channel, IMethod method, string? host, CallOptions options)
{
    private const string UserAgent = "grpc-dotnet-datahub";

    /// <summary>When the call is given up, UTC: the earlier of its own deadline and that of the call it serves; <see cref="DateTime.MaxValue"/> for never.</summary>
    public DateTime Deadline { get; } = EarlierDeadline(options);

    /// <summary>The request with metadata, credentials and the time left.</summary>
    public async Task<HttpRequestMessage> MakeAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, channel.UriOf(method))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        request.Headers.Host = host;
        Add(request, "te", "trailers");
        Add(request, Wire.AcceptEncodingHeader, Wire.Identity);
        AddMetadata(request, options.Headers);
        if (CallCredentials is { } credentials)
        {
            await AddCredentialsAsync(request, credentials, cancellationToken);
        }

        if (!request.Headers.NonValidated.Contains("user-agent"))
        {
            Add(request, "user-agent", UserAgent);
        }

        if (Deadline != DateTime.MaxValue)
        {
            Add(request, Wire.TimeoutHeader, GrpcTimeout.Format(Deadline - channel.Time.GetUtcNow().UtcDateTime));
        }

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
        foreach (var entry in metadata ?? Metadata.Empty)
        {
            if (!Wire.IsReserved(entry.Key))
            {
                Add(request, entry.Key, MetadataHeaders.Text(entry));
            }
        }
    }

    private async Task AddCredentialsAsync(HttpRequestMessage request, CallCredentials credentials, CancellationToken cancellationToken)
    {
        var added = new Metadata();
        var service = new Uri(channel.Address, method.ServiceName).ToString();
        await credentials.AddToAsync(added, new AuthInterceptorContext(service, method.Name, cancellationToken));
        AddMetadata(request, added);
    }
}

using System.Net;
using Grpc.Net.Client.Balancer;

namespace Grpc.Net.Client.Calls;

/// <summary>The HTTP request of one attempt.</summary>
internal sealed class CallRequest : HttpRequestMessage
{
    public CallRequest(Subchannel server, Uri uri, HttpContent content)
        : base(HttpMethod.Post, uri)
    {
        Server = server;
        Content = content;
        Version = HttpVersion.Version20;
        VersionPolicy = HttpVersionPolicy.RequestVersionExact;
    }

    /// <summary>Where it goes.</summary>
    public Subchannel Server { get; }
}

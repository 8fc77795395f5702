using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace Grpc.Tests.Support;

/// <summary>What came back over HTTP, before any gRPC client has judged it.</summary>
internal sealed record RawReply(HttpResponseMessage Response, byte[] Body)
{
    public string? Status => Value(Response.TrailingHeaders, "grpc-status") ?? Value(Response.Headers, "grpc-status");

    public string? Message => Value(Response.TrailingHeaders, "grpc-message") ?? Value(Response.Headers, "grpc-message");

    public bool IsTrailersOnly => Value(Response.Headers, "grpc-status") is not null && Body.Length == 0;

    public static string? Value(HttpHeaders headers, string name) => headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;
}

/// <summary>Requests over HTTP/2 that no gRPC client would send.</summary>
internal static class RawCall
{
    public const string Echo = "/datahub.probe.Probe/Echo";

    public static byte[] Frame(IMessage message) => Frame(message.ToByteArray());

    public static byte[] Frame(byte[] payload, byte flag = 0, uint? length = null)
    {
        var frame = new byte[5 + payload.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), length ?? (uint)payload.Length);
        payload.CopyTo(frame, 5);
        return frame;
    }

    public static Task<RawReply> SendAsync(ProbeServer server, string path, byte[] body, params (string Name, string Value)[] headers) =>
        SendAsync(server, path, new ByteArrayContent(body), headers);

    public static async Task<RawReply> SendAsync(ProbeServer server, string path, HttpContent content, params (string Name, string Value)[] headers)
    {
        using var client = new HttpMessageInvoker(server.Handler());
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        request.Headers.TryAddWithoutValidation("te", "trailers");
        if (!headers.Any(header => header.Name == "content-type"))
        {
            content.Headers.TryAddWithoutValidation("content-type", "application/grpc");
        }

        foreach (var (name, value) in headers)
        {
            _ = name == "content-type" ? content.Headers.TryAddWithoutValidation(name, value) : request.Headers.TryAddWithoutValidation(name, value);
        }

        var response = await client.SendAsync(request, TestContext.Current.CancellationToken).SoonAsync();
        return new RawReply(response, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken).SoonAsync());
    }
}

using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Framing;

namespace Grpc.Net.Client.Calls;

/// <summary>Reads the headers and trailers of a response.</summary>
internal static class ResponseHead
{
    /// <summary>The status of a response that ends with its headers: trailers-only, another HTTP status, or no gRPC. Null where messages may follow.</summary>
    public static Status? EarlyStatus(HttpResponseMessage response)
    {
        if (StatusIn(response.Headers) is { } trailersOnly)
        {
            return trailersOnly;
        }

        if (response.StatusCode != HttpStatusCode.OK)
        {
            return new Status(TransportFailure.OfHttpStatus(response.StatusCode), $"The server answered with HTTP status {(int)response.StatusCode}.");
        }

        var contentType = response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var values) ? values.ToString() : null;
        return Wire.IsGrpcContentType(contentType)
            ? null
            : new Status(StatusCode.Unknown, $"The response is no gRPC; its content type is {contentType ?? "missing"}.");
    }

    /// <summary>The status in headers or trailers; null where there is none.</summary>
    public static Status? StatusIn(HttpHeaders headers) =>
        Value(headers, Wire.StatusHeader) is { } code ? Wire.ParseStatus(code, Value(headers, Wire.MessageHeader)) : null;

    /// <summary>One header's value; null where it is missing.</summary>
    public static string? Value(HttpHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;

    public static Metadata MetadataIn(HttpHeaders headers)
    {
        Metadata? metadata = null;
        foreach (var (name, values) in headers.NonValidated)
        {
            // Asked here too, because the values would be boxed to be asked there: of most trailers nothing but the status remains.
            if (!Wire.IsReserved(name))
            {
                MetadataHeaders.AddReceived(metadata ??= [], name, values);
            }
        }

        return metadata ?? [];
    }
}

using Grpc.Core;
using Grpc.Framing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Primitives;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>What a request must be to count as gRPC at all.</summary>
internal static class RequestGate
{
    /// <summary>
    /// Answers a request that is no gRPC, or says something twice or wrong: 415 for another content type, 426 for another protocol than HTTP/2 and
    /// HTTP/3, 400 for headers that gRPC must not have, always with INTERNAL.
    /// </summary>
    /// <param name="httpContext">The request.</param>
    /// <param name="timeout">What <c>grpc-timeout</c> says; null where there is none.</param>
    /// <returns>True where the request has been answered.</returns>
    public static bool Refuses(HttpContext httpContext, out TimeSpan? timeout)
    {
        var headers = httpContext.Request.Headers;
        var fault = RefusesProtocol(httpContext.Request) ?? RefusesHeaders(headers);
        timeout = null;
        if (fault is null && headers.GrpcTimeout is { Count: > 0 } text)
        {
            fault = TryReadTimeout(text, out timeout) ? null : BadHeaders("Malformed grpc-timeout.");
        }

        if (fault is var (httpStatus, detail))
        {
            Answer(httpContext.Response, httpStatus, StatusCode.Internal, detail);
            return true;
        }

        return false;
    }

    /// <summary>Whether a request says, once, that its body is gRPC.</summary>
    public static bool HasContentType(HttpRequest request) => request.Headers.ContentType.Count == 1 && Wire.IsGrpcContentType(request.ContentType);

    /// <summary>A trailers-only response.</summary>
    public static void Answer(HttpResponse response, int httpStatus, StatusCode code, string detail)
    {
        response.StatusCode = httpStatus;
        response.ContentType = Wire.ContentType;
        response.Headers[Wire.StatusHeader] = Wire.StatusText(code);
        response.Headers[Wire.MessageHeader] = PercentEncoding.Encode(detail);
    }

    /// <summary>
    /// Lifts Kestrel's limits that a stream of requests would break by resting: least data rate and greatest body. Each message stays limited.
    /// Requests with one message keep both limits.
    /// </summary>
    public static void AllowIdleStream(HttpContext httpContext)
    {
        if (httpContext.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }

        if (httpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }
    }

    private static (int HttpStatus, string Detail)? RefusesProtocol(HttpRequest request) => request switch
    {
        _ when !HasContentType(request) =>
            (StatusCodes.Status415UnsupportedMediaType, "The content type of a gRPC request is application/grpc."),
        _ when !HttpProtocol.IsHttp2(request.Protocol) && !HttpProtocol.IsHttp3(request.Protocol) => (StatusCodes.Status426UpgradeRequired, "gRPC needs HTTP/2."),
        _ => null,
    };

    /// <summary>A header that stands twice is read differently by different readers, so none may be where gRPC has one.</summary>
    private static (int HttpStatus, string Detail)? RefusesHeaders(IHeaderDictionary headers)
    {
        if (headers.TE is not { Count: 1 } te || te != "trailers")
        {
            return BadHeaders("A gRPC request says te: trailers, once: without it a proxy on the way may drop the status.");
        }

        if (headers.TransferEncoding.Count + headers.KeepAlive.Count + headers.ProxyConnection.Count + headers.Upgrade.Count > 0)
        {
            return BadHeaders("HTTP/2 has no headers of the connection (RFC 9113 §8.2.2).");
        }

        return headers.GrpcEncoding.Count > 1 ? BadHeaders("More than one grpc-encoding.") : null;
    }

    private static bool TryReadTimeout(StringValues text, out TimeSpan? timeout)
    {
        var isRead = GrpcTimeout.TryParse(text.ToString(), out var left) && text.Count == 1;
        timeout = isRead ? left : null;
        return isRead;
    }

    private static (int HttpStatus, string Detail) BadHeaders(string detail) => (StatusCodes.Status400BadRequest, detail);
}

using Grpc.Core;
using Grpc.Framing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>What a request must be to count as gRPC at all.</summary>
internal static class RequestGate
{
    /// <summary>Answers a request that is no gRPC: 415 for another content type, 426 for another protocol than HTTP/2 and HTTP/3.</summary>
    /// <returns>True where the request has been answered.</returns>
    public static bool Refuses(HttpContext httpContext)
    {
        var request = httpContext.Request;
        if (!Wire.IsGrpcContentType(request.ContentType))
        {
            Answer(httpContext.Response, StatusCodes.Status415UnsupportedMediaType, StatusCode.Internal, "The content type of a gRPC request is application/grpc.");
            return true;
        }

        if (!HttpProtocol.IsHttp2(request.Protocol) && !HttpProtocol.IsHttp3(request.Protocol))
        {
            Answer(httpContext.Response, StatusCodes.Status426UpgradeRequired, StatusCode.Internal, "gRPC needs HTTP/2.");
            return true;
        }

        return false;
    }

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
}

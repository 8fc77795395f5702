using System.Net;
using System.Security.Authentication;
using Grpc.Core;

namespace Grpc.Net.Client.Calls;

/// <summary>The status of a call that HTTP did not carry to its end.</summary>
internal static class TransportFailure
{
    private const string Refused =
        " The server did not complete the handshake: is it HTTP/2, and was the certificate refused? With TLS 1.3 a refused client certificate shows only so.";

    public static Status StatusOf(Exception exception, bool isTls) => exception switch
    {
        RpcException { Status: var status } => status,
        OperationCanceledException => new Status(StatusCode.Cancelled, "The call was cancelled.", exception),
        _ when Find<HttpProtocolException>(exception) is { } protocol => OfReset(protocol, exception),
        HttpRequestException or IOException => new Status(StatusCode.Unavailable, Unreachable(exception, isTls), exception),
        _ => new Status(StatusCode.Internal, $"The call could not be made: {exception.Message}", exception),
    };

    /// <summary>Status for a response without one (http-grpc-status-mapping.md of the gRPC project).</summary>
    public static StatusCode OfHttpStatus(HttpStatusCode httpStatus) => httpStatus switch
    {
        HttpStatusCode.BadRequest => StatusCode.Internal,
        HttpStatusCode.Unauthorized => StatusCode.Unauthenticated,
        HttpStatusCode.Forbidden => StatusCode.PermissionDenied,
        HttpStatusCode.NotFound => StatusCode.Unimplemented,
        HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };

    /// <summary>Error codes of RFC 9113 §7 as PROTOCOL-HTTP2.md maps them.</summary>
    private static Status OfReset(HttpProtocolException protocol, Exception exception)
    {
        var code = protocol.ErrorCode switch
        {
            0x7 => StatusCode.Unavailable, // REFUSED_STREAM: nothing was done
            0x8 => StatusCode.Cancelled,
            0xb => StatusCode.ResourceExhausted, // ENHANCE_YOUR_CALM
            0xc => StatusCode.PermissionDenied, // INADEQUATE_SECURITY
            _ => StatusCode.Internal,
        };
        return new Status(code, $"The server reset the stream with HTTP/2 error 0x{protocol.ErrorCode:x}.", exception);
    }

    private static string Unreachable(Exception exception, bool isTls)
    {
        var message = exception.GetBaseException().Message.ReplaceLineEndings(" ");
        return isTls && BrokeHandshake(exception) ? message + Refused : message;
    }

    private static bool BrokeHandshake(Exception exception) =>
        Find<AuthenticationException>(exception) is not null
        || Find<ObjectDisposedException>(exception) is not null // the server hung up while HTTP/2 was being set up
        || exception is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError or HttpRequestError.InvalidResponse or HttpRequestError.ResponseEnded }
        || Find<HttpIOException>(exception) is { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ResponseEnded };

    private static T? Find<T>(Exception? exception)
        where T : Exception
    {
        while (exception is not (null or T))
        {
            exception = exception.InnerException;
        }

        return (T?)exception;
    }
}

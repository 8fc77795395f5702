using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Grpc.Core;

namespace Grpc.Net.Client.Calls;

/// <summary>The status of a call that HTTP did not carry to its end.</summary>
internal static class TransportFailure
{
    private const long NoError = 0x0;
    private const long RefusedStream = 0x7;

    private const string Refused =
        " The server did not complete the handshake: is it HTTP/2, and was the certificate refused? With TLS 1.3 a refused client certificate shows only so.";

    public static Status StatusOf(Exception exception, bool isTls) => exception switch
    {
        RpcException { Status: var status } => status,
        OperationCanceledException { InnerException: TimeoutException timeout } => new Status(StatusCode.Unavailable, timeout.Message, exception),
        OperationCanceledException => new Status(StatusCode.Cancelled, "The call was cancelled.", exception),
        _ when Find<HttpProtocolException>(exception) is { } protocol => OfReset(protocol, exception),
        HttpRequestException or IOException or SocketException or TimeoutException => new Status(StatusCode.Unavailable, Unreachable(exception, isTls), exception),
        _ => new Status(StatusCode.Internal, $"The call could not be made: {exception.Message}", exception),
    };

    /// <summary>Whether no connection could be made, so that no server has seen the request.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="onlyConnectingTimesOut">Whether a timeout of the handler can be nothing but its <see cref="SocketsHttpHandler.ConnectTimeout"/>.</param>
    public static bool ReachedNobody(Exception exception, bool onlyConnectingTimesOut) =>
        (onlyConnectingTimesOut && exception is OperationCanceledException { InnerException: TimeoutException })
            || exception is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.VersionNegotiationError or HttpRequestError.ProxyTunnelError };

    /// <summary>Whether the server said that it has not acted on the request.</summary>
    public static bool IsRefused(Exception exception) => Find<HttpProtocolException>(exception) is { ErrorCode: RefusedStream };

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
            NoError when EndedConnection(protocol) => StatusCode.Unavailable,
            RefusedStream => StatusCode.Unavailable,
            0x8 => StatusCode.Cancelled,
            0xb => StatusCode.ResourceExhausted, // ENHANCE_YOUR_CALM
            0xc => StatusCode.PermissionDenied, // INADEQUATE_SECURITY
            _ => StatusCode.Internal,
        };
        return new Status(code, $"The server reset the stream with HTTP/2 error 0x{protocol.ErrorCode:x}.", exception);
    }

    // The platform tells the end of a connection from that of a stream by its words only; they are not translated.
    private static bool EndedConnection(HttpProtocolException protocol) => protocol.Message.Contains("closed the connection", StringComparison.Ordinal);

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

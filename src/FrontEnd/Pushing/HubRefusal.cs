using System.Globalization;
using System.Security.Authentication;
using DataHub.Kernel.Faults;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;

namespace DataHub.FrontEnd.Pushing;

/// <summary>A status other than OK from the hub: what it says, and whether waiting helps. Details travel as google.rpc.Status.</summary>
public static class HubRefusal
{
    private const string DetailsTrailer = "grpc-status-details-bin";

    /// <summary>
    /// Whether opening the stream again may help: the hub is away or restarting, the stream was cut, another stream on the batch is
    /// just ending (ABORTED), or a budget fills up again.
    /// </summary>
    public static bool IsPassing(StatusCode code) => code
        is StatusCode.Unavailable or StatusCode.Cancelled or StatusCode.Internal or StatusCode.Unknown
        or StatusCode.DeadlineExceeded or StatusCode.Aborted or StatusCode.ResourceExhausted;

    /// <summary>
    /// Whether the connection ended in the handshake: one side refused the other's certificate. With TLS 1.3 a client learns of it only
    /// by the server hanging up before HTTP/2 begins.
    /// </summary>
    public static bool IsHandshake(RpcException e)
    {
        for (var cause = e.Status.DebugException; cause is not null; cause = cause.InnerException)
        {
            if (cause is AuthenticationException or ObjectDisposedException
                or HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }
                or HttpIOException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ResponseEnded })
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What a handshake that failed means for whoever reads it.</summary>
    public static FaultException CertificateRefused(RpcException refused) => new(
        FaultKind.Unauthenticated,
        "CERTIFICATE_REFUSED",
        "The hub and this system do not accept each other's certificates: one has expired or comes from another authority; ask the hub's operator for a new one.",
        refused);

    /// <summary>The refusal in the hub's words, with its code, field and retry delay where it sent them.</summary>
    public static FaultException ToFault(RpcException e)
    {
        var details = DetailsOf(e);
        var code = Detail<ErrorInfo>(details)?.Reason;
        var field = Detail<BadRequest>(details)?.FieldViolations.FirstOrDefault()?.Field;
        return new FaultException(KindOf(e.StatusCode), string.IsNullOrEmpty(code) ? "HUB_REFUSED" : code, MessageOf(e, details), e)
        {
            Field = string.IsNullOrEmpty(field) ? null : field,
            RetryAfter = RetryAfter(e),
        };
    }

    /// <summary>The delay the hub asks for; null where it does not.</summary>
    public static TimeSpan? RetryAfter(RpcException e) => Detail<RetryInfo>(DetailsOf(e))?.RetryDelay?.ToTimeSpan();

    private static string MessageOf(RpcException e, Google.Rpc.Status? details) => (details?.Message, e.Status.Detail) switch
    {
        ({ Length: > 0 } message, _) => message,
        (_, { Length: > 0 } detail) => detail,
        _ => string.Create(CultureInfo.InvariantCulture, $"The hub refused with {e.StatusCode}."),
    };

    // Details are an addition to the status; where they cannot be read, the status still says enough.
    private static Google.Rpc.Status? DetailsOf(RpcException e)
    {
        try
        {
            return e.Trailers.GetValueBytes(DetailsTrailer) is { } bytes ? Google.Rpc.Status.Parser.ParseFrom(bytes) : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static T? Detail<T>(Google.Rpc.Status? details)
        where T : class, IMessage<T>, new()
    {
        try
        {
            return details?.Details.FirstOrDefault(any => any.Is(new T().Descriptor))?.Unpack<T>();
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static FaultKind KindOf(StatusCode code) => code switch
    {
        StatusCode.InvalidArgument or StatusCode.OutOfRange => FaultKind.Malformed,
        StatusCode.NotFound => FaultKind.Unknown,
        StatusCode.AlreadyExists => FaultKind.Exists,
        StatusCode.FailedPrecondition or StatusCode.Unimplemented => FaultKind.WrongState,
        StatusCode.Aborted => FaultKind.Conflict,
        StatusCode.PermissionDenied => FaultKind.Denied,
        StatusCode.Unauthenticated => FaultKind.Unauthenticated,
        StatusCode.ResourceExhausted => FaultKind.OverQuota,
        _ => FaultKind.Unavailable,
    };
}

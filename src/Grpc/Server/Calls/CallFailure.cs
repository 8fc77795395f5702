using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>The status of a call whose handler threw.</summary>
internal static class CallFailure
{
    public static Status StatusOf(Exception exception, bool detailed, bool callIsCancelled) => exception switch
    {
        RpcException { Status: var chosen } => chosen,
        OperationCanceledException or IOException when callIsCancelled => new Status(StatusCode.Cancelled, "The call was cancelled.", exception),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => new Status(StatusCode.ResourceExhausted, "The request is too large.", exception),
        _ => new Status(StatusCode.Unknown, HandlerThrew(exception, detailed), exception),
    };

    private static string HandlerThrew(Exception exception, bool detailed) =>
        detailed
            ? $"Exception was thrown by handler. {exception.GetType().Name}: {exception.Message}"
            : "Exception was thrown by handler.";
}

using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>Serves the requests of one method.</summary>
internal abstract class ServerCallHandler<TRequest, TResponse>(Method<TRequest, TResponse> method, MethodOptions options, CallEnvironment environment)
    where TRequest : class
    where TResponse : class
{
    protected Func<DeserializationContext, TRequest> Deserialize { get; } = method.RequestMarshaller.ContextualDeserializer;

    protected Action<TResponse, SerializationContext> Serialize { get; } = method.ResponseMarshaller.ContextualSerializer;

    public Task HandleAsync(HttpContext httpContext)
    {
        if (RequestGate.Refuses(httpContext, out var timeout))
        {
            return Task.CompletedTask;
        }

        if (method.Type is MethodType.ClientStreaming or MethodType.DuplexStreaming)
        {
            RequestGate.AllowIdleStream(httpContext);
        }

        return RunAsync(new HttpServerCallContext(httpContext, options, environment), timeout);
    }

    /// <summary>Reads, calls the handler, writes; the status is sent by the caller.</summary>
    protected abstract Task InvokeAsync(HttpServerCallContext call);

    protected async Task WriteSingleAsync(HttpServerCallContext call, TResponse? response)
    {
        if (response is null)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "No message returned from method."));
        }

        // Not flushed where it is short: message and trailers leave together when the request delegate returns.
        call.Watch.WaitsForRoom = true;
        await call.Writer.WriteAsync(response, Serialize, call.Compressor, flush: false, CancellationToken.None);
        call.Watch.WaitsForRoom = false;
    }

    private async Task RunAsync(HttpServerCallContext call, TimeSpan? timeout)
    {
        using var ending = call;
        try
        {
            call.Start(isStream: method.Type != MethodType.Unary, timeout);
            await InvokeAsync(call);
        }
        catch (Exception exception)
        {
            call.Fail(exception);
        }

        await call.EndAsync();
    }
}

using System.Diagnostics;
using DataHub.EventStore.Postgres;
using DataHub.Kernel.Faults;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;

namespace DataHub.Host.Errors;

/// <summary>The one place that turns refusals into gRPC statuses. What nobody threw on purpose leaves as INTERNAL with a trace id.</summary>
internal sealed partial class FaultInterceptor(ILogger<FaultInterceptor> logger) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(() => continuation(request, context), context);

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(() => continuation(requestStream, context), context);

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(() => WithoutResult(continuation(request, responseStream, context)), context);

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(() => WithoutResult(continuation(requestStream, responseStream, context)), context);

    private static async Task<bool> WithoutResult(Task call)
    {
        await call;
        return true;
    }

    private async Task<T> GuardAsync<T>(Func<Task<T>> call, ServerCallContext context)
    {
        try
        {
            return await call();
        }
        catch (Exception e) when ((e as FaultException ?? PostgresFaults.Of(e)) is { } fault)
        {
            Log.Refused(logger, context.Method, fault.Code);
            throw FaultStatus.Of(fault);
        }
        catch (Exception e) when (e is not RpcException && !context.CancellationToken.IsCancellationRequested)
        {
            var traceId = Activity.Current?.TraceId.ToString() ?? ActivityTraceId.CreateRandom().ToString();
            Log.Failed(logger, e, context.Method, traceId);
            throw new RpcException(new Status(StatusCode.Internal, $"The hub failed; trace {traceId} is in its log."));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1001, LogLevel.Information, "{Method} refused: {Code}")]
        public static partial void Refused(ILogger logger, string method, string code);

        [LoggerMessage(1002, LogLevel.Error, "{Method} failed, trace {TraceId}")]
        public static partial void Failed(ILogger logger, Exception exception, string method, string traceId);
    }
}

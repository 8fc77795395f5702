using DataHub.Contracts;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace DataHub.Host.Quotas;

/// <summary>
/// Holds each organisation to its quota, and serves calls fairly when there are more than can be served at once. Runs after access control, which says whose call it is; calls of strangers are counted there.
/// </summary>
internal sealed class QuotaControl(OrganisationQuotas quotas, FairGate gate) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        ServeAsync(context, _ => continuation(request, context));

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        ServeAsync(context, turn => continuation(turn is null ? requestStream : new TurnReader<TRequest>(requestStream, turn), context));

    // What is sent may wait long for something to say; it gets its turn to begin, and then no longer counts.
    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        ServeAsync(context, turn =>
        {
            turn?.GiveBack();
            return WithoutResult(continuation(request, responseStream, context));
        });

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        ServeAsync(context, turn => WithoutResult(turn is null
            ? continuation(requestStream, responseStream, context)
            : continuation(new TurnReader<TRequest>(requestStream, turn), new TurnWriter<TResponse>(responseStream, turn), context)));

    private static async Task<bool> WithoutResult(Task call)
    {
        await call;
        return true;
    }

    private async Task<T> ServeAsync<T>(ServerCallContext context, Func<Turn?, Task<T>> call)
    {
        if (CallClasses.Of(context.Method) is not { } callClass || context.FindCaller() is not { } caller)
        {
            return await call(null);
        }

        var bucket = quotas.Take(caller.Organisation, callClass);
        var turn = new Turn(gate, caller.Organisation, callClass);
        await turn.TakeAsync(context.CancellationToken);
        try
        {
            return await call(turn);
        }
        finally
        {
            turn.End();
            if (context.Notes().IsRepetition)
            {
                bucket.Return();
            }
        }
    }
}

using DataHub.Contracts;
using DataHub.Kernel.Faults;
using DataHub.Ledger.Entries;
using DataHub.Ledger.Writing;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace DataHub.Host.Ledgering;

/// <summary>
/// Records every call: what was refused, what failed, and what went well where the service did not record it itself (<see cref="CallNotes.IsRecorded"/>). A call that cannot be recorded fails, whatever it
/// did. Health and reflection tell nothing of anybody and are left out, and so are heartbeats that went well: the register keeps the last of each processor.
/// </summary>
internal sealed class CallRecorder(LedgerWriter ledger, StrangerBudget strangers) : Interceptor
{
    private const string Infrastructure = "/grpc."; // grpc.health.v1, grpc.reflection.v1
    private const string Heartbeat = "/datahub.v1.EnrolmentService/Heartbeat";

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        RecordAsync(context, () => continuation(request, context));

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        RecordAsync(context, () => continuation(requestStream, context));

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        RecordAsync(context, () => WithoutResult(continuation(request, responseStream, context)));

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        RecordAsync(context, () => WithoutResult(continuation(requestStream, responseStream, context)));

    private static async Task<bool> WithoutResult(Task call)
    {
        await call;
        return true;
    }

    private Task<T> RecordAsync<T>(ServerCallContext context, Func<Task<T>> call) =>
        context.Method.StartsWith(Infrastructure, StringComparison.Ordinal) ? call() : RecordedAsync(context, call);

    private async Task<T> RecordedAsync<T>(ServerCallContext context, Func<Task<T>> call)
    {
        T answer;
        try
        {
            answer = await call();
        }
        catch (Exception e)
        {
            // Somebody who has left still did what it did; what is recorded does not depend on who waits for it.
            await KeepAsync(context, CallOutcome.Of(e, context.CancellationToken));
            throw;
        }

        if (context.Method != Heartbeat)
        {
            await KeepAsync(context, CallOutcome.Done);
        }

        return answer;
    }

    private async Task KeepAsync(ServerCallContext context, CallOutcome outcome)
    {
        if (context.Notes().IsRecorded || (context.FindCaller() is null && outcome.Kind is EntryKind.Refused && !strangers.TryTake(context.Peer)))
        {
            return;
        }

        try
        {
            await ledger.RecordAsync(CallEntries.Of(context, outcome), CancellationToken.None);
        }
        catch (Exception e) when (e is not FaultException { Kind: FaultKind.Unavailable })
        {
            throw new FaultException(FaultKind.Unavailable, "LEDGER_UNAVAILABLE", "The call could not be recorded, so it counts as failed; repeat it a little later.", e);
        }
    }
}

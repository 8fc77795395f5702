using System.Text;
using Grpc.Core;
using Grpc.Tests.Protos;

namespace DataHub.Interop.Tests;

/// <summary>What the foreign client calls; the text of a unary request says what is to happen.</summary>
public sealed class SmokeService(SmokeObservations observations) : Probe.ProbeBase
{
    public static readonly byte[] StatusDetails = Encoding.UTF8.GetBytes("the bytes of a google.rpc.Status");

    public override async Task<Note> Echo(Note request, ServerCallContext context)
    {
        switch (request.Text)
        {
            case "fail":
                throw new RpcException(
                    new Status(StatusCode.FailedPrecondition, "许可证已失效"), new Metadata { { "grpc-status-details-bin", StatusDetails } });
            case "sleep":
                await FiredAsync(observations.DeadlineFired, context.CancellationToken);
                return request;
            case "metadata":
                await context.WriteResponseHeadersAsync(new Metadata { { "head", context.RequestHeaders.GetAll("case").Last().Value } });
                context.ResponseTrailers.Add("tail", string.Join(" and ", context.RequestHeaders.GetAll("case").Select(entry => entry.Value)));
                context.ResponseTrailers.Add("tail-bin", context.RequestHeaders.GetValueBytes("digest-bin")!);
                return request;
            default:
                return request;
        }
    }

    public override async Task<Note> Collect(IAsyncStreamReader<Note> requestStream, ServerCallContext context)
    {
        var texts = new StringBuilder();
        await foreach (var note in requestStream.ReadAllAsync(context.CancellationToken))
        {
            texts.Append(note.Text);
        }

        return new Note { Text = texts.ToString() };
    }

    public override async Task Count(Note request, IServerStreamWriter<Note> responseStream, ServerCallContext context)
    {
        for (var i = 0; i < request.Number; i++)
        {
            await responseStream.WriteAsync(new Note { Number = i }, context.CancellationToken);
        }
    }

    public override async Task Chat(IAsyncStreamReader<Note> requestStream, IServerStreamWriter<Note> responseStream, ServerCallContext context)
    {
        await foreach (var note in requestStream.ReadAllAsync(context.CancellationToken))
        {
            await responseStream.WriteAsync(note, context.CancellationToken);
            if (note.Text == "hold until cancelled")
            {
                // Not by reading on: Node ends a stream properly just before it resets it.
                await FiredAsync(observations.Cancelled, context.CancellationToken);
            }
        }
    }

    private static async Task FiredAsync(TaskCompletionSource observed, CancellationToken token)
    {
        await using var registration = token.Register(() => observed.TrySetResult());
        await observed.Task;
        token.ThrowIfCancellationRequested();
    }
}

/// <summary>What only the server can tell about a run.</summary>
public sealed class SmokeObservations
{
    public TaskCompletionSource DeadlineFired { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

using DataHub.Contracts;
using DataHub.Kernel.Access;
using DataHub.V1;
using Grpc.Core;

namespace DataHub.Exchange.Intake;

/// <summary>The wire side of pushing: one stream a batch.</summary>
internal sealed class PushRpc(BatchRegister register, ChunkIntake intake) : ExchangeService.ExchangeServiceBase
{
    [AllowRoles(SystemRole.Provider)]
    public override async Task Push(IAsyncStreamReader<PushRequest> requests, IServerStreamWriter<PushReply> replies, ServerCallContext context)
    {
        var cancellationToken = context.CancellationToken;
        if (!await requests.MoveNext(cancellationToken) || requests.Current.Open is not { } open)
        {
            throw ExchangeFaults.NotOpened();
        }

        var opening = await register.OpenAsync(context.Caller(), open, cancellationToken);
        await TellAsync(opening, replies, cancellationToken);
        if (opening.Batch is not { } batch)
        {
            return;
        }

        var seen = SeenKeys.Of(opening.Acks);
        while (await requests.MoveNext(cancellationToken))
        {
            switch (requests.Current.StepCase)
            {
                case PushRequest.StepOneofCase.Chunk:
                    var ack = await intake.TakeAsync(batch, requests.Current.Chunk, seen, cancellationToken);
                    await replies.WriteAsync(new PushReply { Ack = ack }, cancellationToken);
                    break;
                case PushRequest.StepOneofCase.Complete:
                    var receipt = await register.CompleteAsync(batch, opening.Reply.Sequence, requests.Current.Complete, cancellationToken);
                    await replies.WriteAsync(new PushReply { Receipt = receipt }, cancellationToken);
                    return;
                case PushRequest.StepOneofCase.Open:
                    throw ExchangeFaults.NotOpened();
                default:
                    throw ExchangeFaults.EmptyStep();
            }
        }
    }

    // A source that was killed has lost what it was told; it hears everything again.
    private static async Task TellAsync(Opening opening, IServerStreamWriter<PushReply> replies, CancellationToken cancellationToken)
    {
        await replies.WriteAsync(new PushReply { Opened = opening.Reply }, cancellationToken);
        foreach (var told in opening.Acks)
        {
            await replies.WriteAsync(new PushReply { Ack = told.Ack }, cancellationToken);
        }

        if (opening.Receipt is { } receipt)
        {
            await replies.WriteAsync(new PushReply { Receipt = receipt }, cancellationToken);
        }
    }
}

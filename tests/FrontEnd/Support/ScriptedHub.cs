using System.Collections.Concurrent;
using System.Security.Cryptography;
using DataHub.V1;
using Google.Protobuf;
using Grpc.Core;
using Record = DataHub.V1.Record;

namespace DataHub.FrontEnd.Tests.Support;

/// <summary>Where a stream breaks: at its n-th message after the opening (from 1), before or after the hub took it, with or without a status.</summary>
internal sealed record Cut(int Message, bool AfterTaking, bool WithStatus);

/// <summary>The hub's side of the protocol with a memory for one batch, breaking streams where the script says.</summary>
internal sealed class ScriptedHub : ExchangeService.ExchangeServiceBase
{
    public PushLimits Limits { get; set; } = new() { MaxRecords = 2, MaxBytes = 1 << 20, MaxUnacknowledged = 3 };

    /// <summary>One for each stream, in order; streams beyond run to their end.</summary>
    public ConcurrentQueue<Cut> Cuts { get; } = [];

    /// <summary>Answers every opening when set.</summary>
    public BatchOpened? FixedOpening { get; set; }

    /// <summary>Refuses every opening when set.</summary>
    public RpcException? Refusal { get; set; }

    /// <summary>Reasons to turn a record away; null takes it.</summary>
    public Func<Record, Reason?> Judge { get; set; } = _ => null;

    /// <summary>Acknowledges only when so many chunks wait, or at the end.</summary>
    public int AcksAtOnce { get; set; } = 1;

    public List<OpenBatch> Openings { get; } = [];

    public List<Chunk> Delivered { get; } = [];

    public IEnumerable<Record> Records => Delivered.SelectMany(chunk => RecordList.Parser.ParseFrom(chunk.Records).Records);

    public BatchReceipt? Receipt { get; set; }

    public override async Task Push(IAsyncStreamReader<PushRequest> requestStream, IServerStreamWriter<PushReply> responseStream, ServerCallContext context)
    {
        Assert.True(await requestStream.MoveNext(context.CancellationToken));
        Openings.Add(requestStream.Current.Open);
        if (Refusal is not null)
        {
            throw Refusal;
        }

        Cuts.TryDequeue(out var cut);
        await responseStream.WriteAsync(new PushReply { Opened = FixedOpening ?? Opening() }, context.CancellationToken);
        if (FixedOpening is not null || await RepeatAsync(responseStream, context))
        {
            return;
        }

        await ServeAsync(requestStream, responseStream, cut, context);
    }

    private async Task ServeAsync(IAsyncStreamReader<PushRequest> requests, IServerStreamWriter<PushReply> replies, Cut? cut, ServerCallContext context)
    {
        var waiting = new List<PushReply>();
        for (var message = 1; await requests.MoveNext(context.CancellationToken); message++)
        {
            BreakWhen(message == cut?.Message && !cut.AfterTaking, cut, context);
            waiting.Add(Take(requests.Current));
            BreakWhen(message == cut?.Message, cut, context);
            if (waiting.Count >= AcksAtOnce || Receipt is not null)
            {
                foreach (var reply in waiting)
                {
                    await replies.WriteAsync(reply, context.CancellationToken);
                }

                waiting.Clear();
            }

            if (Receipt is not null)
            {
                return;
            }
        }
    }

    private BatchOpened Opening() => new()
    {
        Outcome = (Receipt, Delivered.Count) switch
        {
            (not null, _) => BatchOpened.Types.Outcome.Committed,
            (_, > 0) => BatchOpened.Types.Outcome.Resume,
            _ => BatchOpened.Types.Outcome.New,
        },
        BatchId = "b",
        NextChunk = Delivered.Count,
        Sequence = 1,
        ResourceVersion = 1,
        Limits = Limits,
    };

    private async Task<bool> RepeatAsync(IServerStreamWriter<PushReply> replies, ServerCallContext context)
    {
        foreach (var chunk in Delivered.ToList())
        {
            await replies.WriteAsync(new PushReply { Ack = AckOf(chunk) }, context.CancellationToken);
        }

        if (Receipt is not null)
        {
            await replies.WriteAsync(new PushReply { Receipt = Receipt }, context.CancellationToken);
        }

        return Receipt is not null;
    }

    private PushReply Take(PushRequest request) => request.StepCase switch
    {
        PushRequest.StepOneofCase.Chunk => new PushReply { Ack = Take(request.Chunk) },
        PushRequest.StepOneofCase.Complete => new PushReply { Receipt = Complete(request.Complete) },
        _ => throw new RpcException(new Status(StatusCode.InvalidArgument, "Neither chunk nor complete.")),
    };

    private ChunkAck Take(Chunk chunk)
    {
        if (chunk.Index != Delivered.Count || !SHA256.HashData(chunk.Records.Span).AsSpan().SequenceEqual(chunk.Digest.Span))
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"Chunk {chunk.Index} came where {Delivered.Count} was due, or its digest is wrong."));
        }

        Delivered.Add(chunk);
        return AckOf(chunk);
    }

    private ChunkAck AckOf(Chunk chunk)
    {
        var records = RecordList.Parser.ParseFrom(chunk.Records).Records;
        var ack = new ChunkAck { Index = chunk.Index };
        foreach (var (row, record) in records.Index())
        {
            if (Judge(record) is { } reason)
            {
                ack.Rejected.Add(new RejectedRow { Row = row, SourceRecordId = record.SourceRecordId, Reasons = { reason } });
            }
        }

        ack.Counts = new BatchCounts { Received = records.Count, Accepted = records.Count - ack.Rejected.Count, Quarantined = ack.Rejected.Count };
        return ack;
    }

    private BatchReceipt Complete(CompleteBatch manifest)
    {
        var digest = SHA256.HashData([.. Delivered.SelectMany(chunk => chunk.Digest)]);
        if (manifest.ChunkCount != Delivered.Count || manifest.RowCount != Records.LongCount() || !manifest.Digest.Span.SequenceEqual(digest))
        {
            throw new RpcException(new Status(StatusCode.FailedPrecondition, "The manifest does not add up."));
        }

        return Receipt = new BatchReceipt { BatchId = "b", Sequence = 1, Digest = ByteString.CopyFrom(digest), Counts = new BatchCounts { Received = manifest.RowCount } };
    }

    private static void BreakWhen(bool isDue, Cut? cut, ServerCallContext context)
    {
        if (!isDue)
        {
            return;
        }

        if (!cut!.WithStatus)
        {
            context.GetHttpContext().Abort();
        }

        throw new RpcException(new Status(StatusCode.Unavailable, "The hub is going away."));
    }
}

using System.Globalization;
using System.Security.Cryptography;
using System.Threading.Channels;
using DataHub.FrontEnd.Csv;
using DataHub.Kernel.Faults;
using DataHub.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Status = Grpc.Core.Status;

namespace DataHub.FrontEnd.Pushing;

/// <summary>
/// One stream of a push: open, then two tasks. One cuts the file into chunks and sends those the hub has not; the other reads what the
/// hub says of each. Between them stands the window, a bounded queue of chunks without acknowledgement, which bounds memory as well.
/// What the hub knows already is cut again, so that its reasons find their lines in the file.
/// </summary>
internal sealed class PushAttempt(
    ExchangeService.ExchangeServiceClient client, CsvFile file, DateTimeOffset watermark, ProgressMeter meter, Patience patience)
{
    private readonly string _fileName = Path.GetFileName(file.Path);
    private readonly List<RejectedLine> _rejected = [];

    /// <summary>Runs the stream to the receipt.</summary>
    /// <exception cref="RpcException">The stream ended otherwise.</exception>
    /// <exception cref="FaultException">The file changed, or the hub's answer asks for a decision.</exception>
    public async Task<PushOutcome> RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var call = client.Push(cancellationToken: stop.Token);
        var opened = await OpenAsync(call, stop.Token);
        var window = Channel.CreateBounded<CutChunk>(
            new BoundedChannelOptions(opened.Limits.MaxUnacknowledged) { SingleReader = true, SingleWriter = true });
        var sending = SendAsync(call.RequestStream, opened, window.Writer, stop.Token);
        var receiving = ReceiveAsync(call.ResponseStream, window.Reader, stop.Token);
        try
        {
            // Whatever the hub or the network ended, the receiving side learns the status of; a fault of the file only the sending side knows.
            await Task.WhenAny(sending, receiving);
            if (sending.IsFaulted)
            {
                await sending;
            }

            return await receiving;
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(sending, receiving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<BatchOpened> OpenAsync(AsyncDuplexStreamingCall<PushRequest, PushReply> call, CancellationToken cancellationToken)
    {
        var open = new OpenBatch
        {
            Resource = file.Resource,
            Mode = BatchMode.Incremental,
            ContentDigest = ByteString.CopyFrom(file.Digest.Span),
            Watermark = Timestamp.FromDateTimeOffset(watermark),
        };
        await TryAsync(call.RequestStream.WriteAsync(new PushRequest { Open = open }, cancellationToken));
        if (!await call.ResponseStream.MoveNext(cancellationToken))
        {
            throw EndedEarly();
        }

        var opened = call.ResponseStream.Current.Opened ?? throw PushFaults.Protocol("the first answer is no opening");
        patience.Answered();
        return opened.Outcome switch
        {
            BatchOpened.Types.Outcome.New or BatchOpened.Types.Outcome.Resume or BatchOpened.Types.Outcome.Committed =>
                opened.Limits is { MaxRecords: > 0, MaxBytes: > 0, MaxUnacknowledged: > 0 } ? opened : throw PushFaults.Protocol("an opening without limits"),
            BatchOpened.Types.Outcome.Expected => throw PushFaults.SequenceExpected(opened.ExpectedSequence),
            BatchOpened.Types.Outcome.Equivocation => throw PushFaults.Equivocation(opened.Sequence),
            _ => throw PushFaults.Protocol("an opening without outcome"),
        };
    }

    private async Task SendAsync(
        IClientStreamWriter<PushRequest> stream, BatchOpened opened, ChannelWriter<CutChunk> window, CancellationToken cancellationToken)
    {
        using var digests = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var isCommitted = opened.Outcome is BatchOpened.Types.Outcome.Committed;
        var manifest = new CompleteBatch();
        try
        {
            await foreach (var chunk in ChunkCutter.CutAsync(file.ReadAsync(cancellationToken), opened.Limits, _fileName, cancellationToken))
            {
                await window.WriteAsync(chunk, cancellationToken);
                meter.Sent(chunk.Lines.Count);
                var isKnown = isCommitted || chunk.Index < opened.NextChunk;
                if (!isKnown && !await TryAsync(stream.WriteAsync(chunk.ToRequest(), cancellationToken)))
                {
                    return;
                }

                digests.AppendData(chunk.Digest.Span);
                (manifest.ChunkCount, manifest.RowCount) = (manifest.ChunkCount + 1, manifest.RowCount + chunk.Lines.Count);
            }

            manifest.Digest = ByteString.CopyFrom(digests.GetHashAndReset());
            if (!isCommitted && await TryAsync(stream.WriteAsync(new PushRequest { Complete = manifest }, cancellationToken)))
            {
                await TryAsync(stream.CompleteAsync());
            }
        }
        finally
        {
            window.TryComplete();
        }
    }

    private async Task<PushOutcome> ReceiveAsync(IAsyncStreamReader<PushReply> stream, ChannelReader<CutChunk> window, CancellationToken cancellationToken)
    {
        var isSurplus = false;
        while (await stream.MoveNext(cancellationToken))
        {
            switch (stream.Current.StepCase)
            {
                // Without a chunk for it, either the sending side met the end of the stream, and its status comes next, or the hub has more than the file.
                case PushReply.StepOneofCase.Ack when !await window.WaitToReadAsync(cancellationToken):
                    isSurplus = true;
                    break;
                case PushReply.StepOneofCase.Ack when window.TryPeek(out var chunk):
                    // Counted before its place in the window is free again, so that no watcher sees more under way than the window holds.
                    Take(stream.Current.Ack, chunk);
                    window.TryRead(out _);
                    break;
                case PushReply.StepOneofCase.Receipt when !isSurplus:
                    return new PushOutcome(stream.Current.Receipt, _rejected);
                default:
                    throw PushFaults.Protocol("an answer out of order");
            }
        }

        throw EndedEarly();
    }

    private void Take(ChunkAck ack, CutChunk chunk)
    {
        if (ack.Index != chunk.Index || ack.Counts is null || ack.Rejected.Any(row => row.Row < 0 || row.Row >= ack.Counts.Received))
        {
            throw PushFaults.Protocol(string.Create(CultureInfo.InvariantCulture, $"a wrong acknowledgement of chunk {chunk.Index}"));
        }

        if (ack.Counts.Received != chunk.Lines.Count)
        {
            throw PushFaults.ChunksDiffer(chunk.Index);
        }

        _rejected.AddRange(ack.Rejected.Select(row => new RejectedLine(chunk.Lines[row.Row], row.SourceRecordId, [.. row.Reasons])));
        meter.Acknowledged(ack.Counts);
        patience.Reached(ack.Index + 1);
    }

    // A stream that is over tells why on its receiving side, and only there in full; clients differ in what they throw here.
    private static async Task<bool> TryAsync(Task write)
    {
        try
        {
            await write;
            return true;
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException or IOException)
        {
            return false;
        }
    }

    private static RpcException EndedEarly() => new(new Status(StatusCode.Unavailable, "The stream ended before the receipt."));
}

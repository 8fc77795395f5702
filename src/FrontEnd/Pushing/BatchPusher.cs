using DataHub.FrontEnd.Csv;
using DataHub.Kernel.Faults;
using DataHub.V1;
using Grpc.Core;

namespace DataHub.FrontEnd.Pushing;

/// <summary>
/// Pushes files to the hub, each as one incremental batch. The batch is named by the file's SHA-256 and the watermark: whatever breaks,
/// and whichever process comes back, pushing the same file with the same watermark goes on at the first chunk that is not durable, or
/// returns the receipt that stands. The channel behind the client needs keep-alive pings, or a hub that vanished without a word is waited for.
/// </summary>
/// <param name="client">Client of the hub; the certificate of its channel names the source.</param>
/// <param name="time">Clock for delays.</param>
/// <param name="options">How patient to be.</param>
public sealed class BatchPusher(ExchangeService.ExchangeServiceClient client, TimeProvider time, PushOptions options)
{
    /// <summary>Pushes a file and waits for the receipt. A broken stream is opened again, with growing delays.</summary>
    /// <param name="file">A checked file.</param>
    /// <param name="watermark">Up to when the source's data are complete; at most 5 minutes ahead of the hub's clock.</param>
    /// <param name="progress">Told after each chunk, from any thread; must be quick. Null = nobody watches.</param>
    /// <param name="cancellationToken">Stops the push; what is acknowledged stays at the hub, and the next push goes on from there.</param>
    /// <returns>The receipt and the rows turned away, with their lines.</returns>
    /// <exception cref="FaultException">
    /// The hub refuses, with the hub's code, sentence and field; nothing moved for too long (<c>HUB_UNREACHABLE</c>); the hub's answer asks for a
    /// decision (<c>CERTIFICATE_REFUSED</c>, <c>BATCH_EXPECTED</c>, <c>BATCH_EQUIVOCATION</c>, <c>BATCH_CHUNKS_DIFFER</c>, <c>HUB_PROTOCOL</c>); the file changed (<c>CSV_CHANGED</c>).
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<PushOutcome> PushAsync(CsvFile file, DateTimeOffset watermark, IProgress<PushProgress>? progress, CancellationToken cancellationToken)
    {
        var patience = new Patience(options, time);
        while (true)
        {
            try
            {
                var meter = new ProgressMeter(file.Rows, progress);
                return await new PushAttempt(client, file, watermark, meter, patience).RunAsync(cancellationToken);
            }
            catch (RpcException e)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!patience.HasAnswer && HubRefusal.IsHandshake(e))
                {
                    throw HubRefusal.CertificateRefused(e);
                }

                await (HubRefusal.IsPassing(e.StatusCode) ? patience.WaitAsync(e, cancellationToken) : throw HubRefusal.ToFault(e));
            }
        }
    }
}

using DataHub.V1;

namespace DataHub.FrontEnd.Pushing;

/// <summary>Counts rows for those who watch; sending and acknowledging count from two tasks.</summary>
internal sealed class ProgressMeter(long fileRows, IProgress<PushProgress>? watcher)
{
    private readonly Lock _lock = new();
    private PushProgress _now = new(fileRows, 0, 0, 0, 0, 0);

    /// <summary>Rows have been sent, or need not be.</summary>
    public void Sent(int rows) => Move(now => now with { Sent = now.Sent + rows });

    /// <summary>A chunk is durable at the hub.</summary>
    public void Acknowledged(BatchCounts counts) => Move(now => now with
    {
        Acknowledged = now.Acknowledged + counts.Received,
        Accepted = now.Accepted + counts.Accepted,
        Unchanged = now.Unchanged + counts.Unchanged,
        Quarantined = now.Quarantined + counts.Quarantined,
    });

    // Told inside the lock, so that a watcher never sees the numbers go back.
    private void Move(Func<PushProgress, PushProgress> step)
    {
        lock (_lock)
        {
            _now = step(_now);
            watcher?.Report(_now);
        }
    }
}

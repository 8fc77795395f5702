namespace DataHub.EventStore.Signals;

/// <summary>Rings when keys were destroyed on any node, so that this one writes its journal. Rung twice before anyone looks, it rings once.</summary>
internal sealed class ErasureBell : IDisposable
{
    private readonly SemaphoreSlim _rung = new(0, 1);
    private readonly Lock _ringing = new();

    public void Ring()
    {
        lock (_ringing)
        {
            if (_rung.CurrentCount == 0)
            {
                _rung.Release();
            }
        }
    }

    /// <summary>Waits for a ring.</summary>
    /// <returns>Whether there was one before the time was up.</returns>
    public Task<bool> WaitAsync(TimeSpan timeout, CancellationToken cancellationToken) => _rung.WaitAsync(timeout, cancellationToken);

    public void Dispose() => _rung.Dispose();
}

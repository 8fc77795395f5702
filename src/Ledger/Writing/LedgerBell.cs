namespace DataHub.Ledger.Writing;

/// <summary>Wakes the sequencer of this node when a leaf was written. Take <see cref="Next"/> before looking for work: what happens between looking and waiting is then not missed.</summary>
internal sealed class LedgerBell
{
    private TaskCompletionSource _next = New();

    /// <summary>Ends at the next <see cref="Ring"/>.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    public void Ring() => Interlocked.Exchange(ref _next, New()).TrySetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

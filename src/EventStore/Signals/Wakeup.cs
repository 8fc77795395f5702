namespace DataHub.EventStore.Signals;

/// <summary>Wakes all who wait. Take <see cref="Next"/> before looking for work: what happens between looking and waiting is then not missed.</summary>
internal sealed class Wakeup
{
    private TaskCompletionSource _next = New();

    /// <summary>Ends at the next <see cref="Set"/>.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    public void Set() => Interlocked.Exchange(ref _next, New()).TrySetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

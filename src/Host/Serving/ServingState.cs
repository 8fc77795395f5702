using Microsoft.Extensions.Hosting;

namespace DataHub.Host.Serving;

/// <summary>Whether the hub serves: not while its database is away, and not once it is being stopped.</summary>
internal sealed class ServingState : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenRegistration _stopping;
    private TaskCompletionSource _changed = NewChange();
    private bool _isDatabaseAway;
    private bool _isDraining;

    public ServingState(IHostApplicationLifetime lifetime) => _stopping = lifetime.ApplicationStopping.Register(() => Change(() => _isDraining = true));

    /// <summary>Whether calls are worth making.</summary>
    public bool IsServing => Read(() => !_isDatabaseAway && !_isDraining);

    /// <summary>Whether the hub is being stopped: it will not serve again.</summary>
    public bool IsDraining => Read(() => _isDraining);

    /// <summary>Completes with the next change. Taken before the state is read, it misses none.</summary>
    public Task Changed => Read(() => _changed.Task);

    /// <summary>Says whether the database answers.</summary>
    public void SetDatabase(bool isAway)
    {
        if (Read(() => _isDatabaseAway != isAway))
        {
            Change(() => _isDatabaseAway = isAway);
        }
    }

    public void Dispose() => _stopping.Dispose();

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private T Read<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }

    private void Change(Action change)
    {
        lock (_gate)
        {
            change();
            _changed.SetResult();
            _changed = NewChange();
        }
    }
}

namespace DataHub.Host.Quotas;

/// <summary>
/// Lets so many calls be served at once. When all places are taken, the rest wait: the more urgent sort first, within a sort the organisations in turn, each as many times in a row as its weight. So whoever
/// sends ten thousand calls delays others by its share and no more. What waits is bounded, for each organisation and altogether.
/// </summary>
internal sealed class FairGate(QuotaOptions options)
{
    private readonly Lock _turn = new();
    private readonly FairQueue[] _queues = [.. Enum.GetValues<CallClass>().Select(_ => new FairQueue(options))];
    private int _inService;
    private int _waiting;

    /// <summary>Calls that wait now.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Takes a place, at once or in turn. Whoever got one gives it back with <see cref="Leave"/>.</summary>
    /// <param name="organisation">Whose call it is.</param>
    /// <param name="callClass">Of which sort.</param>
    /// <param name="cancellationToken">Takes the call back while it waits.</param>
    /// <exception cref="Kernel.Faults.FaultException">Too many wait: <c>TOO_BUSY</c>.</exception>
    public Task EnterAsync(string organisation, CallClass callClass, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Waiting waiting;
        lock (_turn)
        {
            // Nobody waits while a place is free: places are handed on, not given back, as long as somebody does.
            if (_inService < options.MaxInService)
            {
                _inService++;
                return Task.CompletedTask;
            }

            waiting = new Waiting();
            if (_waiting >= options.MaxWaiting || !_queues[(int)callClass].TryAdd(organisation, waiting))
            {
                throw QuotaFaults.TooBusy();
            }

            _waiting++;
        }

        return WaitAsync(waiting, cancellationToken);
    }

    /// <summary>Gives a place to whoever's turn it is.</summary>
    public void Leave()
    {
        lock (_turn)
        {
            foreach (var queue in _queues)
            {
                if (queue.Next() is { } next)
                {
                    _waiting--;
                    next.SetResult();
                    return;
                }
            }

            _inService--;
        }
    }

    private async Task WaitAsync(Waiting waiting, CancellationToken cancellationToken)
    {
        await using var withdrawal = cancellationToken.UnsafeRegister((_, token) => Withdraw(waiting, token), null);
        await waiting.Task;
    }

    // Whoever has been given a place meanwhile keeps it, and gives it back like everybody else.
    private void Withdraw(Waiting waiting, CancellationToken cancellationToken)
    {
        lock (_turn)
        {
            if (waiting.TryWithdraw())
            {
                _waiting--;
                waiting.SetCanceled(cancellationToken);
            }
        }
    }
}

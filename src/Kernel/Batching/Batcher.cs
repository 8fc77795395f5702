using System.Threading.Channels;
using DataHub.Kernel.Faults;

namespace DataHub.Kernel.Batching;

/// <summary>
/// Makes few large pieces of work out of many small requests. A request that finds a worker idle is flushed at once; what arrives while all are at work
/// is gathered and goes together with the next flush. Nobody waits on purpose, and the number waiting is bounded.
/// </summary>
/// <typeparam name="TRequest">What is asked.</typeparam>
/// <typeparam name="TResult">What one request gets.</typeparam>
public sealed class Batcher<TRequest, TResult> : IAsyncDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly Func<IReadOnlyList<TRequest>, Task<IReadOnlyList<TResult>>> _flush;
    private readonly BatcherLimits _limits;
    private readonly Channel<Waiting> _queue;
    private readonly Task _workers;
    private bool _disposed;

    /// <summary>A batcher at work.</summary>
    /// <param name="flush">
    /// Answers a batch: one result for each request, in order. What it throws, every request of the batch gets; what concerns one request alone belongs into its result.
    /// </param>
    /// <param name="limits">How much is gathered.</param>
    public Batcher(Func<IReadOnlyList<TRequest>, Task<IReadOnlyList<TResult>>> flush, BatcherLimits limits)
    {
        _flush = flush;
        _limits = limits;
        _queue = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(limits.MaxWaiting) { SingleReader = limits.Workers == 1 });

        // Workers outlive whoever makes the batcher; what flows with that caller must not flow on with them.
        using (ExecutionContext.SuppressFlow())
        {
            _workers = Task.WhenAll(Enumerable.Range(0, limits.Workers).Select(_ => Task.Run(WorkAsync)));
        }
    }

    /// <summary>Asks, and waits for the flush that takes the request along.</summary>
    /// <param name="request">What to ask.</param>
    /// <param name="cancellationToken">Takes the request back while it still waits; once a flush has taken it, its outcome is awaited.</param>
    /// <exception cref="FaultException">Too many wait already: <c>TOO_BUSY</c>.</exception>
    /// <exception cref="ObjectDisposedException">The batcher has been disposed.</exception>
    public async Task<TResult> AskAsync(TRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var waiting = new Waiting(request);
        if (!_queue.Writer.TryWrite(waiting))
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), this);
            throw new FaultException(FaultKind.OverQuota, "TOO_BUSY", "Too many requests are waiting; repeat a little later.") { RetryAfter = RetryDelay };
        }

        await using var withdrawal = cancellationToken.UnsafeRegister(static (waiting, token) => ((Waiting)waiting!).Withdraw(token), waiting);
        return await waiting.Task;
    }

    /// <summary>Takes nothing more, and answers what waits.</summary>
    public async ValueTask DisposeAsync()
    {
        Volatile.Write(ref _disposed, true);
        _queue.Writer.TryComplete();
        await _workers;
    }

    private async Task WorkAsync()
    {
        var batch = new List<Waiting>(_limits.MaxBatch);
        while (await _queue.Reader.WaitToReadAsync())
        {
            while (batch.Count < _limits.MaxBatch && _queue.Reader.TryRead(out var waiting))
            {
                if (waiting.TryTake())
                {
                    batch.Add(waiting);
                }
            }

            if (batch.Count > 0)
            {
                await AnswerAsync(batch);
                batch.Clear();

                // Whoever has just been answered often asks again at once: behind those that are ready to run, the next flush finds more.
                await Task.Yield();
            }
        }
    }

    private async Task AnswerAsync(List<Waiting> batch)
    {
        try
        {
            var results = await _flush([.. batch.Select(waiting => waiting.Request)]);
            if (results.Count != batch.Count)
            {
                throw new InvalidOperationException($"A flush of {batch.Count} requests returned {results.Count} results.");
            }

            for (var i = 0; i < batch.Count; i++)
            {
                batch[i].SetResult(results[i]);
            }
        }
        catch (Exception e)
        {
            foreach (var waiting in batch)
            {
                waiting.TrySetException(e);
            }
        }
    }

    private sealed class Waiting(TRequest request) : TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        private int _decided;

        public TRequest Request => request;

        public bool TryTake() => Interlocked.Exchange(ref _decided, 1) == 0;

        public void Withdraw(CancellationToken cancellationToken)
        {
            if (TryTake())
            {
                SetCanceled(cancellationToken);
            }
        }
    }
}

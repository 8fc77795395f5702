using System.Collections.Concurrent;
using DataHub.Kernel.Batching;
using DataHub.Kernel.Faults;

namespace DataHub.Kernel.Tests.Batching;

public sealed class BatcherTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AskAsync_NobodyElse_IsFlushedAlone()
    {
        await using var batcher = new Batcher<int, int>(Doubled, new BatcherLimits(10, 1, 10));
        Assert.Equal(14, await batcher.AskAsync(7, Token));
    }

    [Fact]
    public async Task AskAsync_WhileAFlushIsUnderWay_GathersAndEachGetsItsOwnResult()
    {
        var gate = new Gate();
        await using var batcher = new Batcher<int, int>(gate.FlushAsync, new BatcherLimits(3, 1, 10));
        var first = batcher.AskAsync(0, Token);
        await gate.EnteredAsync();
        Task<int>[] others = [.. Enumerable.Range(1, 5).Select(i => batcher.AskAsync(i, Token))];
        gate.Open();

        Assert.Equal(0, await first);
        var answers = await Task.WhenAll(others);
        Assert.Equal([2, 4, 6, 8, 10], answers);
        Assert.Equal([1, 3, 2], gate.Batches.Select(batch => batch.Count));
    }

    [Fact]
    public async Task AskAsync_MoreThanMayWait_IsRefused()
    {
        var gate = new Gate();
        await using var batcher = new Batcher<int, int>(gate.FlushAsync, new BatcherLimits(1, 1, 2));
        var first = batcher.AskAsync(0, Token);
        await gate.EnteredAsync();
        Task<int>[] waiting = [batcher.AskAsync(1, Token), batcher.AskAsync(2, Token)];

        var fault = await Assert.ThrowsAsync<FaultException>(() => batcher.AskAsync(3, Token));
        Assert.Equal((FaultKind.OverQuota, "TOO_BUSY"), (fault.Kind, fault.Code));
        Assert.NotNull(fault.RetryAfter);
        gate.Open();
        int[] answers = [await first, await waiting[0], await waiting[1]];
        Assert.Equal([0, 2, 4], answers);
    }

    [Fact]
    public async Task AskAsync_TakenBackWhileWaiting_NeverReachesAFlush()
    {
        var gate = new Gate();
        await using var batcher = new Batcher<int, int>(gate.FlushAsync, new BatcherLimits(10, 1, 10));
        using var cancellation = new CancellationTokenSource();
        var first = batcher.AskAsync(0, Token);
        await gate.EnteredAsync();
        var withdrawn = batcher.AskAsync(1, cancellation.Token);
        var stays = batcher.AskAsync(2, Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => withdrawn);
        gate.Open();

        var answers = await Task.WhenAll(first, stays);
        Assert.Equal([0, 4], answers);
        Assert.DoesNotContain(1, gate.Batches.SelectMany(batch => batch));
    }

    [Fact]
    public async Task AskAsync_CancelledAfterAFlushTookIt_IsAnswered()
    {
        var gate = new Gate();
        await using var batcher = new Batcher<int, int>(gate.FlushAsync, new BatcherLimits(10, 1, 10));
        using var cancellation = new CancellationTokenSource();
        var taken = batcher.AskAsync(4, cancellation.Token);
        await gate.EnteredAsync();
        await cancellation.CancelAsync();
        gate.Open();
        Assert.Equal(8, await taken);
    }

    [Fact]
    public async Task AskAsync_FlushThrows_EveryoneInItLearnsAndTheNextIsServed()
    {
        var fail = true;
        await using var batcher = new Batcher<int, int>(
            batch => fail ? throw new InvalidOperationException("no") : Doubled(batch), new BatcherLimits(10, 1, 10));
        await Assert.ThrowsAsync<InvalidOperationException>(() => batcher.AskAsync(1, Token));
        fail = false;
        Assert.Equal(2, await batcher.AskAsync(1, Token));
    }

    [Fact]
    public async Task AskAsync_FlushReturnsTooFewResults_IsAnError()
    {
        await using var batcher = new Batcher<int, int>(_ => Task.FromResult<IReadOnlyList<int>>([]), new BatcherLimits(10, 1, 10));
        await Assert.ThrowsAsync<InvalidOperationException>(() => batcher.AskAsync(1, Token));
    }

    [Fact]
    public async Task AskAsync_ManyCallersSeveralWorkers_EachOnceAndWithinTheLimits()
    {
        var seen = new ConcurrentBag<int>();
        var largest = 0;
        await using var batcher = new Batcher<int, int>(
            async batch =>
            {
                InterlockedMax(ref largest, batch.Count);
                await Task.Yield();
                foreach (var request in batch)
                {
                    seen.Add(request);
                }

                return [.. batch.Select(request => -request)];
            },
            new BatcherLimits(16, 2, 1_000));

        var answers = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(i => Task.Run(() => batcher.AskAsync(i, Token), Token)));
        Assert.Equal(Enumerable.Range(0, 1_000).Select(i => -i), answers);
        Assert.Equal(Enumerable.Range(0, 1_000), seen.Order());
        Assert.InRange(largest, 1, 16);
    }

    [Fact]
    public async Task DisposeAsync_WithRequestsWaiting_AnswersThemAndTakesNoMore()
    {
        var gate = new Gate();
        var batcher = new Batcher<int, int>(gate.FlushAsync, new BatcherLimits(1, 1, 10));
        Task<int>[] waiting = [batcher.AskAsync(1, Token), batcher.AskAsync(2, Token)];
        await gate.EnteredAsync();
        var disposing = batcher.DisposeAsync();
        gate.Open();
        await disposing;

        var answers = await Task.WhenAll(waiting);
        Assert.Equal([2, 4], answers);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => batcher.AskAsync(3, Token));
    }

    private static Task<IReadOnlyList<int>> Doubled(IReadOnlyList<int> batch) => Task.FromResult<IReadOnlyList<int>>([.. batch.Select(i => 2 * i)]);

    private static void InterlockedMax(ref int largest, int value)
    {
        for (var seen = Volatile.Read(ref largest); value > seen; seen = Volatile.Read(ref largest))
        {
            Interlocked.CompareExchange(ref largest, value, seen);
        }
    }

    /// <summary>Holds flushes until opened, and remembers what they were given.</summary>
    private sealed class Gate
    {
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ConcurrentQueue<IReadOnlyList<int>> Batches { get; } = new();

        public Task EnteredAsync() => _entered.Task.WaitAsync(Token);

        public void Open() => _open.SetResult();

        public async Task<IReadOnlyList<int>> FlushAsync(IReadOnlyList<int> batch)
        {
            Batches.Enqueue(batch);
            _entered.TrySetResult();
            await _open.Task;
            return await Doubled(batch);
        }
    }
}

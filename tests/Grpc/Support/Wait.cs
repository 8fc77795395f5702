namespace Grpc.Tests.Support;

/// <summary>Waits for things that must happen, and fails rather than hang where they don't.</summary>
internal static class Wait
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static Task SoonAsync(this Task task) => task.WaitAsync(Patience, TestContext.Current.CancellationToken);

    public static Task<T> SoonAsync<T>(this Task<T> task) => task.WaitAsync(Patience, TestContext.Current.CancellationToken);

    /// <summary>Completes when the token fires.</summary>
    public static Task FiredAsync(CancellationToken token)
    {
        var fired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        token.Register(fired.SetResult);
        return fired.Task;
    }

    /// <summary>Looks again and again, for what no event tells.</summary>
    public static async Task UntilAsync(Func<bool> holds)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        var patience = Patience.Ticks / timer.Period.Ticks;
        while (!holds())
        {
            Assert.True(patience-- > 0, "What was waited for did not come.");
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The failure of a call.</summary>
    public static Task<Grpc.Core.RpcException> FailureAsync(Func<Task> call) => Assert.ThrowsAsync<Grpc.Core.RpcException>(() => call().SoonAsync());
}

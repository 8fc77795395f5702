namespace DataHub.Acceptance.Tests.Support;

/// <summary>Waits for things that must happen, and fails rather than hang where they don't.</summary>
internal static class Wait
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    public static Task<T> SoonAsync<T>(this Task<T> task) => task.WaitAsync(Patience, TestContext.Current.CancellationToken);

    public static Task SoonAsync(this Task task) => task.WaitAsync(Patience, TestContext.Current.CancellationToken);

    /// <summary>Asks again and again: for what a database or the system does not tell by itself.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        while (!await condition())
        {
            await Task.Delay(Interval, patience.Token);
        }
    }
}

namespace DataHub.EventStore.Tests.Support;

internal static class Wait
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Asks until it is so; each question goes to the database, so nothing spins.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, "It did not come about in time.");
        }
    }
}

using DataHub.EventStore.Signals;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DataHub.EventStore.Projections;

/// <summary>Feeds every registered projection that no other node feeds, and keeps the high water mark.</summary>
internal sealed partial class ProjectionDaemon(
    IReadOnlyList<Feed> feeds, HighWaterMark mark, Leadership leadership, Wakeup appended, TimeProvider time, ILogger<ProjectionDaemon> logger) : BackgroundService
{
    private static readonly TimeSpan LostNotification = TimeSpan.FromSeconds(2); // Looks by itself that often.
    private static readonly TimeSpan TakeOver = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MarkPace = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(10);

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var runners = feeds.Select(feed => new ProjectionRunner(feed, leadership)).Select(runner => LeadAsync(runner.Progression, runner.StepAsync, stoppingToken));
        return Task.WhenAll([.. runners, LeadAsync(HighWaterMark.Name, MarkAsync, stoppingToken)]);
    }

    private async Task<bool> MarkAsync(CancellationToken stoppingToken)
    {
        var moved = await mark.StepAsync(stoppingToken);
        await Task.Delay(MarkPace, time, stoppingToken);
        return moved;
    }

    private async Task LeadAsync(string what, Func<CancellationToken, Task<bool>> step, CancellationToken stoppingToken)
    {
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await TurnAsync(what, step, stoppingToken);
                failures = 0;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                failures++;
                Log.Failed(logger, what, ProjectionFaults.Describe(e), failures);
                var delay = TimeSpan.FromMilliseconds(100 * Math.Pow(2, Math.Min(failures, 10)));
                await Task.Delay(delay < LongestBackOff ? delay : LongestBackOff, time, stoppingToken);
            }
        }
    }

    private async Task TurnAsync(string what, Func<CancellationToken, Task<bool>> step, CancellationToken stoppingToken)
    {
        if (!await leadership.TryLeadAsync(what, stoppingToken))
        {
            await Task.Delay(TakeOver, time, stoppingToken);
            return;
        }

        var woken = appended.Next;
        if (!await step(stoppingToken))
        {
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            await Task.WhenAny(woken, Task.Delay(LostNotification, time, waiting.Token));
            await waiting.CancelAsync();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2012, LogLevel.Warning, "Projection {Progression} could not go on ({Error}), failure {Failures} in a row; trying again")]
        public static partial void Failed(ILogger logger, string progression, string error, int failures);
    }
}

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DataHub.Verification.Brakes;

/// <summary>Removes mismatches that no longer count, once an hour.</summary>
internal sealed partial class BrakeKeeper(MismatchBudget budget, TimeProvider time, ILogger<BrakeKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await budget.ForgetAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Log.Failed(logger, e);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3103, LogLevel.Warning, "Old mismatches could not be removed; trying again in an hour")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}

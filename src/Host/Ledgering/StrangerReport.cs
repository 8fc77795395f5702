using DataHub.Kernel.Faults;
using DataHub.Ledger.Writing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DataHub.Host.Ledgering;

/// <summary>Records once a minute how many calls of strangers were refused beyond those recorded one by one.</summary>
internal sealed partial class StrangerReport(StrangerBudget strangers, LedgerWriter ledger, TimeProvider time, ILogger<StrangerReport> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await ReportAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await ReportAsync();
        }
    }

    private async Task ReportAsync()
    {
        if (strangers.TakeCounted() is not { } entry)
        {
            return;
        }

        try
        {
            await ledger.RecordAsync(entry, CancellationToken.None);
        }
        catch (FaultException e)
        {
            Log.NotRecorded(logger, entry.Target!, e.Code);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1021, LogLevel.Warning, "{Count} could not be recorded: {Code}")]
        public static partial void NotRecorded(ILogger logger, string count, string code);
    }
}

using DataHub.Kernel.Alerts;
using DataHub.Ledger.Writing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DataHub.Ledger.Sequencing;

/// <summary>Sequences on this node whenever no other node does: at once when a leaf was written here, otherwise four times a second. A head follows its leaves within a second.</summary>
internal sealed partial class SequencerService(Sequencer sequencer, LedgerGate gate, LedgerBell bell, TimeProvider time, ILogger<SequencerService> logger, IEnumerable<IAlerts> alerts) : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250); // So that leaves of a busy moment share a head.
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(5);

    /// <summary>Looks at the ledger before anything is served: one that is not the continuation of what this node saw must not take a single act.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await sequencer.CheckAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await TurnAsync(stoppingToken);
                failures = 0;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                failures++;
                Log.Failed(logger, e is PostgresException refused ? refused.SqlState : e.GetType().Name, failures);
                var delay = Poll * Math.Pow(2, Math.Min(failures, 10));
                await Task.Delay(delay < LongestBackOff ? delay : LongestBackOff, time, stoppingToken);
            }

            if (gate.IsShut)
            {
                await TellAsync(stoppingToken);
                return;
            }
        }
    }

    private async Task TurnAsync(CancellationToken stoppingToken)
    {
        var woken = bell.Next;
        var step = await sequencer.StepAsync(stoppingToken);
        if (step.HasMore || gate.IsShut)
        {
            return;
        }

        if (step.Leaves > 0)
        {
            await Task.Delay(Pace, time, stoppingToken);
        }

        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        await Task.WhenAny(woken, Task.Delay(Poll, time, waiting.Token));
        await waiting.CancelAsync();
    }

    private async Task TellAsync(CancellationToken stoppingToken)
    {
        Log.RolledBack(logger);
        foreach (var alert in alerts)
        {
            await alert.RaiseAsync(
                new Alert("LEDGER_ROLLED_BACK", AlertLevel.Critical, "", "The ledger in the database is not the continuation of the one this node has seen; it records nothing until an operator decides."), stoppingToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(6001, LogLevel.Warning, "Leaves could not be given their place ({Reason}), failure {Failures} in a row; trying again")]
        public static partial void Failed(ILogger logger, string reason, int failures);

        [LoggerMessage(6002, LogLevel.Critical, "The ledger in the database is not the continuation of the one this node has seen; nothing is recorded until an operator decides: hub audit accept-rollback")]
        public static partial void RolledBack(ILogger logger);
    }
}

using DataHub.EventStore.Postgres;
using DataHub.Kernel.Alerts;
using DataHub.Ledger.Writing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DataHub.Ledger.Sequencing;

/// <summary>
/// Compares this node's clock with the database's, by which all nodes order what they do, once a second. While it is too far off, nothing is recorded or signed here: a time that is wrong cannot be taken back once it
/// stands in a receipt.
/// </summary>
internal sealed partial class ClockWatch(PostgresDataSources sources, LedgerOptions options, LedgerGate gate, TimeProvider time, ILogger<ClockWatch> logger, IEnumerable<IAlerts> alerts) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Compares before anything is served.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.MaxClockOffset is { } most)
        {
            gate.IsClockOff = await OffsetAsync(cancellationToken) > most;
            await base.StartAsync(cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wasOff = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var offset = await OffsetAsync(stoppingToken);
                gate.IsClockOff = offset > options.MaxClockOffset;
                if (gate.IsClockOff && !wasOff)
                {
                    Log.Off(logger, offset.TotalSeconds);
                    await TellAsync(stoppingToken);
                }

                wasOff = gate.IsClockOff;
            }
            catch (NpgsqlException e)
            {
                Log.Failed(logger, e.SqlState ?? e.GetType().Name); // Without the database nothing is recorded anyway.
            }

            await Task.Delay(Interval, stoppingToken);
        }
    }

    // How far apart at least: what the question took on its way is given to the clock.
    private async Task<TimeSpan> OffsetAsync(CancellationToken cancellationToken)
    {
        await using var command = sources.Hub.CreateCommand("select clock_timestamp()");
        var before = time.GetUtcNow();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var (database, after) = (reader.GetFieldValue<DateTimeOffset>(0), time.GetUtcNow());
        return database < before ? before - database : database > after ? database - after : TimeSpan.Zero;
    }

    private async Task TellAsync(CancellationToken stoppingToken)
    {
        foreach (var alert in alerts)
        {
            await alert.RaiseAsync(new Alert("CLOCK_OFF", AlertLevel.Critical, "", $"The clock of node {sources.Node.Value} is too far from the database's; it records and signs nothing until it is set right."), stoppingToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(6011, LogLevel.Critical, "This node's clock is {Seconds} s from the database's; nothing is recorded or signed here until it is set right")]
        public static partial void Off(ILogger logger, double seconds);

        [LoggerMessage(6012, LogLevel.Warning, "The clock could not be compared with the database's ({Reason}); trying again")]
        public static partial void Failed(ILogger logger, string reason);
    }
}

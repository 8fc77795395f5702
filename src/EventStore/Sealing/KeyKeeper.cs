using DataHub.Crypto.Sealing;
using DataHub.EventStore.Postgres;
using DataHub.EventStore.Signals;
using DataHub.Kernel.Faults;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DataHub.EventStore.Sealing;

/// <summary>Keeps this node's keys: looks for new key files, tells the others which it has, and writes every erasure into its journal.</summary>
internal sealed partial class KeyKeeper(
    KeyRing ring, PostgresDataSources sources, Erasures erasures, ErasureBell erased, TimeProvider time, ILogger<KeyKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    // Before the node serves: from then on no key is activated that it lacks.
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await PostgresFaults.GuardAsync(() => ReportAsync(cancellationToken));
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await using var leave = sources.Hub.CreateCommand(SealingSql.Leave);
            leave.Parameters.Add(new NpgsqlParameter<string> { TypedValue = sources.Node.Value });
            await leave.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (NpgsqlException e)
        {
            Log.Failed(logger, e.SqlState ?? e.GetType().Name); // The database stopped first; the others forget this node by themselves.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ReportAsync(stoppingToken);
                if (await erased.WaitAsync(Interval, stoppingToken))
                {
                    await erasures.WriteJournalAsync(stoppingToken);
                }
            }
            catch (Exception e) when (e is NpgsqlException or FaultException or InvalidDataException or IOException or UnauthorizedAccessException)
            {
                Log.Failed(logger, e is FaultException fault ? fault.Code : e.GetType().Name);
                await Task.Delay(Interval, time, stoppingToken);
                erased.Ring(); // A journal entry may have been missed.
            }
        }
    }

    private async Task<int> ReportAsync(CancellationToken stoppingToken)
    {
        ring.Refresh();
        await using var connection = await sources.Hub.OpenConnectionAsync(stoppingToken);
        return await new KeyTable(connection).ReportAsync(sources.Node.Value, ring.CheckValues(), stoppingToken);
    }

    private static partial class Log
    {
        [LoggerMessage(2021, LogLevel.Warning, "Keys could not be looked after ({Error}); trying again")]
        public static partial void Failed(ILogger logger, string error);
    }
}

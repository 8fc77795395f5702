using DataHub.EventStore.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DataHub.Host.Serving;

/// <summary>Asks the database every two seconds whether it is there, and tells <see cref="ServingState"/>.</summary>
internal sealed partial class DatabaseProbe(PostgresDataSources sources, ServingState state, TimeProvider time, ILogger<DatabaseProbe> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            state.SetDatabase(isAway: !await IsThereAsync(stoppingToken));
        }
    }

    private async Task<bool> IsThereAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Interval);
        try
        {
            await using var command = sources.Hub.CreateCommand("select 1");
            await command.ExecuteScalarAsync(patience.Token);
            return true;
        }
        catch (Exception failure) when (failure is NpgsqlException or OperationCanceledException or ObjectDisposedException)
        {
            Log.Away(logger, failure.GetType().Name);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(9201, LogLevel.Warning, "The database does not answer: {Failure}")]
        public static partial void Away(ILogger logger, string failure);
    }
}

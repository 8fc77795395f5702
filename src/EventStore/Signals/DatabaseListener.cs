using DataHub.EventStore.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DataHub.EventStore.Signals;

/// <summary>The node's ear: one connection that listens to what the nodes tell each other.</summary>
internal sealed partial class DatabaseListener(PostgresDataSources sources, Wakeup appended, TimeProvider time, ILogger<DatabaseListener> logger) : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(stoppingToken);
            }
            catch (NpgsqlException e)
            {
                Log.Deaf(logger, e.SqlState ?? e.GetType().Name);
                await Task.Delay(RetryDelay, time, stoppingToken);
            }
        }
    }

    private async Task ListenAsync(CancellationToken stoppingToken)
    {
        await using var connection = await sources.Standing.OpenConnectionAsync(stoppingToken);
        connection.Notification += OnNotification;
        await using var listen = new NpgsqlCommand($"listen {Channels.Events}", connection);
        await listen.ExecuteNonQueryAsync(stoppingToken);
        appended.Set(); // Whatever was said before.
        while (true)
        {
            await connection.WaitAsync(stoppingToken);
        }
    }

    private void OnNotification(object sender, NpgsqlNotificationEventArgs e) => appended.Set();

    private static partial class Log
    {
        [LoggerMessage(2002, LogLevel.Warning, "This node cannot hear the others ({Reason}); trying again")]
        public static partial void Deaf(ILogger logger, string reason);
    }
}

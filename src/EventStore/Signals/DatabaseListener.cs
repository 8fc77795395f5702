using System.Globalization;
using System.Security.Cryptography;
using DataHub.EventStore.Postgres;
using DataHub.EventStore.Sealing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DataHub.EventStore.Signals;

/// <summary>
/// The node's ear: one connection that listens to what the nodes tell each other. Each second it tells itself something on the same connection; what comes back proves that all
/// told before has arrived.
/// </summary>
internal sealed partial class DatabaseListener(
    PostgresDataSources sources, Wakeup appended, ErasureBell erased, OpenedKeys opened, TimeProvider time, ILogger<DatabaseListener> logger) : BackgroundService
{
    private const int AnswerWithinSeconds = 3;

    private static readonly TimeSpan BeatInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly string _beat = $"datahub_beat_{RandomNumberGenerator.GetHexString(16, lowercase: true)}";

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
                opened.Clear();
                Log.Deaf(logger, e.SqlState ?? e.GetType().Name);
                await Task.Delay(RetryDelay, time, stoppingToken);
            }
        }
    }

    private async Task ListenAsync(CancellationToken stoppingToken)
    {
        await using var connection = await sources.Standing.OpenConnectionAsync(stoppingToken);
        connection.Notification += OnNotification;
        await ExecuteAsync(connection, $"listen {Channels.Events}; listen {Channels.Keys}; listen {_beat}", stoppingToken);

        // Whatever was said while nobody listened.
        opened.Clear();
        appended.Set();
        erased.Ring();
        while (true)
        {
            await BeatAsync(connection, stoppingToken);
        }
    }

    private async Task BeatAsync(NpgsqlConnection connection, CancellationToken stoppingToken)
    {
        var sent = time.GetTimestamp();
        await ExecuteAsync(connection, string.Create(CultureInfo.InvariantCulture, $"notify {_beat}, '{sent}'"), stoppingToken);
        var start = TimeProvider.System.GetTimestamp();
        for (var left = BeatInterval; left > TimeSpan.Zero; left = BeatInterval - TimeProvider.System.GetElapsedTime(start))
        {
            await connection.WaitAsync(left, stoppingToken);
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken stoppingToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = AnswerWithinSeconds };
        await command.ExecuteNonQueryAsync(stoppingToken);
    }

    private void OnNotification(object sender, NpgsqlNotificationEventArgs e)
    {
        if (e.Channel == _beat)
        {
            opened.Hear(long.Parse(e.Payload, CultureInfo.InvariantCulture));
        }
        else if (e.Channel == Channels.Keys)
        {
            opened.Clear();
            erased.Ring();
        }
        else
        {
            appended.Set();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2002, LogLevel.Warning, "This node cannot hear the others ({Reason}); trying again")]
        public static partial void Deaf(ILogger logger, string reason);
    }
}

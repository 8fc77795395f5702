using System.Threading.Channels;
using DataHub.EventStore.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DataHub.EventStore.Signals;

/// <summary>
/// Tells all nodes that something was appended: after the commit, from one connection, at most 20 times a second, since a notification inside an appending transaction makes commits
/// wait for each other. A notification lost costs time, never an event.
/// </summary>
internal sealed partial class AppendNotifier(PostgresDataSources sources, TimeProvider time, ILogger<AppendNotifier> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Something was committed. Returns at once.</summary>
    public void Signal() => _signals.Writer.TryWrite(true);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await NotifyAsync(stoppingToken);
            }
            catch (NpgsqlException e)
            {
                Log.Lost(logger, e.SqlState ?? e.GetType().Name);
                await Task.Delay(RetryDelay, time, stoppingToken);
                Signal(); // The one that failed.
            }
        }
    }

    private async Task NotifyAsync(CancellationToken stoppingToken)
    {
        await _signals.Reader.WaitToReadAsync(stoppingToken);
        await using var connection = await sources.Standing.OpenConnectionAsync(stoppingToken);
        await foreach (var _ in _signals.Reader.ReadAllAsync(stoppingToken))
        {
            await using var notify = new NpgsqlCommand(Channels.NotifyEvents, connection);
            await notify.ExecuteNonQueryAsync(stoppingToken);
            await Task.Delay(Interval, time, stoppingToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2001, LogLevel.Warning, "Other nodes could not be told of an append ({Reason}); trying again")]
        public static partial void Lost(ILogger logger, string reason);
    }
}

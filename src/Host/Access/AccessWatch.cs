using DataHub.EventStore.Postgres;
using DataHub.Host.Connections;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DataHub.Host.Access;

/// <summary>
/// Keeps the book of this node: looks at the version of the register four times a second on one standing connection, reads the register when it moved, and then closes the connections
/// of those who are no longer admitted.
/// </summary>
internal sealed partial class AccessWatch(
    AccessBook book, SnapshotReader reader, PostgresDataSources sources, OpenConnections connections, AccessNews news, TimeProvider time, ILogger<AccessWatch> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(230);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan NewsLimit = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _wanted = new(0, 1);
    private TaskCompletionSource _next = NewLook();

    /// <summary>Completes after a look that began after this call; after a second in any case.</summary>
    public async Task LookAsync()
    {
        var look = Volatile.Read(ref _next).Task;
        if (_wanted.CurrentCount == 0)
        {
            try
            {
                _wanted.Release();
            }
            catch (SemaphoreFullException)
            {
                // Somebody else asked at the same moment; one look serves both.
            }
        }

        await Task.WhenAny(look, Task.Delay(NewsLimit, CancellationToken.None));
    }

    /// <summary>Reads the register once before the host takes calls.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await using (var connection = await sources.Standing.OpenConnectionAsync(cancellationToken))
        {
            await LookAsync(connection, cancellationToken);
        }

        news.Listen(LookAsync);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await sources.Standing.OpenConnectionAsync(stoppingToken);
                await WatchAsync(connection, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
            {
                Log.Silent(logger, e.GetType().Name);
                await Task.WhenAny(Task.Delay(Interval, stoppingToken));
            }
        }
    }

    private async Task WatchAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        while (true)
        {
            var look = Interlocked.Exchange(ref _next, NewLook());
            await LookAsync(connection, cancellationToken);
            look.TrySetResult();
            await Task.Delay(Pause, cancellationToken);
            await _wanted.WaitAsync(Interval, cancellationToken);
        }
    }

    private async Task LookAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var asked = time.GetTimestamp();
        var hasMoved = await SnapshotReader.VersionAsync(connection, cancellationToken) != book.Version;
        connections.CloseRefused(book.Hear(hasMoved ? await reader.ReadAsync(connection, cancellationToken) : null, asked));
    }

    private static TaskCompletionSource NewLook() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static partial class Log
    {
        [LoggerMessage(1101, LogLevel.Warning, "The register of access was not heard from ({Reason}); after three seconds of it nobody is admitted")]
        public static partial void Silent(ILogger logger, string reason);
    }
}

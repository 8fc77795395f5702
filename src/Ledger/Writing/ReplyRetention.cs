using DataHub.EventStore.Postgres;
using DataHub.Ledger.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace DataHub.Ledger.Writing;

/// <summary>
/// Destroys the keys of replies two days after their day began, and removes the replies: each could be repeated for a day, and nothing of it can be read after two. The key goes first: what is left of a
/// removal cut short is unreadable.
/// </summary>
internal sealed partial class ReplyRetention(PostgresDataSources sources, TimeProvider time, ILogger<ReplyRetention> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(15);

    /// <summary>Removes what is due.</summary>
    /// <returns>Days whose key was destroyed.</returns>
    public async Task<int> RemoveAsync(CancellationToken cancellationToken)
    {
        await using var connection = await sources.Hub.OpenConnectionAsync(cancellationToken);
        var due = new NpgsqlParameter<DateOnly> { TypedValue = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(-2), NpgsqlDbType = NpgsqlDbType.Date };
        await using var destroy = new NpgsqlCommand(LedgerSql.DestroyDayKeys, connection) { Parameters = { due } };
        await destroy.ExecuteNonQueryAsync(cancellationToken);
        await using var remove = new NpgsqlCommand(LedgerSql.RemoveReplies, connection) { Parameters = { due.Clone() } };
        while (await remove.ExecuteNonQueryAsync(cancellationToken) > 0)
        {
            // A few thousand at a time, so that nobody waits for it.
        }

        await using var forget = new NpgsqlCommand(LedgerSql.ForgetDayKeys, connection) { Parameters = { due.Clone() } };
        return await forget.ExecuteNonQueryAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await RemoveAsync(stoppingToken);
            }
            catch (NpgsqlException e)
            {
                Log.Failed(logger, e.SqlState ?? e.GetType().Name);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static partial class Log
    {
        [LoggerMessage(6011, LogLevel.Warning, "Replies of two days ago could not be removed ({Reason}); trying again in a quarter of an hour")]
        public static partial void Failed(ILogger logger, string reason);
    }
}

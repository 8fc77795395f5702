using DataHub.EventStore.Postgres;
using Npgsql;

namespace DataHub.Ledger.Storage;

/// <summary>Months of the ledger. Only the owner of the tables can add one; the hub's role asks for it through a function of the owner's.</summary>
internal sealed class Partitions(PostgresDataSources sources) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private volatile int _known = -1; // The month known to be there, counted from year 0.

    /// <summary>Makes sure that a time has its partition. Asks the database once a month.</summary>
    /// <param name="at">The time.</param>
    /// <param name="cancellationToken">Stops.</param>
    public ValueTask EnsureAsync(DateTimeOffset at, CancellationToken cancellationToken) =>
        _known == MonthOf(at) ? ValueTask.CompletedTask : MakeAsync(at, cancellationToken);

    public void Dispose() => _turn.Dispose();

    private static int MonthOf(DateTimeOffset at) => (at.UtcDateTime.Year * 12) + at.UtcDateTime.Month;

    // Not a pooled connection: whoever asks may hold one already, and all of them at once would wait for each other.
    private async ValueTask MakeAsync(DateTimeOffset at, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_known != MonthOf(at))
            {
                await using var connection = await sources.Standing.OpenConnectionAsync(cancellationToken);
                await using var command = new NpgsqlCommand(LedgerSql.MakePartitions, connection) { Parameters = { new NpgsqlParameter<DateTime> { TypedValue = at.UtcDateTime } } };
                await command.ExecuteNonQueryAsync(cancellationToken);
                _known = MonthOf(at);
            }
        }
        finally
        {
            _turn.Release();
        }
    }
}

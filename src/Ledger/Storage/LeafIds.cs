using Npgsql;

namespace DataHub.Ledger.Storage;

/// <summary>Numbers for leaves, known before a leaf is written because its bytes hold it. Taken by the thousand; what a node has left over when it stops is never used.</summary>
internal sealed class LeafIds
{
    private const int Block = 1000;

    private readonly Lock _lock = new();
    private long _next;
    private long _end;

    /// <summary>A number nobody else gets.</summary>
    /// <param name="connection">Used where a new thousand is due.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async ValueTask<long> TakeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_next < _end)
            {
                return _next++;
            }
        }

        // Several may come here at once: each gets a thousand, and all but one of them are left over.
        await using var command = new NpgsqlCommand(LedgerSql.TakeLeafIds, connection);
        var first = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        lock (_lock)
        {
            (_next, _end) = (first + 1, first + Block);
        }

        return first;
    }
}

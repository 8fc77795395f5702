using DataHub.EventStore.Postgres;
using DataHub.Kernel.Faults;
using Npgsql;

namespace DataHub.EventStore.Streams;

/// <summary>
/// A transaction that appends events and lets a module write its own tables beside them. Without <see cref="CommitAsync"/> disposing undoes everything. Isolation is
/// READ COMMITTED. Not for two callers at once.
/// </summary>
public sealed class EventTransaction : IAsyncDisposable
{
    private readonly AppendContext _context;
    private readonly NpgsqlTransaction _transaction;
    private State _state = State.Open;
    private bool _announced;
    private bool _warned;

    private EventTransaction(AppendContext context, NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        _context = context;
        _transaction = transaction;
        Connection = connection;
        connection.Notice += OnNotice;
    }

    private enum State
    {
        Open,
        Failed,
        Ended,
    }

    /// <summary>The connection, inside the transaction; commands on it need nothing else. Never commit or roll back through it.</summary>
    public NpgsqlConnection Connection { get; }

    /// <summary>Appends events and calls the participants; nothing is durable before <see cref="CommitAsync"/>.</summary>
    /// <param name="events">Any number, of any streams.</param>
    /// <param name="cancellationToken">Stops; the transaction can then only be disposed.</param>
    /// <exception cref="FaultException"><c>STREAM_CONFLICT</c> and the others of <see cref="IEventStore.AppendAsync"/>; the transaction can then only be disposed.</exception>
    public async Task<AppendResult> AppendAsync(IReadOnlyList<NewEvent> events, CancellationToken cancellationToken)
    {
        var (conflicts, appended) = await TryAppendAsync(_context.Prepare(events), cancellationToken);
        return conflicts.Count > 0 ? throw conflicts[0].ToFault() : AppendResult.Of(appended);
    }

    /// <summary>Makes everything durable. Takes no cancellation token: a cancelled commit can look like success.</summary>
    /// <exception cref="FaultException"><c>COMMIT_UNKNOWN</c>: not known to be durable; <c>TRANSACTION_CONFLICT</c> and others: undone.</exception>
    /// <exception cref="InvalidOperationException">An append failed before, or the transaction has ended.</exception>
    public async Task CommitAsync()
    {
        if (_state != State.Open)
        {
            throw new InvalidOperationException("The transaction has failed or ended; it cannot be committed.");
        }

        _state = State.Ended;
        _warned = false;
        try
        {
            await RunCommitAsync();
        }
        catch (PostgresException e) when (!e.SqlState.StartsWith("57", StringComparison.Ordinal))
        {
            // The server refused: deferred constraints, serialization, disk. Nothing was stored.
            if (PostgresFaults.Of(e) is { } fault)
            {
                throw fault;
            }

            throw;
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException or IOException)
        {
            throw PostgresFaults.CommitUnknown(e);
        }

        // "may not have been replicated" comes as a warning after which the commit reports success.
        if (_warned)
        {
            throw PostgresFaults.CommitUnknown(cause: null);
        }

        if (_announced)
        {
            _context.Notifier.Signal();
        }
    }

    /// <summary>Undoes what was not committed and gives the connection back.</summary>
    public async ValueTask DisposeAsync()
    {
        Connection.Notice -= OnNotice;
        await _transaction.DisposeAsync();
        await Connection.DisposeAsync();
    }

    internal static async Task<EventTransaction> BeginAsync(AppendContext context, CancellationToken cancellationToken)
    {
        var connection = await PostgresFaults.GuardAsync(() => context.Sources.Hub.OpenConnectionAsync(cancellationToken).AsTask());
        try
        {
            return new EventTransaction(context, connection, await connection.BeginTransactionAsync(cancellationToken));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Appends unless streams are at other versions than expected; then the transaction can only be disposed.</summary>
    internal async Task<(IReadOnlyList<StreamConflict> Conflicts, IReadOnlyList<AppendedEvent> Appended)> TryAppendAsync(
        PreparedAppend append, CancellationToken cancellationToken)
    {
        var state = _state;
        _state = State.Failed; // Whatever stops us halfway, half an append is never committed.
        var streams = new StreamTable(Connection, _context.Sources.Hub, append.Time);
        var conflicts = await PostgresFaults.GuardAsync(() => streams.TakeAsync(append.Streams, cancellationToken));
        if (conflicts.Count > 0)
        {
            return (conflicts, []);
        }

        var appended = await PostgresFaults.GuardAsync(() => new AppendWriter(Connection, append).WriteAsync(announce: !_announced, cancellationToken));
        _announced |= appended.Count > 0;
        foreach (var participant in appended.Count > 0 ? _context.Participants : [])
        {
            await participant.OnAppendedAsync(this, appended, cancellationToken);
        }

        _state = state;
        return ([], appended);
    }

    // A plain COMMIT in a transaction that PostgreSQL has given up answers ROLLBACK without an error; the statement before it makes that an error.
    // No time limit either: it would end in the same cancel request as a token.
    private async Task RunCommitAsync()
    {
        await using var commit = new NpgsqlBatch(Connection) { BatchCommands = { new("select"), new("commit") }, Timeout = 0 };
        await commit.ExecuteNonQueryAsync(CancellationToken.None);
    }

    private void OnNotice(object sender, NpgsqlNoticeEventArgs e) => _warned |= e.Notice.InvariantSeverity == "WARNING";
}

using DataHub.EventStore.Postgres;
using DataHub.Kernel;
using DataHub.Ledger.Heads;
using DataHub.Ledger.Storage;
using DataHub.Ledger.Tree;
using DataHub.Ledger.Writing;
using Npgsql;

namespace DataHub.Ledger.Sequencing;

/// <summary>What a step of the sequencer came to.</summary>
/// <param name="Leaves">Leaves given their place.</param>
/// <param name="HasMore">More are known to wait.</param>
internal readonly record struct SequencerStep(int Leaves, bool HasMore);

/// <summary>
/// Gives leaves their place in the tree and signs heads. A step is one transaction that holds the leader's lock from its first statement to its commit, so that lock and writes stand or fall together: a
/// leader that lost its connection cannot commit, one that stands still keeps the lock until the server ends it, and whoever comes next sees all its predecessor committed. Primary keys of sequence and
/// heads would catch what is left.
/// </summary>
/// <remarks>
/// No leaf is missed, although ids and commits come in any order. Each leaf carries the number of its own transaction, which the hub cannot choose. A step reads X, the lowest transaction under way, and then,
/// in a later statement, all leaves from low_xid on that have no place. Every transaction below X had ended before, so its leaves are seen if they were committed; everything below X therefore has its place
/// when the step commits, and X is the next low_xid. A transaction that commits late, however long it took, is X or above and is found by a later step. Nothing waits for it meanwhile.
/// </remarks>
internal sealed class Sequencer(PostgresDataSources sources, HubName hub, HeadMemory memory, LedgerGate gate, LedgerSigners signers, TimeProvider time) : IDisposable
{
    private const int MaxLeaves = 10_000;

    private readonly SemaphoreSlim _turn = new(1);
    private TreeEdge? _edge;
    private SignedHead? _edgeOf;
    private (SignedHead Head, ulong LowXid)? _idle; // Nothing waited behind this head below this transaction.

    /// <summary>Compares the last head with the one this node remembers, and the edge of the tree with the head; shuts the gate if one is not what the other says. For the start of a node.</summary>
    /// <returns>Whether all is well.</returns>
    public Task<bool> CheckAsync(CancellationToken cancellationToken) => InTurnAsync(
        async () =>
        {
            await using var connection = await sources.Hub.OpenConnectionAsync(cancellationToken);
            var last = await HeadTable.LastAsync(connection, cancellationToken);
            if (!await CheckAsync(last, connection, cancellationToken))
            {
                return false;
            }

            (_edge, _edgeOf) = (await EdgeAsync(last, connection, cancellationToken), last?.Signed);
            return _edge is not null;
        },
        cancellationToken);

    /// <summary>One turn: looks at the last head, and, unless another node is at it, sequences what waits.</summary>
    public Task<SequencerStep> StepAsync(CancellationToken cancellationToken) => InTurnAsync(() => TryStepAsync(cancellationToken), cancellationToken);

    public void Dispose() => _turn.Dispose();

    private async Task<T> InTurnAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await work();
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<SequencerStep> TryStepAsync(CancellationToken cancellationToken)
    {
        if (gate.IsShut || gate.IsClockOff)
        {
            return default;
        }

        await using var connection = await sources.Hub.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var (leads, last, lowest) = await BeginAsync(connection, cancellationToken);
        if (!await CheckAsync(last, connection, cancellationToken) || !leads)
        {
            return default;
        }

        var waiting = await WaitingLeaves.ReadAsync(connection, LowOf(last, lowest), MaxLeaves, cancellationToken);
        if (waiting.Count == 0 && last is not null)
        {
            _idle = (last.Signed, lowest);
            return default;
        }

        var edge = await EdgeAsync(last, connection, cancellationToken);
        if (edge is null)
        {
            return default;
        }

        var hasMore = waiting.Count == MaxLeaves;
        _edgeOf = null; // From here until the commit the edge is ahead of the database.
        var growth = new TreeGrowth(edge, waiting);
        var head = SignedHead.Sign(HeadOf(edge, last), signers.Heads);
        await growth.WriteAsync(connection, head, hasMore ? Math.Min(lowest, waiting[^1].Xid) : lowest, cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        (_edge, _edgeOf) = (edge, head);
        memory.Remember(head);
        return new SequencerStep(waiting.Count, hasMore);
    }

    private async Task<bool> CheckAsync(StoredHead? last, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (gate.IsShut || !await memory.ContinuesAsync(last, connection, cancellationToken))
        {
            gate.Shut();
            return false;
        }

        if (last is not null)
        {
            memory.Remember(last.Signed);
        }

        return true;
    }

    private static async Task<(bool Leads, StoredHead? Last, ulong Lowest)> BeginAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new(TreeSql.EndIfStopped), new(TreeSql.TryLead), new(TreeSql.LastHead), new(TreeSql.LowestUnderWay) } };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var leads = reader.GetBoolean(0);
        await reader.NextResultAsync(cancellationToken);
        var last = await reader.ReadAsync(cancellationToken) ? HeadTable.Map(reader) : null;
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (leads, last, reader.GetFieldValue<ulong>(0));
    }

    // A database restored by dump counts transactions anew; then everything is looked at once.
    private ulong LowOf(StoredHead? last, ulong lowest) => last is null ? 0
        : _idle is { } idle && idle.LowXid <= lowest && idle.Head.Text.Span.SequenceEqual(last.Signed.Text.Span) ? idle.LowXid
        : last.LowXid > lowest ? 0 : last.LowXid;

    // Whoever led the last time goes on from memory; otherwise the edge is read, and must be what the head says.
    private async Task<TreeEdge?> EdgeAsync(StoredHead? last, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (last is null)
        {
            return new TreeEdge();
        }

        if (_edge is not null && _edgeOf is not null && _edgeOf.Text.Span.SequenceEqual(last.Signed.Text.Span))
        {
            return _edge;
        }

        try
        {
            var edge = await new TreeTable(connection).EdgeAsync(last.Size, cancellationToken);
            if (edge.Root().AsSpan().SequenceEqual(last.Head.Root.Span))
            {
                return edge;
            }
        }
        catch (InvalidDataException)
        {
            // Nodes that the head vouches for are missing: the same as others in their place.
        }

        gate.Shut();
        return null;
    }

    private TreeHead HeadOf(TreeEdge edge, StoredHead? last)
    {
        var now = SignedLeaf.Cut(time.GetUtcNow());
        var at = last is { Head.At: var before } && before > now ? before : now;
        return new TreeHead(hub, edge.Size, edge.Root(), at, last is null ? TreeHead.NoHead : last.Signed.Hash());
    }
}

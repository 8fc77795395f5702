using DataHub.EventStore.Postgres;
using DataHub.EventStore.Streams;
using DataHub.Kernel.Batching;
using DataHub.Kernel.Faults;
using DataHub.Ledger.Entries;
using DataHub.Ledger.Storage;
using Npgsql;

namespace DataHub.Ledger.Writing;

/// <summary>
/// Records acts. What several callers record at the same time becomes one leaf with one signature and one commit. Every method may throw a <see cref="FaultException"/> with <c>DATABASE_AWAY</c>,
/// <c>DATABASE_FULL</c>, <c>COMMIT_UNKNOWN</c>, <c>TOO_BUSY</c> or <c>LEDGER_ROLLED_BACK</c>: then nothing may be said to have been recorded, and the act must not be answered as done.
/// </summary>
public sealed class LedgerWriter : IAsyncDisposable
{
    // While one flush waits for the disk the next is hashed and sent; and one that waits for a twin on another node does not hold up the others.
    private static readonly BatcherLimits Limits = new(MaxBatch: 256, Workers: 2, MaxWaiting: 10_000);

    private readonly LeafIds _ids;
    private readonly Partitions _partitions;
    private readonly Replies _replies;
    private readonly LedgerSigners _signers;
    private readonly LedgerGate _gate;
    private readonly LedgerBell _bell;
    private readonly TimeProvider _time;
    private readonly Batcher<Act, ActOutcome> _acts;

    internal LedgerWriter(FlushWriter flush, LeafIds ids, Partitions partitions, Replies replies, LedgerSigners signers, LedgerGate gate, LedgerBell bell, TimeProvider time)
    {
        _ids = ids;
        _partitions = partitions;
        _replies = replies;
        _signers = signers;
        _gate = gate;
        _bell = bell;
        _time = time;
        _acts = new Batcher<Act, ActOutcome>(
            async acts =>
            {
                var outcomes = await flush.WriteAsync(acts);
                bell.Ring();
                return outcomes;
            },
            Limits);
    }

    /// <summary>Records an act; on return it is durable.</summary>
    /// <param name="entry">The act. Texts have at most 500 characters and no NUL.</param>
    /// <param name="cancellationToken">Takes it back while it waits; what is being written is awaited.</param>
    /// <exception cref="ArgumentException">The entry cannot be stored as it is.</exception>
    public async Task<LedgerTicket> RecordAsync(LedgerEntry entry, CancellationToken cancellationToken) => (await AskAsync(entry, key: null, compose: null, cancellationToken)).Ticket!;

    /// <summary>Records an act in the transaction that has its effect: both become durable by its commit, or neither.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="entry">The act, as for <see cref="RecordAsync(LedgerEntry, CancellationToken)"/>.</param>
    /// <param name="cancellationToken">Stops; the transaction can then only be disposed.</param>
    /// <returns>The ticket, worth something only after the commit.</returns>
    /// <exception cref="ArgumentException">The entry cannot be stored as it is.</exception>
    public async Task<LedgerTicket> RecordAsync(EventTransaction transaction, LedgerEntry entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        EntryCheck.Require(entry);
        _gate.RequireOpen();
        return await PostgresFaults.GuardAsync(async () =>
        {
            var now = _time.GetUtcNow();
            await _partitions.EnsureAsync(now, cancellationToken);
            var leaf = SignedLeaf.Of(await _ids.TakeAsync(transaction.Connection, cancellationToken), now, [new Act(entry)], _signers.Receipts);
            await using var batch = new NpgsqlBatch(transaction.Connection)
            {
                BatchCommands = { LeafTable.Insert(leaf.Leaf, leaf.Signature, events: null), LeafTable.Insert(leaf.Leaf, [entry]) },
            };
            await batch.ExecuteNonQueryAsync(cancellationToken);
            return leaf.TicketOf(0);
        });
    }

    /// <summary>The reply given to a request before; null where it is new.</summary>
    /// <param name="key">What the request is known by.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="FaultException">Other content was sent under the request id, or it is older than 24 hours: <c>REQUEST_ID_REUSED</c>.</exception>
    public Task<byte[]?> FindReplyAsync(ReplyKey key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        return PostgresFaults.GuardAsync(async () =>
        {
            var found = await _replies.FindAsync([key], cancellationToken);
            return found.TryGetValue((key.Account, key.RequestId), out var kept) ? await _replies.OpenAsync(key, kept, cancellationToken) : null;
        });
    }

    /// <summary>
    /// Records an act and keeps its reply for repetitions of the request within 24 hours; on return both are durable. Of several with the same key at the same time, on any node, exactly one is recorded, and
    /// all get its reply.
    /// </summary>
    /// <param name="entry">The act, as for <see cref="RecordAsync(LedgerEntry, CancellationToken)"/>.</param>
    /// <param name="key">What the request is known by.</param>
    /// <param name="compose">Makes the reply of the ticket; quick, and without effects of its own, for it may run more than once.</param>
    /// <param name="cancellationToken">Takes it back while it waits; what is being written is awaited.</param>
    /// <returns>The reply to send: the one composed, or the one a twin or an earlier request was given.</returns>
    /// <exception cref="FaultException">Other content was sent under the request id, or it is older than 24 hours: <c>REQUEST_ID_REUSED</c>.</exception>
    public async Task<byte[]> RecordReplyAsync(LedgerEntry entry, ReplyKey key, Func<LedgerTicket, byte[]> compose, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(compose);
        EntryCheck.Require(key);
        return (await AskAsync(entry, key, compose, cancellationToken)).Reply!;
    }

    /// <summary>Takes nothing more, and finishes what waits.</summary>
    public ValueTask DisposeAsync() => _acts.DisposeAsync();

    private async Task<ActOutcome> AskAsync(LedgerEntry entry, ReplyKey? key, Func<LedgerTicket, byte[]>? compose, CancellationToken cancellationToken)
    {
        EntryCheck.Require(entry);
        _gate.RequireOpen();
        var outcome = await _acts.AskAsync(new Act(entry, key, compose), cancellationToken);
        return outcome.Error is null ? outcome : throw outcome.Error;
    }
}

using DataHub.EventStore.Streams;
using DataHub.Kernel.Faults;

namespace DataHub.EventStore;

/// <summary>
/// Streams of events that are only ever added to. Every method may throw a <see cref="FaultException"/> with <c>DATABASE_AWAY</c>,
/// <c>DATABASE_READ_ONLY</c> or <c>DATABASE_FULL</c>.
/// </summary>
public interface IEventStore
{
    /// <summary>Reads a stream from its beginning; an unknown stream is empty and has version 0.</summary>
    /// <param name="streamId">Key of the stream, <c>{hub}/{resource}/{key}</c>.</param>
    /// <param name="toVersion">Last version to read, inclusive; null = all.</param>
    /// <param name="asOf">System time up to which to read, inclusive; null = now. Reading ends before the first event stored later.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    Task<EventStream> ReadAsync(string streamId, long? toVersion = null, DateTimeOffset? asOf = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Reads events of all streams in order of sequence, at most up to the point below which no append is still under way: whoever continues after
    /// the last one returned misses none.
    /// </summary>
    /// <param name="afterSequence">Sequence of the last event seen; 0 from the beginning.</param>
    /// <param name="maxRows">Most events to return, 1 to 10,000.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The next events; empty when there is none yet.</returns>
    Task<IReadOnlyList<StoredEvent>> ReadAllAsync(long afterSequence, int maxRows, CancellationToken cancellationToken = default);

    /// <summary>
    /// Appends events in one transaction; on return they are durable. All or none. Small appends of callers at the same time may share a transaction: each still
    /// succeeds or fails by itself.
    /// </summary>
    /// <param name="events">Any number, of any streams. The events of one stream are numbered on in the order given.</param>
    /// <param name="idempotencyKey">With a key, repeating the call returns the first result; at most 200 characters; null = no key.</param>
    /// <param name="requestDigest">
    /// What the request is recognised by when the key comes again: a keyed digest of its plaintext, since sealing is randomised. Null = SHA-256 over streams, types and
    /// JSON, which suits events without sealed values.
    /// </param>
    /// <param name="cancellationToken">Takes the append back while it waits, and stops a large one before its commit; what is under way otherwise is finished.</param>
    /// <exception cref="FaultException">
    /// <c>TOO_BUSY</c>: too many wait already; <c>STREAM_CONFLICT</c>, <c>TRANSACTION_CONFLICT</c>; <c>APPEND_KEY_REUSED</c>: the key stands for other events; <c>EVENT_TOO_LARGE</c>, <c>EVENT_TEXT</c>;
    /// <c>COMMIT_UNKNOWN</c>: not known to be durable, repeat with the same key.
    /// </exception>
    Task<AppendResult> AppendAsync(
        IReadOnlyList<NewEvent> events, string? idempotencyKey = null, byte[]? requestDigest = null, CancellationToken cancellationToken = default);

    /// <summary>Begins a transaction in which a module writes its own tables beside its events.</summary>
    /// <param name="cancellationToken">Stops waiting for a connection.</param>
    Task<EventTransaction> BeginAsync(CancellationToken cancellationToken = default);
}

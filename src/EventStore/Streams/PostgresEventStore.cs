using DataHub.EventStore.Postgres;
using DataHub.Kernel.Batching;

namespace DataHub.EventStore.Streams;

/// <summary>The event store on Marten's tables. Small appends of callers at the same time share transactions; large ones have one of their own.</summary>
internal sealed class PostgresEventStore : IEventStore, IAsyncDisposable
{
    private const int MaxPage = 10_000;
    private const int MaxKeyLength = 200;
    private const int MaxSharedEvents = 32;

    private readonly AppendContext _context;
    private readonly EventReader _reader;
    private readonly AppendRunner _runner;
    private readonly Batcher<AppendRequest, AppendRequest> _shared;

    public PostgresEventStore(AppendContext context)
    {
        _context = context;
        _reader = new EventReader(context.Sources.Hub, context.Types);
        _runner = new AppendRunner(context);
        _shared = new Batcher<AppendRequest, AppendRequest>(RunSharedAsync, new BatcherLimits(MaxBatch: 256, Workers: 2, MaxWaiting: 10_000));
    }

    public Task<EventStream> ReadAsync(string streamId, long? toVersion, DateTimeOffset? asOf, CancellationToken cancellationToken) =>
        PostgresFaults.GuardAsync(() => _reader.StreamAsync(streamId, toVersion, asOf, cancellationToken));

    public Task<IReadOnlyList<StoredEvent>> ReadAllAsync(long afterSequence, int maxRows, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRows, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxRows, MaxPage);
        return PostgresFaults.GuardAsync(() => _reader.AllAsync(afterSequence, maxRows, cancellationToken));
    }

    public Task<EventTransaction> BeginAsync(CancellationToken cancellationToken) => EventTransaction.BeginAsync(_context, cancellationToken);

    public async Task<AppendResult> AppendAsync(IReadOnlyList<NewEvent> events, string? idempotencyKey, byte[]? requestDigest, CancellationToken cancellationToken)
    {
        if (idempotencyKey is { Length: 0 or > MaxKeyLength })
        {
            throw new ArgumentException($"An idempotency key has 1 to {MaxKeyLength} characters.", nameof(idempotencyKey));
        }

        var append = _context.Prepare(events);
        append = events.Count <= MaxSharedEvents ? append.Serialised() : append;
        var request = new AppendRequest(append, idempotencyKey is null ? null : new AppendKey(idempotencyKey, requestDigest ?? append.Digest()));
        if (events.Count <= MaxSharedEvents)
        {
            await _shared.AskAsync(request, cancellationToken);
        }
        else
        {
            await _runner.RunAsync([request], cancellationToken);
        }

        return await request.Outcome;
    }

    public ValueTask DisposeAsync() => _shared.DisposeAsync();

    private async Task<IReadOnlyList<AppendRequest>> RunSharedAsync(IReadOnlyList<AppendRequest> requests)
    {
        await _runner.RunAsync(requests, CancellationToken.None);
        return requests;
    }
}

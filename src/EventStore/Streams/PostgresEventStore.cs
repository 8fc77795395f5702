using DataHub.EventStore.Postgres;
using DataHub.Kernel.Faults;

namespace DataHub.EventStore.Streams;

/// <summary>The event store on Marten's tables.</summary>
internal sealed class PostgresEventStore(AppendContext context) : IEventStore
{
    private const int MaxPage = 10_000;
    private const int MaxKeyLength = 200;

    private readonly EventReader _reader = new(context.Sources.Hub, context.Types);

    public Task<EventStream> ReadAsync(string streamId, long? toVersion, DateTimeOffset? asOf, CancellationToken cancellationToken) =>
        PostgresFaults.GuardAsync(() => _reader.StreamAsync(streamId, toVersion, asOf, cancellationToken));

    public Task<IReadOnlyList<StoredEvent>> ReadAllAsync(long afterSequence, int maxRows, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRows, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxRows, MaxPage);
        return PostgresFaults.GuardAsync(() => _reader.AllAsync(afterSequence, maxRows, cancellationToken));
    }

    public Task<EventTransaction> BeginAsync(CancellationToken cancellationToken) => EventTransaction.BeginAsync(context, cancellationToken);

    public async Task<AppendResult> AppendAsync(IReadOnlyList<NewEvent> events, string? idempotencyKey, byte[]? requestDigest, CancellationToken cancellationToken)
    {
        if (idempotencyKey is { Length: 0 or > MaxKeyLength })
        {
            throw new ArgumentException($"An idempotency key has 1 to {MaxKeyLength} characters.", nameof(idempotencyKey));
        }

        var append = context.Prepare(events);
        return idempotencyKey is null
            ? await AppendOnceAsync(append, cancellationToken)
            : await AppendKeyedAsync(append, new AppendKey(idempotencyKey, requestDigest ?? append.Digest()), cancellationToken);
    }

    private async Task<AppendResult> AppendOnceAsync(PreparedAppend append, CancellationToken cancellationToken)
    {
        await using var transaction = await BeginAsync(cancellationToken);
        var result = await transaction.AppendAsync(append, cancellationToken);
        await transaction.CommitAsync();
        return result;
    }

    private async Task<AppendResult> AppendKeyedAsync(PreparedAppend append, AppendKey key, CancellationToken cancellationToken)
    {
        try
        {
            await using var transaction = await BeginAsync(cancellationToken);
            var result = await key.FindAsync(transaction.Connection, cancellationToken);
            if (result is null)
            {
                result = await transaction.AppendAsync(append, cancellationToken);
                await key.WriteAsync(transaction.Connection, result, append.Time, cancellationToken);
            }

            await transaction.CommitAsync();
            return result;
        }
        catch (FaultException unknown) when (unknown.Code == "COMMIT_UNKNOWN")
        {
            return await LookUpAsync(key, unknown)
                ?? throw new FaultException(FaultKind.Unavailable, "DATABASE_AWAY", "The database went away and nothing was stored; repeat the request.", unknown);
        }
    }

    // The key's lock waits until the transaction in doubt has ended; what is found then is committed, and the commit of this look-up makes it durable everywhere.
    private async Task<AppendResult?> LookUpAsync(AppendKey key, FaultException unknown)
    {
        try
        {
            await using var transaction = await BeginAsync(CancellationToken.None);
            var result = await key.FindAsync(transaction.Connection, CancellationToken.None);
            await transaction.CommitAsync();
            return result;
        }
        catch (FaultException away) when (away.Code == "DATABASE_AWAY")
        {
            throw unknown;
        }
    }
}

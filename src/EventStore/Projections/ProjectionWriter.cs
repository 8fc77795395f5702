using DataHub.EventStore.Streams;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DataHub.EventStore.Projections;

/// <summary>
/// Applies events inside one transaction that holds the projection's progress. An event that cannot be taken is parked; later ones of its stream are held back behind it, so that
/// within a stream no event ever overtakes another; all other streams go on.
/// </summary>
internal sealed partial class ProjectionWriter(Feed feed, NpgsqlConnection connection, NpgsqlTransaction transaction)
{
    private const string Savepoint = "page";

    private readonly ParkingLot _parked = new(connection, feed.Progression, feed.Time);

    /// <summary>Applies a page: at once, or event by event where that fails.</summary>
    public async Task ApplyAsync(IReadOnlyList<StoredEvent> events, CancellationToken cancellationToken)
    {
        if (events.Count == 0)
        {
            return;
        }

        var held = await _parked.StreamsHeldAsync(events, cancellationToken);
        var parked = new List<(StoredEvent Event, string? Error)>();
        var ready = Sort(events, held, parked);
        if (ready.Count > 0 && await TryAsync(ready, cancellationToken) is not null)
        {
            await ApplyOneByOneAsync(ready, held, parked, cancellationToken);
        }

        if (parked.Count > 0)
        {
            await _parked.ParkAsync(parked, cancellationToken);
        }
    }

    /// <summary>Tries the parked events of one stream again, in order, up to the first that fails.</summary>
    /// <returns>How many were applied.</returns>
    public async Task<int> RetryAsync(string streamId, CancellationToken cancellationToken)
    {
        var applied = 0;
        foreach (var sequence in await _parked.OfStreamAsync(streamId, cancellationToken))
        {
            var e = await feed.Pages.BySequenceAsync(sequence, cancellationToken);
            if ((e.Data is UnreadableEvent unreadable ? unreadable.ErrorType : await TryAsync([e], cancellationToken)) is { } error)
            {
                await _parked.ParkAgainAsync(sequence, error, cancellationToken);
                Log.Parked(feed.Logger, feed.Progression, sequence, e.Type, streamId, error);
                break;
            }

            await _parked.UnparkAsync(sequence, cancellationToken);
            applied++;
        }

        return applied;
    }

    /// <summary>Empties projection and parking lot, for building it anew.</summary>
    public async Task ResetAsync(CancellationToken cancellationToken)
    {
        await _parked.UnparkAllAsync(cancellationToken);
        await feed.Projection.ResetAsync(connection, cancellationToken);
    }

    private List<StoredEvent> Sort(IReadOnlyList<StoredEvent> events, HashSet<string> held, List<(StoredEvent Event, string? Error)> parked)
    {
        var ready = new List<StoredEvent>(events.Count);
        foreach (var e in events)
        {
            if (held.Contains(e.StreamId))
            {
                parked.Add((e, null));
            }
            else if (e.Data is UnreadableEvent unreadable)
            {
                Park(e, unreadable.ErrorType, held, parked);
            }
            else
            {
                ready.Add(e);
            }
        }

        return ready;
    }

    private async Task ApplyOneByOneAsync(
        List<StoredEvent> events, HashSet<string> held, List<(StoredEvent Event, string? Error)> parked, CancellationToken cancellationToken)
    {
        var failed = new HashSet<string>(StringComparer.Ordinal); // Streams of this page whose events before an unreadable one are still due.
        foreach (var e in events)
        {
            if (failed.Contains(e.StreamId))
            {
                parked.Add((e, null));
            }
            else if (await TryAsync([e], cancellationToken) is { } error)
            {
                failed.Add(e.StreamId);
                Park(e, error, held, parked);
            }
        }
    }

    private void Park(StoredEvent e, string error, HashSet<string> held, List<(StoredEvent Event, string? Error)> parked)
    {
        held.Add(e.StreamId);
        parked.Add((e, error));
        Log.Parked(feed.Logger, feed.Progression, e.Sequence, e.Type, e.StreamId, error);
    }

    // Deferred constraints are asked here, or one event's fault would come up at the commit, where nobody knows whose it is.
    private async Task<string?> TryAsync(IReadOnlyList<StoredEvent> events, CancellationToken cancellationToken)
    {
        await transaction.SaveAsync(Savepoint, cancellationToken);
        try
        {
            await feed.Projection.ApplyAsync(connection, events, cancellationToken);
            await using var release = new NpgsqlBatch(connection) { BatchCommands = { new("set constraints all immediate"), new($"release savepoint {Savepoint}") } };
            await release.ExecuteNonQueryAsync(cancellationToken);
            return null;
        }
        catch (Exception e) when (!ProjectionFaults.IsTransient(e) && !cancellationToken.IsCancellationRequested && connection.FullState.HasFlag(System.Data.ConnectionState.Open))
        {
            await transaction.RollbackAsync(Savepoint, cancellationToken);
            return ProjectionFaults.Describe(e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2011, LogLevel.Error, "Projection {Progression} cannot take event {Sequence} ({EventType}) of stream {StreamId} and parked it: {Error}")]
        public static partial void Parked(ILogger logger, string progression, long sequence, string eventType, string streamId, string error);
    }
}

using DataHub.EventStore.Streams;
using Npgsql;
using NpgsqlTypes;

namespace DataHub.EventStore.Projections;

/// <summary>What a projection's next events are.</summary>
/// <param name="Events">In order of sequence, none of them under <c>ext/</c>.</param>
/// <param name="To">Sequence up to which nothing else is wanted.</param>
internal sealed record EventPage(IReadOnlyList<StoredEvent> Events, long To);

/// <summary>Reads what projections want, on connections of its own.</summary>
internal sealed class EventPages(EventReader reader)
{
    private const int MaxRows = 1_000;
    private const long MaxSpan = 50_000; // So that a projection with few events also comes on in short steps.

    /// <summary>Sequence below which no append of the hub is under way.</summary>
    public Task<long> HorizonAsync(CancellationToken cancellationToken) => reader.HorizonAsync(cancellationToken);

    /// <summary>The next events after a position, up to a horizon read before.</summary>
    public async Task<EventPage> NextAsync(long position, long horizon, string[]? aliases, CancellationToken cancellationToken)
    {
        var upTo = Math.Min(horizon, position + MaxSpan);
        var events = await reader.TolerantAsync(
            ProjectionSql.Page,
            cancellationToken,
            new NpgsqlParameter<long> { TypedValue = position },
            new NpgsqlParameter<long> { TypedValue = upTo },
            new NpgsqlParameter<int> { TypedValue = MaxRows },
            new NpgsqlParameter { Value = (object?)aliases ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        return new EventPage(events, events.Count == MaxRows ? events[^1].Sequence : upTo);
    }

    public async Task<StoredEvent> BySequenceAsync(long sequence, CancellationToken cancellationToken) =>
        (await reader.TolerantAsync(ProjectionSql.BySequence, cancellationToken, new NpgsqlParameter<long[]> { TypedValue = [sequence] })).Single();
}

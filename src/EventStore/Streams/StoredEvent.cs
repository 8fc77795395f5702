using System.Text.Json;

namespace DataHub.EventStore.Streams;

/// <summary>An event as read.</summary>
public sealed record StoredEvent
{
    /// <summary>Its place among all events of the database.</summary>
    public required long Sequence { get; init; }

    /// <summary>Id of the event.</summary>
    public required Guid Id { get; init; }

    /// <summary>Key of its stream.</summary>
    public required string StreamId { get; init; }

    /// <summary>Its place in its stream, from 1, without gaps.</summary>
    public required long Version { get; init; }

    /// <summary>Alias of its type, for example <c>licence_minted</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The event; a <see cref="JsonElement"/> where the type is not registered here (another application's, or a retired one).</summary>
    public required object Data { get; init; }

    /// <summary>The event's JSON as PostgreSQL's jsonb gives it back.</summary>
    public required string Json { get; init; }

    /// <summary>When the hub stored it, to the microsecond.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>Id that joins everything one request caused.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Id of what caused this event.</summary>
    public string? CausationId { get; init; }
}

/// <summary>A stream, whole or up to a point.</summary>
/// <param name="Id">Key of the stream.</param>
/// <param name="Version">Version of the last event read; 0 where there is none.</param>
/// <param name="Events">The events in order.</param>
public sealed record EventStream(string Id, long Version, IReadOnlyList<StoredEvent> Events);

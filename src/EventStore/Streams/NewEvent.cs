namespace DataHub.EventStore.Streams;

/// <summary>An event to append.</summary>
public sealed record NewEvent
{
    /// <summary>Key of the stream, <c>{hub}/{resource}/{key}</c>; 1 to 250 characters, personal keys as pseudonyms.</summary>
    public required string StreamId { get; init; }

    /// <summary>Alias of what the stream is the history of, for example <c>licence</c> (<see cref="EventTypes.AliasOf"/> of its name).</summary>
    public required string StreamType { get; init; }

    /// <summary>Version of the stream before this append, 0 for a new stream; the same for all events of the stream in one append.</summary>
    public required long ExpectedVersion { get; init; }

    /// <summary>The event: an instance of a registered type, serialised as it stands; personal values in it are sealed.</summary>
    public required object Data { get; init; }

    /// <summary>The state the event leads to, for participants of the same transaction; never stored.</summary>
    public object? State { get; init; }

    /// <summary>Id that joins everything one request caused; null = none.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Id of what caused this event; null = none.</summary>
    public string? CausationId { get; init; }
}

/// <summary>An event as appended, for participants of its transaction.</summary>
/// <param name="Event">What was given.</param>
/// <param name="Sequence">Its place among all events of the database; rising with the order given, not without gaps.</param>
/// <param name="Version">Its place in its stream, from 1, without gaps.</param>
public sealed record AppendedEvent(NewEvent Event, long Sequence, long Version)
{
    /// <summary>Alias of its type, as stored.</summary>
    public string TypeAlias { get; init; } = "";

    /// <summary>Id of the event (UUID version 7).</summary>
    public Guid Id { get; init; }

    /// <summary>When the hub stored it, to the microsecond.</summary>
    public DateTimeOffset Timestamp { get; init; }

    /// <summary>The event's JSON as sent to the database, UTF-8.</summary>
    public ReadOnlyMemory<byte> Json { get; init; }
}

/// <summary>What an append did.</summary>
/// <param name="FirstSequence">Lowest sequence taken; 0 where nothing was appended.</param>
/// <param name="LastSequence">Highest sequence taken. Between the two other transactions may have theirs.</param>
/// <param name="Versions">Version of each event in its stream, in the order given.</param>
public sealed record AppendResult(long FirstSequence, long LastSequence, IReadOnlyList<long> Versions)
{
    internal static AppendResult Of(IReadOnlyList<AppendedEvent> appended) => appended.Count == 0
        ? new AppendResult(0, 0, [])
        : new AppendResult(appended[0].Sequence, appended[^1].Sequence, [.. appended.Select(e => e.Version)]);
}

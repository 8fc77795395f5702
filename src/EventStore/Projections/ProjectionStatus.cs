namespace DataHub.EventStore.Projections;

/// <summary>How a projection stands.</summary>
/// <param name="Progression">Name of its progress, <c>{name}:All</c> or <c>{name}:V{n}:All</c>.</param>
/// <param name="Position">Sequence up to which it has seen all events.</param>
/// <param name="Lag">Sequence numbers handed out beyond that: events to come, gaps included.</param>
/// <param name="Leader">The node that feeds it, <c>host/process/tag</c>; null where none does at present.</param>
/// <param name="Parked">Events parked or held back.</param>
/// <param name="ServingSince">When it had caught up for the first time; null = not yet.</param>
public sealed record ProjectionStatus(string Progression, long Position, long Lag, string? Leader, long Parked, DateTimeOffset? ServingSince);

/// <summary>An event that a projection could not take, or that is held back because an earlier one of its stream is parked.</summary>
/// <param name="Progression">Name of the projection's progress.</param>
/// <param name="Sequence">The event.</param>
/// <param name="StreamId">Its stream.</param>
/// <param name="ErrorType">Type of the last error, never its text; null = held back, not tried.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="ParkedAt">When it was parked or last tried.</param>
public sealed record ParkedEvent(string Progression, long Sequence, string StreamId, string? ErrorType, int Attempts, DateTimeOffset ParkedAt);

/// <summary>What trying parked events again did.</summary>
/// <param name="Applied">Events applied and no longer parked.</param>
/// <param name="Remaining">Events still parked or held back.</param>
public sealed record RetryResult(long Applied, long Remaining);

using DataHub.EventStore.Postgres;

namespace DataHub.EventStore.Streams;

/// <summary>What every transaction of the store shares.</summary>
internal sealed class AppendContext(PostgresDataSources sources, EventTypes types, IEnumerable<ITransactionParticipant> participants, TimeProvider time)
{
    public PostgresDataSources Sources => sources;

    public EventTypes Types => types;

    public IReadOnlyList<ITransactionParticipant> Participants { get; } = [.. participants];

    public PreparedAppend Prepare(IReadOnlyList<NewEvent> events) => PreparedAppend.From(events, types, time.GetUtcNow());
}

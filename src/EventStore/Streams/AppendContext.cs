using DataHub.EventStore.Postgres;
using DataHub.EventStore.Signals;

namespace DataHub.EventStore.Streams;

/// <summary>What every transaction of the store shares.</summary>
internal sealed class AppendContext(PostgresDataSources sources, EventTypes types, IEnumerable<ITransactionParticipant> participants, AppendNotifier notifier, TimeProvider time)
{
    public PostgresDataSources Sources => sources;

    public EventTypes Types => types;

    public AppendNotifier Notifier => notifier;

    public IReadOnlyList<ITransactionParticipant> Participants { get; } = [.. participants];

    public PreparedAppend Prepare(IReadOnlyList<NewEvent> events) => PreparedAppend.From(events, types, time.GetUtcNow());
}

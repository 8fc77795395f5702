using DataHub.EventStore.Streams;
using Npgsql;

namespace DataHub.EventStore.Projections;

/// <summary>
/// A read model that follows the events some moments later. Register it with <see cref="EventStoreModule.AddProjection{TProjection}"/>; one node at a time feeds it,
/// each page of events in one transaction with its progress, so that every event is applied once. Streams under <c>ext/</c>, which other applications write, are left out.
/// </summary>
/// <remarks>
/// To change what a projection writes, register a second one of the same name with the next <see cref="Version"/> and tables of its own: it is built from the first event beside the
/// old one, and takes over (<see cref="ProjectionAdmin.ServingVersionAsync"/>) when it has caught up.
/// </remarks>
public interface IProjection
{
    /// <summary>Name, <c>[A-Z][A-Za-z0-9]{1,59}</c>; stored, never renamed.</summary>
    string Name { get; }

    /// <summary>Version of what it writes, from 1.</summary>
    int Version => 1;

    /// <summary>Event types it wants, all registered; null = all events, where those of unknown types come as JSON.</summary>
    IReadOnlyCollection<Type>? EventTypes => null;

    /// <summary>
    /// Writes what a page of events means, set-based and with the connection given, inside its transaction. Throwing anything but a database fault makes the events come again
    /// one by one, and the one that throws again is parked.
    /// </summary>
    /// <param name="connection">The connection, inside the transaction. Never commit or roll back through it.</param>
    /// <param name="events">1 to 1,000 events in order of sequence.</param>
    /// <param name="cancellationToken">Stops; the page is then undone.</param>
    Task ApplyAsync(NpgsqlConnection connection, IReadOnlyList<StoredEvent> events, CancellationToken cancellationToken);

    /// <summary>Deletes all it has written, before it is built anew in the same transaction. By <c>delete</c>: readers see the old rows until the new ones are complete.</summary>
    /// <param name="connection">The connection, inside the transaction.</param>
    /// <param name="cancellationToken">Stops.</param>
    Task ResetAsync(NpgsqlConnection connection, CancellationToken cancellationToken);
}

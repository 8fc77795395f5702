using DataHub.EventStore.Streams;

namespace DataHub.EventStore;

/// <summary>Somebody who writes in the same transaction whenever events are appended: inline projections, the ledger. Registered in the container, called in that order.</summary>
public interface ITransactionParticipant
{
    /// <summary>Called after each append, inside its transaction. Throwing undoes the append.</summary>
    /// <param name="transaction">The transaction; write with its connection.</param>
    /// <param name="events">What was appended, in the order given to the append, all streams together.</param>
    /// <param name="cancellationToken">The appender's.</param>
    Task OnAppendedAsync(EventTransaction transaction, IReadOnlyList<AppendedEvent> events, CancellationToken cancellationToken);
}

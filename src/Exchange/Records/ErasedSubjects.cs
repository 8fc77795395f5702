using DataHub.EventStore;
using DataHub.EventStore.Sealing;
using DataHub.EventStore.Streams;
using DataHub.Exchange.Storage;
using Npgsql;

namespace DataHub.Exchange.Records;

/// <summary>
/// Keeps nothing of an erased person in the read model, in the transaction that erases: no record is found by the person any more, and no digest of a record is left to test guesses
/// against. A record pushed again afterwards counts as changed.
/// </summary>
internal sealed class ErasedSubjects : ITransactionParticipant
{
    public async Task OnAppendedAsync(EventTransaction transaction, IReadOnlyList<AppendedEvent> events, CancellationToken cancellationToken)
    {
        string[] erased = [.. events.Select(e => e.Event.Data).OfType<SubjectsErased>().SelectMany(erasure => erasure.Keys).Select(key => key.SubjectId).Distinct(StringComparer.Ordinal)];
        if (erased.Length == 0)
        {
            return;
        }

        await using var command = new NpgsqlCommand(ExchangeSql.ForgetSubjects, transaction.Connection) { Parameters = { new NpgsqlParameter<string[]> { TypedValue = erased } } };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

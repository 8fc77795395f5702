using DataHub.EventStore;
using DataHub.EventStore.Streams;
using DataHub.Exchange.Storage;
using Npgsql;

namespace DataHub.Exchange.Records;

/// <summary>What the projection needs of a record beyond its event; never stored with the event, so that it goes when the record is erased.</summary>
/// <param name="Content">Keyed digest of the plaintext record.</param>
internal sealed record RecordState(byte[] Content);

/// <summary>
/// Keeps, in the transaction that appends, the current version of every record and the index from subjects to records. The values
/// themselves stay in the event the row points to.
/// </summary>
internal sealed class RecordProjection : ITransactionParticipant
{
    public async Task OnAppendedAsync(EventTransaction transaction, IReadOnlyList<AppendedEvent> events, CancellationToken cancellationToken)
    {
        // A record's newest event stands last, whatever else is in the append.
        var records = events.Where(e => e.Event.Data is RecordAsserted)
            .GroupBy(e => e.Event.StreamId, StringComparer.Ordinal).Select(stream => stream.Last())
            .OrderBy(e => e.Event.StreamId, StringComparer.Ordinal).ToList();
        if (records.Count == 0)
        {
            return;
        }

        await WriteCurrentAsync(transaction, records, cancellationToken);
        await WriteSubjectsAsync(transaction, records, cancellationToken);
    }

    private static async Task WriteCurrentAsync(EventTransaction transaction, List<AppendedEvent> records, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ExchangeSql.WriteCurrent, transaction.Connection)
        {
            Parameters =
            {
                Column(records, record => Data(record).Resource),
                Column(records, record => Data(record).Key),
                Column(records, record => record.Version),
                Column(records, record => record.Sequence),
                Column(records, record => ((RecordState)record.Event.State!).Content),
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task WriteSubjectsAsync(EventTransaction transaction, List<AppendedEvent> records, CancellationToken cancellationToken)
    {
        var changed = records.Where(record => record.Version > 1).ToList();
        if (changed.Count > 0)
        {
            await using var delete = new NpgsqlCommand(ExchangeSql.DeleteSubjects, transaction.Connection)
            {
                Parameters = { Column(changed, record => Data(record).Resource), Column(changed, record => Data(record).Key) },
            };
            await delete.ExecuteNonQueryAsync(cancellationToken);
        }

        var subjects = records.SelectMany(record => Data(record).Subjects.Select(subject => (Data(record).Resource, Data(record).Key, Subject: subject))).ToList();
        await using var insert = new NpgsqlCommand(ExchangeSql.WriteSubjects, transaction.Connection)
        {
            Parameters =
            {
                Column(subjects, row => row.Subject.Id),
                Column(subjects, row => row.Resource),
                Column(subjects, row => row.Subject.Role),
                Column(subjects, row => row.Key),
                Column(subjects, row => (short)(row.Subject.Element ?? -1)),
            },
        };
        await insert.ExecuteNonQueryAsync(cancellationToken);
    }

    private static RecordAsserted Data(AppendedEvent appended) => (RecordAsserted)appended.Event.Data;

    private static NpgsqlParameter<T[]> Column<TRow, T>(List<TRow> rows, Func<TRow, T> value) =>
        new() { TypedValue = [.. rows.Select(value)] };
}

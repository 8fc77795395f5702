using System.Globalization;
using System.Text.Json;
using DataHub.Crypto.Sealing;
using DataHub.EventStore.Sealing;
using DataHub.EventStore.Streams;
using DataHub.Exchange.Intake;
using DataHub.Exchange.Records;
using DataHub.Exchange.Storage;
using Google.Protobuf;
using Npgsql;

namespace DataHub.Exchange.Quarantine;

/// <summary>Keeps rows that were turned away, sealed: under their person's key where the row says whose it is, else under the batch's key.</summary>
internal sealed class QuarantineStore(SubjectKeys subjectKeys)
{
    public async Task WriteAsync(
        EventTransaction transaction, Batch batch, int chunk, List<RecordDraft> rejected, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (rejected.Count == 0)
        {
            return;
        }

        var personKeys = await subjectKeys.EnsureAsync(transaction, RecordSealer.SubjectsOf(rejected), cancellationToken);
        var batchKey = (await subjectKeys.OpenAsync(transaction.Connection, [batch.KeyNumber], cancellationToken))[batch.KeyNumber];
        var rows = rejected.Select(draft => (draft.Row, Findings: FindingsOf(draft), Body: BodyOf(batch, chunk, draft, personKeys, batchKey))).ToList();
        await using var command = new NpgsqlCommand(ExchangeSql.WriteQuarantine, transaction.Connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = batch.Schema.Resource },
                new NpgsqlParameter<Guid> { TypedValue = batch.Id },
                new NpgsqlParameter<int> { TypedValue = chunk },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = now },
                new NpgsqlParameter<int[]> { TypedValue = [.. rows.Select(row => row.Row)] },
                new NpgsqlParameter<string[]> { TypedValue = [.. rows.Select(row => row.Findings)] },
                new NpgsqlParameter<long[]> { TypedValue = [.. rows.Select(row => row.Body.K)] },
                new NpgsqlParameter<byte[][]> { TypedValue = [.. rows.Select(row => row.Body.C)] },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Place a quarantined row is sealed for.</summary>
    public static string PlaceOf(Guid batchId, int chunk, int row) => string.Create(CultureInfo.InvariantCulture, $"quarantine/{batchId}/{chunk}/{row}");

    private static string FindingsOf(RecordDraft draft) =>
        JsonSerializer.Serialize(draft.Rejections.Select(finding => new { finding.Rule, finding.Field }));

    private static SealedValue BodyOf(Batch batch, int chunk, RecordDraft draft, IReadOnlyDictionary<string, DataKey> personKeys, DataKey batchKey)
    {
        var person = draft.Subjects.Find(subject => subject.IsNatural);
        var key = person is null ? batchKey : personKeys[person.Id];
        return Seal.Close(key, PlaceOf(batch.Id, chunk, draft.Row), draft.Source.ToByteArray());
    }
}

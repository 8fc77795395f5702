using DataHub.EventStore.Streams;
using DataHub.Exchange.Storage;
using DataHub.V1;
using Npgsql;

namespace DataHub.Exchange.Intake;

/// <summary>A batch's row, locked for the rest of the transaction: the fence against a second stream on the same batch.</summary>
internal sealed record BatchRow(BatchState State, int NextChunk, BatchCounts Counts, long? FirstSequence, long? LastSequence, byte[]? Receipt)
{
    public static async Task<BatchRow> LockAsync(EventTransaction transaction, Guid batchId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ExchangeSql.LockBatch, transaction.Connection)
        {
            Parameters = { new NpgsqlParameter<Guid> { TypedValue = batchId } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            throw new InvalidOperationException($"Batch {batchId} has no row.");
        }

        var counts = new BatchCounts
        {
            Received = reader.GetInt64(2),
            Accepted = reader.GetInt64(3),
            Unchanged = reader.GetInt64(4),
            Repeated = reader.GetInt64(5),
            Quarantined = reader.GetInt64(6),
            Warned = reader.GetInt64(7),
        };
        return new BatchRow(
            (BatchState)reader.GetInt16(0),
            reader.GetInt32(1),
            counts,
            reader.IsDBNull(8) ? null : reader.GetInt64(8),
            reader.IsDBNull(9) ? null : reader.GetInt64(9),
            reader.IsDBNull(10) ? null : reader.GetFieldValue<byte[]>(10));
    }

    /// <exception cref="Kernel.Faults.FaultException">The batch has ended.</exception>
    public void RequireOpen()
    {
        if (State is not BatchState.Open)
        {
            throw ExchangeFaults.BatchEnded();
        }
    }
}

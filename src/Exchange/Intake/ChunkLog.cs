using System.Globalization;
using System.Text.Json;
using DataHub.Crypto.Sealing;
using DataHub.EventStore.Sealing;
using DataHub.EventStore.Streams;
using DataHub.Exchange.Storage;
using DataHub.V1;
using Google.Protobuf;
using Npgsql;

namespace DataHub.Exchange.Intake;

/// <summary>
/// What a source was told about each chunk, with the chunk's digest and the keys it held. Digests of personal plaintext and a source's
/// row ids are as good as the data, so all of it is sealed under the batch's key.
/// </summary>
internal sealed class ChunkLog(SubjectKeys subjectKeys)
{
    public async Task WriteAsync(EventTransaction transaction, Batch batch, ToldChunk chunk, CancellationToken cancellationToken)
    {
        var key = await KeyAsync(transaction, batch, cancellationToken);
        var plain = JsonSerializer.SerializeToUtf8Bytes(new Stored(chunk.Ack.ToByteArray(), chunk.Digest, chunk.KeyHashes));
        await using var command = new NpgsqlCommand(ExchangeSql.WriteChunk, transaction.Connection)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid> { TypedValue = batch.Id },
                new NpgsqlParameter<int> { TypedValue = chunk.Ack.Index },
                new NpgsqlParameter<byte[]> { TypedValue = Seal.Close(key, PlaceOf(batch, chunk.Ack.Index), plain).C },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>All chunks of a batch so far, in order.</summary>
    public async Task<IReadOnlyList<ToldChunk>> ReadAsync(EventTransaction transaction, Batch batch, CancellationToken cancellationToken)
    {
        var key = await KeyAsync(transaction, batch, cancellationToken);
        var chunks = new List<ToldChunk>();
        await using var command = new NpgsqlCommand(ExchangeSql.ReadChunks, transaction.Connection)
        {
            Parameters = { new NpgsqlParameter<Guid> { TypedValue = batch.Id } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var plain = Seal.Open(key, PlaceOf(batch, reader.GetInt32(0)), new SealedValue(key.Number, reader.GetFieldValue<byte[]>(1)));
            var stored = JsonSerializer.Deserialize<Stored>(plain)!;
            chunks.Add(new ToldChunk(ChunkAck.Parser.ParseFrom(stored.Ack), stored.Digest, stored.KeyHashes));
        }

        return chunks;
    }

    private async Task<DataKey> KeyAsync(EventTransaction transaction, Batch batch, CancellationToken cancellationToken) =>
        (await subjectKeys.OpenAsync(transaction.Connection, [batch.KeyNumber], cancellationToken))[batch.KeyNumber];

    private static string PlaceOf(Batch batch, int index) => string.Create(CultureInfo.InvariantCulture, $"batch/{batch.Id}/{index}");

    private sealed record Stored(byte[] Ack, byte[] Digest, byte[] KeyHashes);
}

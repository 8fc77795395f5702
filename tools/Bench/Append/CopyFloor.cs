using System.Text.Encodings.Web;
using System.Text.Json;
using DataHub.Bench.Measuring;
using DataHub.EventStore.Streams;
using Npgsql;
using NpgsqlTypes;

namespace DataHub.Bench.Append;

/// <summary>What PostgreSQL itself can do: binary COPY of finished rows into the same three tables, one connection, in the order of the source.</summary>
internal sealed class CopyFloor(BenchDatabase database, int perTransaction)
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _alias = EventTypes.AliasOf(nameof(BenchRecorded));
    private readonly string _clrName = EventTypes.ClrNameOf(typeof(BenchRecorded));

    public async Task<Sample> RunAsync(IReadOnlyList<BenchRecorded> records)
    {
        // Rows are made before the clock starts.
        Row[] rows = [.. records.Select((record, i) => new Row(i + 1, Guid.CreateVersion7(), BenchEvents.StreamOf(record.Key), record.Key, JsonSerializer.Serialize(record, Json)))];
        await database.EmptyAsync();
        await using var connection = await database.Hub.OpenConnectionAsync();
        return await Sample.TakeAsync(rows.Length, async () =>
        {
            foreach (var chunk in rows.Chunk(perTransaction))
            {
                await using var transaction = await connection.BeginTransactionAsync();
                await StreamsAsync(connection, chunk);
                await EventsAsync(connection, chunk);
                await CurrentAsync(connection, chunk);
                await transaction.CommitAsync();
            }
        });
    }

    private static async Task StreamsAsync(NpgsqlConnection connection, Row[] rows)
    {
        var now = DateTime.UnixEpoch;
        await using var copy = await connection.BeginBinaryImportAsync("copy datahub.mt_streams (id, type, version, timestamp, created) from stdin (format binary)");
        foreach (var row in rows)
        {
            await copy.StartRowAsync();
            await copy.WriteAsync(row.Stream, NpgsqlDbType.Varchar);
            await copy.WriteAsync("record", NpgsqlDbType.Varchar);
            await copy.WriteAsync(1L, NpgsqlDbType.Bigint);
            await copy.WriteAsync(now, NpgsqlDbType.TimestampTz);
            await copy.WriteAsync(now, NpgsqlDbType.TimestampTz);
        }

        await copy.CompleteAsync();
    }

    private async Task EventsAsync(NpgsqlConnection connection, Row[] rows)
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            "copy datahub.mt_events (seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type) from stdin (format binary)");
        foreach (var row in rows)
        {
            await copy.StartRowAsync();
            await copy.WriteAsync(row.Sequence, NpgsqlDbType.Bigint);
            await copy.WriteAsync(row.Id, NpgsqlDbType.Uuid);
            await copy.WriteAsync(row.Stream, NpgsqlDbType.Varchar);
            await copy.WriteAsync(1L, NpgsqlDbType.Bigint);
            await copy.WriteAsync(row.Json, NpgsqlDbType.Jsonb);
            await copy.WriteAsync(_alias, NpgsqlDbType.Varchar);
            await copy.WriteAsync(DateTime.UnixEpoch, NpgsqlDbType.TimestampTz);
            await copy.WriteAsync(_clrName, NpgsqlDbType.Varchar);
        }

        await copy.CompleteAsync();
    }

    private static async Task CurrentAsync(NpgsqlConnection connection, Row[] rows)
    {
        await using var copy = await connection.BeginBinaryImportAsync(LeanReadModel.Copy);
        foreach (var row in rows)
        {
            await copy.StartRowAsync();
            await copy.WriteAsync(row.Key, NpgsqlDbType.Text);
            await copy.WriteAsync(1, NpgsqlDbType.Integer);
            await copy.WriteAsync(row.Sequence, NpgsqlDbType.Bigint);
            await copy.WriteAsync(LeanReadModel.Content, NpgsqlDbType.Bytea);
        }

        await copy.CompleteAsync();
    }

    private sealed record Row(long Sequence, Guid Id, string Stream, string Key, string Json);
}

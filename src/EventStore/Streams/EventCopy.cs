using Npgsql;
using NpgsqlTypes;

namespace DataHub.EventStore.Streams;

/// <summary>
/// Writes many rows by binary COPY straight into the tables, in order of stream keys, so that neighbours in an index are written together. An append never
/// merges with what stands, so nothing is won by a staging table in between.
/// </summary>
internal sealed class EventCopy(NpgsqlConnection connection, DateTimeOffset time)
{
    /// <summary>From how many rows on a COPY is cheaper than array parameters.</summary>
    public const int MinRows = 500;

    /// <summary>Inserts new streams.</summary>
    /// <param name="streams">In order of their keys.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="PostgresException">One exists: unique violation of <c>pkey_mt_streams_id</c>.</exception>
    public async Task StartStreamsAsync(TouchedStream[] streams, CancellationToken cancellationToken)
    {
        await using var copy = await connection.BeginBinaryImportAsync(EventSql.CopyStreams, cancellationToken);
        foreach (var stream in streams)
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(stream.Id, NpgsqlDbType.Varchar, cancellationToken);
            await copy.WriteAsync(stream.Type, NpgsqlDbType.Varchar, cancellationToken);
            await copy.WriteAsync(stream.Next, NpgsqlDbType.Bigint, cancellationToken);
            await copy.WriteAsync(time.UtcDateTime, NpgsqlDbType.TimestampTz, cancellationToken);
            await copy.WriteAsync(time.UtcDateTime, NpgsqlDbType.TimestampTz, cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
    }

    /// <summary>Inserts events.</summary>
    /// <param name="append">The append.</param>
    /// <param name="sequences">The sequence of each event, in the order given to the append.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task InsertEventsAsync(PreparedAppend append, long[] sequences, CancellationToken cancellationToken)
    {
        await using var copy = await connection.BeginBinaryImportAsync(EventSql.CopyEvents, cancellationToken);
        foreach (var at in append.InOrderOfKeys)
        {
            var e = append.Events[at];
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(sequences[at], NpgsqlDbType.Bigint, cancellationToken);
            await copy.WriteAsync(e.Id, NpgsqlDbType.Uuid, cancellationToken);
            await copy.WriteAsync(e.Given.StreamId, NpgsqlDbType.Varchar, cancellationToken);
            await copy.WriteAsync(e.Version, NpgsqlDbType.Bigint, cancellationToken);
            await copy.WriteAsync(e.Json, NpgsqlDbType.Jsonb, cancellationToken);
            await copy.WriteAsync(e.Type.Alias, NpgsqlDbType.Varchar, cancellationToken);
            await copy.WriteAsync(time.UtcDateTime, NpgsqlDbType.TimestampTz, cancellationToken);
            await copy.WriteAsync(e.Type.ClrName, NpgsqlDbType.Varchar, cancellationToken);
            await WriteOptionalAsync(copy, e.Given.CorrelationId, cancellationToken);
            await WriteOptionalAsync(copy, e.Given.CausationId, cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
    }

    private static Task WriteOptionalAsync(NpgsqlBinaryImporter copy, string? value, CancellationToken cancellationToken) =>
        value is null ? copy.WriteNullAsync(cancellationToken) : copy.WriteAsync(value, NpgsqlDbType.Varchar, cancellationToken);
}

using DataHub.Kernel.Faults;
using Npgsql;
using NpgsqlTypes;

namespace DataHub.EventStore.Streams;

/// <summary>Writes one prepared append: first all streams in order of their keys, then all events; each statement takes as many rows as fit.</summary>
internal sealed class AppendWriter(NpgsqlConnection connection, PreparedAppend append)
{
    private const int MaxRows = 10_000;
    private const long MaxStatementChars = 64 << 20; // PostgreSQL takes 1 GiB a message; less is kinder to both sides.

    /// <summary>Takes the streams, then writes the events; sequences are taken by the inserting statement, as late as can be.</summary>
    /// <param name="announce">Whether this is the transaction's first append, which tells readers of what is under way.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="FaultException">A stream is not at the version expected: <c>STREAM_CONFLICT</c>.</exception>
    public async Task<IReadOnlyList<AppendedEvent>> WriteAsync(bool announce, CancellationToken cancellationToken)
    {
        await TakeStreamsAsync(cancellationToken);
        var appended = new List<AppendedEvent>(append.Events.Count);
        foreach (var chunk in Chunks())
        {
            await InsertAsync(chunk, announce && appended.Count == 0, appended, cancellationToken);
        }

        return appended;
    }

    private static void RequireVersions(IEnumerable<TouchedStream> streams, Dictionary<string, long> actual)
    {
        foreach (var stream in streams)
        {
            var version = actual.GetValueOrDefault(stream.Id);
            if (version != stream.Expected)
            {
                throw new FaultException(
                    FaultKind.Conflict, "STREAM_CONFLICT", $"Stream {stream.Id} is at version {version}, not {stream.Expected} as expected; read it again and repeat.");
            }
        }
    }

    // All new streams before all known ones, each sort in order of keys: the order in which every appender waits for others.
    private async Task TakeStreamsAsync(CancellationToken cancellationToken)
    {
        foreach (var fresh in append.Streams.Where(stream => stream.Expected == 0).Chunk(MaxRows))
        {
            await StartAsync(fresh, cancellationToken);
        }

        foreach (var known in append.Streams.Where(stream => stream.Expected > 0).Chunk(MaxRows))
        {
            RequireVersions(known, await VersionsAsync(EventSql.LockStreams, known, cancellationToken));
            await AdvanceAsync(known, cancellationToken);
        }
    }

    private async Task StartAsync(TouchedStream[] streams, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(EventSql.StartStreams, connection)
        {
            Parameters = { Ids(streams), Array(streams, s => s.Type, NpgsqlDbType.Text), Versions(streams), Time() },
        };
        var started = new HashSet<string>(streams.Length, StringComparer.Ordinal);
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                started.Add(reader.GetString(0));
            }
        }

        var existing = System.Array.FindAll(streams, stream => !started.Contains(stream.Id));
        if (existing.Length > 0)
        {
            RequireVersions(existing, await VersionsAsync(EventSql.StreamVersions, existing, cancellationToken));
        }
    }

    private async Task<Dictionary<string, long>> VersionsAsync(string sql, TouchedStream[] streams, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { Ids(streams) } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var versions = new Dictionary<string, long>(streams.Length, StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            versions.Add(reader.GetString(0), reader.GetInt64(1));
        }

        return versions;
    }

    private async Task AdvanceAsync(TouchedStream[] streams, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(EventSql.AdvanceStreams, connection) { Parameters = { Ids(streams), Versions(streams), Time() } };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task InsertAsync(List<PreparedEvent> events, bool announce, List<AppendedEvent> appended, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        if (announce)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(EventSql.AnnounceAppend));
        }

        batch.BatchCommands.Add(InsertCommand(events));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (announce)
        {
            await reader.NextResultAsync(cancellationToken);
        }

        foreach (var e in events)
        {
            await reader.ReadAsync(cancellationToken);
            appended.Add(new AppendedEvent(e.Given, reader.GetInt64(0), e.Version) { Id = e.Id, Timestamp = append.Time, Json = e.Json });
        }
    }

    private NpgsqlBatchCommand InsertCommand(List<PreparedEvent> events) => new(EventSql.InsertEvents)
    {
        Parameters =
        {
            Array(events, e => e.Id, NpgsqlDbType.Uuid),
            Array(events, e => e.Given.StreamId, NpgsqlDbType.Text),
            Array(events, e => e.Version, NpgsqlDbType.Bigint),
            Array(events, e => e.Json, NpgsqlDbType.Jsonb),
            Array(events, e => e.Alias, NpgsqlDbType.Text),
            Array(events, e => e.ClrName, NpgsqlDbType.Text),
            Array(events, e => e.Given.CorrelationId, NpgsqlDbType.Text),
            Array(events, e => e.Given.CausationId, NpgsqlDbType.Text),
            Time(),
        },
    };

    private IEnumerable<List<PreparedEvent>> Chunks()
    {
        var chunk = new List<PreparedEvent>();
        long chars = 0;
        foreach (var e in append.Events)
        {
            if (chunk.Count == MaxRows || (chunk.Count > 0 && chars + e.Json.Length > MaxStatementChars))
            {
                yield return chunk;
                (chunk, chars) = ([], 0);
            }

            chunk.Add(e);
            chars += e.Json.Length;
        }

        if (chunk.Count > 0)
        {
            yield return chunk;
        }
    }

    private NpgsqlParameter<DateTime> Time() => new() { TypedValue = append.Time.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    private static NpgsqlParameter<string[]> Ids(TouchedStream[] streams) => Array(streams, stream => stream.Id, NpgsqlDbType.Text);

    private static NpgsqlParameter<long[]> Versions(TouchedStream[] streams) => Array(streams, stream => stream.Next, NpgsqlDbType.Bigint);

    private static NpgsqlParameter<TValue[]> Array<TRow, TValue>(IReadOnlyCollection<TRow> rows, Func<TRow, TValue> value, NpgsqlDbType type)
    {
        var values = new TValue[rows.Count];
        var at = 0;
        foreach (var row in rows)
        {
            values[at++] = value(row);
        }

        return new NpgsqlParameter<TValue[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };
    }
}

using Npgsql;
using NpgsqlTypes;

namespace DataHub.EventStore.Streams;

/// <summary>Takes the streams of an append: new ones first, then known ones, each in order of keys, which is the order in which every appender waits for others.</summary>
internal sealed class StreamTable(NpgsqlConnection connection, NpgsqlDataSource source, DateTimeOffset time)
{
    private const int MaxRows = 10_000;

    /// <summary>Starts and advances streams.</summary>
    /// <returns>Streams at other versions than expected; where there are any, the transaction must not be committed.</returns>
    public async Task<IReadOnlyList<StreamConflict>> TakeAsync(IReadOnlyList<TouchedStream> streams, CancellationToken cancellationToken)
    {
        TouchedStream[] fresh = [.. streams.Where(stream => stream.Expected == 0)];
        var conflicts = fresh.Length < EventCopy.MinRows
            ? await StartAsync(fresh, cancellationToken)
            : await CopyAsync(fresh, cancellationToken);
        foreach (var known in streams.Where(stream => stream.Expected > 0).Chunk(MaxRows))
        {
            if (conflicts.Count > 0)
            {
                break;
            }

            conflicts = ConflictsOf(known, await VersionsAsync(connection, EventSql.LockStreams, known, cancellationToken));
            if (conflicts.Count == 0)
            {
                await AdvanceAsync(known, cancellationToken);
            }
        }

        return conflicts;
    }

    private static List<StreamConflict> ConflictsOf(IEnumerable<TouchedStream> streams, Dictionary<string, long> actual) =>
        [.. streams.Select(stream => new StreamConflict(stream.Id, actual.GetValueOrDefault(stream.Id), stream.Expected)).Where(found => found.Actual != found.Expected)];

    private async Task<List<StreamConflict>> StartAsync(TouchedStream[] streams, CancellationToken cancellationToken)
    {
        if (streams.Length == 0)
        {
            return [];
        }

        await using var command = new NpgsqlCommand(EventSql.StartStreams, connection)
        {
            Parameters = { Ids(streams), Columns.Of(streams, s => s.Type, NpgsqlDbType.Text), Versions(streams), Columns.Time(time) },
        };
        var started = new HashSet<string>(streams.Length, StringComparer.Ordinal);
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                started.Add(reader.GetString(0));
            }
        }

        var existing = Array.FindAll(streams, stream => !started.Contains(stream.Id));
        return existing.Length == 0 ? [] : ConflictsOf(existing, await VersionsAsync(connection, EventSql.StreamVersions, existing, cancellationToken));
    }

    // A stream that exists ends the copy and with it the transaction, so that which one it is must be asked elsewhere.
    private async Task<List<StreamConflict>> CopyAsync(TouchedStream[] streams, CancellationToken cancellationToken)
    {
        try
        {
            await new EventCopy(connection, time).StartStreamsAsync(streams, cancellationToken);
            return [];
        }
        catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "pkey_mt_streams_id" })
        {
            var conflicts = new List<StreamConflict>();
            await using var other = await source.OpenConnectionAsync(cancellationToken);
            foreach (var chunk in streams.Chunk(MaxRows))
            {
                conflicts.AddRange(ConflictsOf(chunk, await VersionsAsync(other, EventSql.StreamVersions, chunk, cancellationToken)));
            }

            if (conflicts.Count == 0)
            {
                throw;
            }

            return conflicts;
        }
    }

    private static async Task<Dictionary<string, long>> VersionsAsync(NpgsqlConnection connection, string sql, TouchedStream[] streams, CancellationToken cancellationToken)
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
        await using var command = new NpgsqlCommand(EventSql.AdvanceStreams, connection) { Parameters = { Ids(streams), Versions(streams), Columns.Time(time) } };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlParameter<string[]> Ids(TouchedStream[] streams) => Columns.Of(streams, stream => stream.Id, NpgsqlDbType.Text);

    private static NpgsqlParameter<long[]> Versions(TouchedStream[] streams) => Columns.Of(streams, stream => stream.Next, NpgsqlDbType.Bigint);
}

using DataHub.EventStore.Streams;
using Npgsql;
using NpgsqlTypes;

namespace DataHub.EventStore.Projections;

/// <summary>Events of one projection that are set aside, on one connection.</summary>
internal sealed class ParkingLot(NpgsqlConnection connection, string progression, TimeProvider time)
{
    /// <summary>Those of the events' streams in which something is parked already.</summary>
    public async Task<HashSet<string>> StreamsHeldAsync(IEnumerable<StoredEvent> events, CancellationToken cancellationToken)
    {
        string[] streams = [.. events.Select(e => e.StreamId).Distinct(StringComparer.Ordinal)];
        return [.. await ListAsync(ProjectionSql.StreamsHeld, row => row.GetString(0), cancellationToken, new NpgsqlParameter<string[]> { TypedValue = streams })];
    }

    public Task<List<string>> StreamsAsync(CancellationToken cancellationToken) =>
        ListAsync(ProjectionSql.ParkedStreams, row => row.GetString(0), cancellationToken);

    public Task<List<long>> OfStreamAsync(string streamId, CancellationToken cancellationToken) =>
        ListAsync(ProjectionSql.ParkedOfStream, row => row.GetInt64(0), cancellationToken, new NpgsqlParameter<string> { TypedValue = streamId });

    /// <summary>Sets events aside; an error of null means held back behind an earlier one.</summary>
    public Task ParkAsync(IReadOnlyCollection<(StoredEvent Event, string? Error)> parked, CancellationToken cancellationToken) => ExecuteAsync(
        ProjectionSql.Park,
        cancellationToken,
        new NpgsqlParameter<long[]> { TypedValue = [.. parked.Select(p => p.Event.Sequence)] },
        new NpgsqlParameter<string[]> { TypedValue = [.. parked.Select(p => p.Event.StreamId)] },
        new NpgsqlParameter<string?[]> { TypedValue = [.. parked.Select(p => p.Error)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
        Now());

    public Task ParkAgainAsync(long sequence, string error, CancellationToken cancellationToken) => ExecuteAsync(
        ProjectionSql.ParkAgain, cancellationToken, new NpgsqlParameter<long> { TypedValue = sequence }, new NpgsqlParameter<string> { TypedValue = error }, Now());

    public Task UnparkAsync(long sequence, CancellationToken cancellationToken) =>
        ExecuteAsync(ProjectionSql.Unpark, cancellationToken, new NpgsqlParameter<long> { TypedValue = sequence });

    public Task UnparkAllAsync(CancellationToken cancellationToken) => ExecuteAsync(ProjectionSql.UnparkAll, cancellationToken);

    private NpgsqlParameter<DateTime> Now() => new() { TypedValue = time.GetUtcNow().UtcDateTime };

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken, params NpgsqlParameter[] rest)
    {
        await using var command = Command(sql, rest);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<List<T>> ListAsync<T>(string sql, Func<NpgsqlDataReader, T> map, CancellationToken cancellationToken, params NpgsqlParameter[] rest)
    {
        var rows = new List<T>();
        await using var command = Command(sql, rest);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(map(reader));
        }

        return rows;
    }

    private NpgsqlCommand Command(string sql, NpgsqlParameter[] rest)
    {
        var command = new NpgsqlCommand(sql, connection) { Parameters = { new NpgsqlParameter<string> { TypedValue = progression } } };
        command.Parameters.AddRange(rest);
        return command;
    }
}

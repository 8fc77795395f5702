using DataHub.EventStore.Postgres;
using DataHub.Kernel.Faults;
using Npgsql;
using NpgsqlTypes;

namespace DataHub.EventStore.Projections;

/// <summary>Looks after the asynchronous projections, from any node: status, parked events, building anew.</summary>
public sealed class ProjectionAdmin
{
    private readonly PostgresDataSources _sources;
    private readonly Dictionary<string, Feed> _feeds;

    internal ProjectionAdmin(PostgresDataSources sources, IReadOnlyList<Feed> feeds)
    {
        _sources = sources;
        _feeds = feeds.ToDictionary(feed => feed.Progression, StringComparer.Ordinal);
    }

    /// <summary>Every projection that ever ran on this database.</summary>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="FaultException"><c>DATABASE_AWAY</c>.</exception>
    public Task<IReadOnlyList<ProjectionStatus>> StatusAsync(CancellationToken cancellationToken) => ListAsync(
        ProjectionSql.Status,
        row => new ProjectionStatus(
            row.GetString(0),
            row.GetInt64(1),
            row.GetInt64(2),
            row.IsDBNull(3) ? null : row.GetString(3),
            row.GetInt64(4),
            row.IsDBNull(5) ? null : new DateTimeOffset(row.GetDateTime(5))),
        cancellationToken);

    /// <summary>The version of a projection whose tables readers are to use; null while none has caught up.</summary>
    /// <param name="name">Name of the projection.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<int?> ServingVersionAsync(string name, CancellationToken cancellationToken)
    {
        var versions = await ListAsync(ProjectionSql.ServingVersion, row => row.GetInt32(0), cancellationToken, new NpgsqlParameter<string> { TypedValue = name });
        return versions.Count == 0 ? null : versions[0];
    }

    /// <summary>Parked events in order.</summary>
    /// <param name="progression">Of one projection, by name of its progress; null = of all.</param>
    /// <param name="maxRows">Most to return.</param>
    /// <param name="cancellationToken">Stops.</param>
    public Task<IReadOnlyList<ParkedEvent>> ParkedAsync(string? progression, int maxRows, CancellationToken cancellationToken) => ListAsync(
        ProjectionSql.Parked,
        row => new ParkedEvent(
            row.GetString(0), row.GetInt64(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3), row.GetInt32(4), new DateTimeOffset(row.GetDateTime(5))),
        cancellationToken,
        new NpgsqlParameter { Value = (object?)progression ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
        new NpgsqlParameter<int> { TypedValue = maxRows });

    /// <summary>Tries parked events again, stream by stream in order, each stream in one transaction; what is held back behind one that now passes follows it.</summary>
    /// <param name="progression">Name of the projection's progress.</param>
    /// <param name="cancellationToken">Stops between streams.</param>
    /// <exception cref="FaultException">Not registered on this node: <c>PROJECTION_UNKNOWN</c>.</exception>
    public Task<RetryResult> RetryAsync(string progression, CancellationToken cancellationToken) => PostgresFaults.GuardAsync(async () =>
    {
        var feed = Find(progression);
        await using var connection = await feed.ConnectAsync(cancellationToken);
        var applied = 0L;
        foreach (var stream in await new ParkingLot(connection, progression, feed.Time).StreamsAsync(cancellationToken))
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await new ProjectionProgress(connection, feed).HoldAsync(cancellationToken);
            applied += await new ProjectionWriter(feed, connection, transaction).RetryAsync(stream, cancellationToken);
            await transaction.CommitAsync(CancellationToken.None);
        }

        await using var count = new NpgsqlCommand(ProjectionSql.CountParked, connection) { Parameters = { new NpgsqlParameter<string> { TypedValue = progression } } };
        return new RetryResult(applied, (long)(await count.ExecuteScalarAsync(cancellationToken))!);
    });

    /// <summary>
    /// Empties a projection and builds it anew from the first event, in one transaction: readers see the old rows until all new ones are there, and its leader goes on
    /// where this ends. Its progress stands still meanwhile; for what takes hours register a new version instead.
    /// </summary>
    /// <param name="progression">Name of the projection's progress.</param>
    /// <param name="cancellationToken">Stops; all is then as before.</param>
    /// <returns>Sequence up to which it was built.</returns>
    /// <exception cref="FaultException">Not registered on this node, or never ran: <c>PROJECTION_UNKNOWN</c>.</exception>
    public Task<long> RebuildAsync(string progression, CancellationToken cancellationToken) => PostgresFaults.GuardAsync(async () =>
    {
        var feed = Find(progression);
        await using var connection = await feed.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var progress = new ProjectionProgress(connection, feed);
        var before = await progress.HoldAsync(cancellationToken) ?? throw ProjectionFaults.Unknown(progression);
        var writer = new ProjectionWriter(feed, connection, transaction);
        await writer.ResetAsync(cancellationToken);
        var horizon = await feed.Pages.HorizonAsync(cancellationToken);
        for (var position = 0L; position < horizon;)
        {
            var page = await feed.Pages.NextAsync(position, horizon, feed.Aliases, cancellationToken);
            await writer.ApplyAsync(page.Events, cancellationToken);
            position = page.To;
        }

        await progress.AdvanceAsync(before, horizon, cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return horizon;
    });

    private Feed Find(string progression) => _feeds.TryGetValue(progression, out var feed) ? feed : throw ProjectionFaults.Unknown(progression);

    private Task<IReadOnlyList<T>> ListAsync<T>(string sql, Func<NpgsqlDataReader, T> map, CancellationToken cancellationToken, params NpgsqlParameter[] parameters) =>
        PostgresFaults.GuardAsync<IReadOnlyList<T>>(async () =>
        {
            await using var command = _sources.Hub.CreateCommand(sql);
            command.Parameters.AddRange(parameters);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var rows = new List<T>();
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Add(map(reader));
            }

            return rows;
        });
}

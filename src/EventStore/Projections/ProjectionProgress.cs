using Npgsql;

namespace DataHub.EventStore.Projections;

/// <summary>Progress of one projection, on one connection.</summary>
internal sealed class ProjectionProgress(NpgsqlConnection connection, Feed feed)
{
    /// <summary>Where it stands and whether it serves; registered at the beginning where it is new.</summary>
    public async Task<(long Position, bool Serves)> OpenAsync(CancellationToken cancellationToken)
    {
        await RegisterAsync(cancellationToken);
        await using var command = Command(ProjectionSql.Position);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), !reader.IsDBNull(1));
    }

    /// <summary>Moves on, unless somebody else moved it meanwhile. Whoever comes second waits for the first here, then learns it is too late.</summary>
    public async Task<bool> AdvanceAsync(long from, long to, CancellationToken cancellationToken)
    {
        await using var command = Command(ProjectionSql.Advance, new NpgsqlParameter<long> { TypedValue = from }, new NpgsqlParameter<long> { TypedValue = to });
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>Keeps the leader from moving on until the transaction ends; null where the projection never ran.</summary>
    public async Task<long?> HoldAsync(CancellationToken cancellationToken)
    {
        await using var command = Command(ProjectionSql.HoldProgress);
        return (long?)await command.ExecuteScalarAsync(cancellationToken);
    }

    public async Task ServeAsync(CancellationToken cancellationToken)
    {
        await using var command = Command(ProjectionSql.Serve);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task RegisterAsync(CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var register = Command(
            ProjectionSql.Register,
            new NpgsqlParameter<string> { TypedValue = feed.Projection.Name },
            new NpgsqlParameter<int> { TypedValue = feed.Projection.Version });
        if (await register.ExecuteScalarAsync(cancellationToken) is null)
        {
            return;
        }

        try
        {
            await using var start = Command(ProjectionSql.StartProgress);
            await start.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException e) when (e.ConstraintName == "pk_mt_event_progression")
        {
            throw ProjectionFaults.NameTaken(feed.Progression, e);
        }

        await transaction.CommitAsync(CancellationToken.None);
    }

    private NpgsqlCommand Command(string sql, params NpgsqlParameter[] rest)
    {
        var command = new NpgsqlCommand(sql, connection) { Parameters = { new NpgsqlParameter<string> { TypedValue = feed.Progression } } };
        command.Parameters.AddRange(rest);
        return command;
    }
}

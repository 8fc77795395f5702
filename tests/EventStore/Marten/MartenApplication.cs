using System.Globalization;
using DataHub.EventStore.Postgres;
using DataHub.TestKit;
using Npgsql;
using NpgsqlTypes;

namespace DataHub.EventStore.Tests.Marten;

/// <summary>An application with a role of its own, speaking the SQL that Marten 9 speaks: rich append mode, string streams, event schema <c>datahub</c>.</summary>
internal sealed class MartenApplication : IAsyncDisposable
{
    private static int _roles;

    private readonly NpgsqlDataSource _source;

    private MartenApplication(string role, NpgsqlDataSource source)
    {
        Role = role;
        _source = source;
    }

    public string Role { get; }

    public static async Task<MartenApplication> InstallAsync(TestDatabase database)
    {
        var role = string.Create(CultureInfo.InvariantCulture, $"ext_app_{Interlocked.Increment(ref _roles)}");
        await database.SuperuserAsync(PostgresEndpoint.ExtRoleScript(role));
        await database.SuperuserAsync(PostgresEndpoint.ExtRoleScript(role));
        var settings = new NpgsqlConnectionStringBuilder(database.Endpoint.Hub) { Username = role };
        return new MartenApplication(role, NpgsqlDataSource.Create(settings));
    }

    public ValueTask<NpgsqlConnection> OpenAsync() => _source.OpenConnectionAsync(TestContext.Current.CancellationToken);

    /// <summary>Starts a stream or appends to it, in one transaction after taking the sequence values: <c>StartStream</c>, <c>Append</c> and <c>SaveChangesAsync</c>.</summary>
    public async Task AppendAsync(string stream, long versionBefore, params string[] events)
    {
        var sequences = await TakeAsync(events.Length);
        await using var connection = await OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var next = versionBefore + events.Length;
        if (versionBefore == 0)
        {
            await ExecuteAsync(connection, "insert into datahub.mt_streams (id, type, version, tenant_id) values ($1, $2, $3, $4)", stream, "visit", next, "*DEFAULT*");
        }
        else if (await ScalarAsync(connection, "update datahub.mt_streams set version = $1 where id = $2 and version = $3 returning version", next, stream, versionBefore) is null)
        {
            throw new InvalidOperationException("EventStreamUnexpectedMaxEventIdException"); // What Marten makes of no row.
        }

        foreach (var (data, i) in events.Select((data, i) => (data, i)))
        {
            await using var insert = new NpgsqlCommand(
                """
                insert into datahub.mt_events (data, type, mt_dotnet_type, bdata, id, stream_id, version, timestamp, tenant_id, correlation_id, causation_id, headers, seq_id)
                values ($1, 'visit_noted', 'Reports.VisitNoted, Reports', null, $2, $3, $4, now(), '*DEFAULT*', null, null, null, $5)
                """,
                connection);
            insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = data, NpgsqlDbType = NpgsqlDbType.Jsonb });
            insert.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Guid.NewGuid() });
            insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stream });
            insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = versionBefore + i + 1 });
            insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = sequences[i] });
            await insert.ExecuteNonQueryAsync();
        }

        await transaction.CommitAsync();
    }

    public async Task<object?> ScalarAsync(string sql, params object[] parameters)
    {
        await using var connection = await OpenAsync();
        return await ScalarAsync(connection, sql, parameters);
    }

    public static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, params object[] parameters)
    {
        await using var command = Command(connection, sql, parameters);
        return await command.ExecuteScalarAsync();
    }

    public static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, params object[] parameters)
    {
        await using var command = Command(connection, sql, parameters);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>What PostgreSQL refuses a statement with: state and table or constraint.</summary>
    public async Task<string> RefusalAsync(string sql, params object[] parameters)
    {
        var refused = await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync(sql, parameters));
        return refused.SqlState;
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task<List<long>> TakeAsync(int count)
    {
        await using var connection = await OpenAsync();
        await using var command = Command(connection, "select nextval('datahub.mt_events_sequence') from generate_series(1, $1)", [count]);
        await using var reader = await command.ExecuteReaderAsync();
        var taken = new List<long>(count);
        while (await reader.ReadAsync())
        {
            taken.Add(reader.GetInt64(0));
        }

        return taken;
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object[] parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.AddWithValue(parameter);
        }

        return command;
    }
}

using DataHub.Crypto.Sealing;
using DataHub.EventStore;
using DataHub.EventStore.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace DataHub.TestKit;

/// <summary>A database of its own for a test, reached as the roles production uses.</summary>
/// <param name="endpoint">Connection strings per role.</param>
/// <param name="superuser">Connection string of the superuser, for arranging what no role may do.</param>
/// <param name="keys">Key files of the run.</param>
public sealed class TestDatabase(PostgresEndpoint endpoint, string superuser, KeyRing keys) : IAsyncDisposable
{
    /// <summary>Connection strings per role.</summary>
    public PostgresEndpoint Endpoint => endpoint;

    /// <summary>Key files of the run; copy them where a test adds to them.</summary>
    public KeyRing Keys => keys;

    /// <summary>Connections per role.</summary>
    public PostgresDataSources Sources { get; } = new(endpoint);

    /// <summary>A container with the event store, the key ring and what the test adds. Dispose it before the database.</summary>
    /// <param name="more">What the module under test needs besides.</param>
    public ServiceProvider Compose(Action<IServiceCollection>? more = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(keys);
        services.AddEventStore(endpoint);
        more?.Invoke(services);
        return services.BuildServiceProvider(validateScopes: true);
    }

    /// <summary>Runs a statement as superuser.</summary>
    /// <param name="sql">The statement.</param>
    /// <returns>First column of the first row, null where there is none.</returns>
    public async Task<object?> SuperuserAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(superuser);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Closes the connections; the database goes with the server.</summary>
    public ValueTask DisposeAsync() => Sources.DisposeAsync();
}

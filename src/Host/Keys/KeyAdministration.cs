using DataHub.Crypto.Sealing;
using DataHub.EventStore;
using DataHub.EventStore.Postgres;
using DataHub.EventStore.Sealing;
using DataHub.Kernel.Faults;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace DataHub.Host.Keys;

/// <summary>
/// Looks after the sealing keys of a hub, for whoever holds its data folder: through the database of the hub that runs on it, through a configured one, or, while the hub is stopped,
/// through its own PostgreSQL started for as long as this takes.
/// </summary>
public sealed class KeyAdministration : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly EmbeddedPostgres? _postgres;

    private KeyAdministration(ServiceProvider services, EmbeddedPostgres? postgres)
    {
        _services = services;
        _postgres = postgres;
    }

    /// <summary>Change of the key-encryption key.</summary>
    public KeyRotation Rotation => _services.GetRequiredService<KeyRotation>();

    /// <summary>Backup of the wrapped keys.</summary>
    public KeyBackup Backup => _services.GetRequiredService<KeyBackup>();

    /// <summary>Opens the keys of a hub.</summary>
    /// <param name="folder">Its data folder.</param>
    /// <param name="connectionString">The PostgreSQL it is configured with; null = its own.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="FaultException">
    /// <c>DATA_FOLDER_EMPTY</c>, <c>DATA_FOLDER_KEYS</c>, <c>KEY_FILES_DIFFER</c>, <c>SCHEMA_OLD</c>, <c>DATABASE_START</c>, and those of starting a PostgreSQL.
    /// </exception>
    public static async Task<KeyAdministration> OpenAsync(HubFolder folder, string? connectionString, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var name = folder.ReadName();
        var ring = ReadRing(folder);
        var (endpoint, postgres) = connectionString is null
            ? await OwnAsync(folder, cancellationToken)
            : (PostgresEndpoint.Configured(connectionString), null);
        var services = new ServiceCollection().AddSingleton(name).AddSingleton(ring).AddEventStore(endpoint).BuildServiceProvider();
        var administration = new KeyAdministration(services, postgres);
        try
        {
            await services.GetRequiredService<SubjectKeys>().CheckRingAsync(cancellationToken);
            return administration;
        }
        catch (Exception e)
        {
            await administration.DisposeAsync();
            throw e switch
            {
                PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.InvalidSchemaName } => HostFaults.SchemaOld(e),
                NpgsqlException => HostFaults.Database(e),
                _ => e,
            };
        }
    }

    /// <summary>Destroys the file of a retired key-encryption key in a data folder.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="number">Number of the key.</param>
    /// <returns>The file.</returns>
    public static string Destroy(HubFolder folder, int number)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var file = Path.Combine(folder.Keys, $"kek-{number}.key");
        File.Delete(file);
        return file;
    }

    /// <summary>Closes the connections, and stops the PostgreSQL that was started for this.</summary>
    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }
    }

    private static KeyRing ReadRing(HubFolder folder)
    {
        try
        {
            return KeyRing.Read(folder.Keys);
        }
        catch (InvalidDataException e)
        {
            throw HostFaults.HalfMade(folder.Path, e);
        }
    }

    /// <summary>The hub's own PostgreSQL: that of the running hub, or one started for as long as it is needed.</summary>
    internal static async Task<(PostgresEndpoint Endpoint, EmbeddedPostgres? Postgres)> OwnAsync(HubFolder folder, CancellationToken cancellationToken)
    {
        try
        {
            var postgres = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { DataFolder = folder.Database }, cancellationToken);
            return (postgres.Endpoint, postgres);
        }
        catch (FaultException fault) when (fault.Code == "DATA_FOLDER_IN_USE" && EmbeddedPostgres.EndpointOfRunning(folder.Database) is { } running)
        {
            return (running, null);
        }
    }
}

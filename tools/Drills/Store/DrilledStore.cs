using DataHub.EventStore;
using DataHub.EventStore.Migrations;
using DataHub.EventStore.Postgres;
using Microsoft.Extensions.DependencyInjection;

namespace DataHub.Drills.Store;

/// <summary>An event store on a PostgreSQL of its own, commits on disk.</summary>
internal sealed class DrilledStore : IAsyncDisposable
{
    private readonly EmbeddedPostgres _postgres;
    private readonly ServiceProvider _services;

    private DrilledStore(EmbeddedPostgres postgres, ServiceProvider services)
    {
        _postgres = postgres;
        _services = services;
    }

    public IEventStore Events => _services.GetRequiredService<IEventStore>();

    public PostgresDataSources Sources => _services.GetRequiredService<PostgresDataSources>();

    public int ServerProcessId => _postgres.ProcessId;

    /// <summary>A folder that user postgres can pass through.</summary>
    public static string NewFolder()
    {
        var folder = Directory.CreateTempSubdirectory("datahub-drill-").FullName;
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        return folder;
    }

    public static async Task<DrilledStore> StartAsync(string folder, CancellationToken cancellationToken)
    {
        var postgres = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { DataFolder = Path.Combine(folder, "data") }, cancellationToken);
        var services = new ServiceCollection().AddLogging().AddEventStore(postgres.Endpoint).AddEvents<Drilled>().BuildServiceProvider();
        var store = new DrilledStore(postgres, services);
        await services.GetRequiredService<Migrator>().ApplyAsync(cancellationToken);
        return store;
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _postgres.DisposeAsync();
    }
}

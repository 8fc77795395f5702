using DataHub.EventStore.Migrations;
using DataHub.EventStore.Postgres;
using DataHub.EventStore.Tests.Postgres;
using DataHub.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace DataHub.EventStore.Tests;

/// <summary>A server of its own for each test, to be mistreated.</summary>
public abstract class OwnServerTest : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private ServiceProvider _services = null!;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected EmbeddedPostgres Server { get; private set; } = null!;

    protected IEventStore Store => _services.GetRequiredService<IEventStore>();

    protected virtual int MaxConnections => 100;

    public async ValueTask InitializeAsync()
    {
        Server = await EmbeddedPostgres.StartAsync(PostgresFixture.OptionsFor(_folder.Sub("data")) with { MaxConnections = MaxConnections }, Token);
        _services = new ServiceCollection().AddLogging().AddEventStore(Server.Endpoint).AddEvents<PermitGranted>().BuildServiceProvider();
        await _services.GetRequiredService<Migrator>().ApplyAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Server.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }
}

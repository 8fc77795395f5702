using DataHub.Catalog.Registration;
using DataHub.Catalog.Search;
using DataHub.EventStore;
using DataHub.Kernel;
using DataHub.Kernel.Access;
using DataHub.Kernel.Faults;
using DataHub.Kernel.Resources;
using DataHub.TestKit;
using DataHub.V1;
using Microsoft.Extensions.DependencyInjection;

namespace DataHub.Catalog.Tests;

/// <summary>A directory of its own per test, empty.</summary>
public abstract class CatalogTest(CatalogFixture postgres) : IAsyncLifetime
{
    private static readonly IReadOnlySet<SystemRole> ProviderRole = new HashSet<SystemRole> { SystemRole.Provider };

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected static Caller Police { get; } = new("police-fep-1", Samples.Police, ProviderRole);

    protected static Caller Health { get; } = new("health-fep-1", Samples.Health, ProviderRole);

    protected TestDatabase Database { get; private set; } = null!;

    protected ServiceProvider Services { get; private set; } = null!;

    protected IEventStore Store => Services.GetRequiredService<IEventStore>();

    protected IResourceDirectory Resources => Services.GetRequiredService<IResourceDirectory>();

    public virtual async ValueTask InitializeAsync()
    {
        Database = await postgres.CloneAsync();
        Services = Compose();
    }

    public virtual async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A hub node on the test's database.</summary>
    protected ServiceProvider Compose(TimeProvider? time = null) => Database.Compose(services =>
    {
        services.AddSingleton(time ?? TimeProvider.System);
        services.AddSingleton(new HubName("qinghe")).AddCatalog();
    });

    protected Task<RegisterReply> RegisterAsync(Caller caller, params DirectoryEntry[] entries) =>
        Services.GetRequiredService<EntryRegister>().RegisterAsync(caller, entries, Token);

    protected Task<SearchReply> SearchAsync(string query, int pageSize = 20) =>
        Services.GetRequiredService<DirectorySearch>().SearchAsync(query, pageSize, Token);

    protected static async Task<FaultException> RefusedAsync(string code, Func<Task> act)
    {
        var fault = await Assert.ThrowsAsync<FaultException>(act);
        Assert.Equal(code, fault.Code);
        return fault;
    }
}

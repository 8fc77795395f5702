using DataHub.Catalog.Registration;
using DataHub.Catalog.Search;
using DataHub.Kernel;
using DataHub.Kernel.Access;
using DataHub.TestKit;
using DataHub.V1;
using Microsoft.Extensions.DependencyInjection;

namespace DataHub.Catalog.Tests.Search;

/// <summary>The corpus, imported once.</summary>
public sealed class CorpusFixture(CatalogFixture postgres) : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private ServiceProvider _services = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CloneAsync();
        _services = _database.Compose(services => services.AddSingleton(new HubName("qinghe")).AddCatalog());
        var caller = new Caller("directory-1", Samples.Police, new HashSet<SystemRole> { SystemRole.Provider });
        foreach (var part in Samples.Corpus().Chunk(500))
        {
            await _services.GetRequiredService<EntryRegister>().RegisterAsync(caller, part, CancellationToken.None);
        }
    }

    public Task<SearchReply> SearchAsync(string query, int pageSize = 20) =>
        _services.GetRequiredService<DirectorySearch>().SearchAsync(query, pageSize, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _database.DisposeAsync();
    }
}

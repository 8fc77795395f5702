using DataHub.Acceptance.Tests.Support;
using DataHub.Cli.Commands;
using DataHub.Cli.Demo;
using DataHub.V1;

namespace DataHub.Acceptance.Tests;

/// <summary>The directory over the wire.</summary>
[Collection(TownHubCollection.Name)]
public sealed class CatalogTests(TownHub hub)
{
    [Fact]
    public async Task Import_OfTheCitysDirectory_RegisteredEveryEntry()
    {
        Assert.Equal((1_212, 0, 0), (hub.Imported.Registered, hub.Imported.Revised, hub.Imported.Unchanged));
        Assert.Equal(1_212 + hub.Entries.Count, await hub.Database.CountAsync("select count(*) from datahub.catalog_entry"));
    }

    [Fact]
    public async Task Register_EverythingAgain_ChangesNothing()
    {
        var before = await hub.Database.TracesAsync();
        foreach (var (resource, entry) in hub.Entries)
        {
            using var provider = hub.AsProcessorOf(resource);
            var reply = await provider.Catalog.RegisterAsync(new RegisterRequest { Entries = { entry } }, cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal((0, 0, 1), (reply.Registered, reply.Revised, reply.Unchanged));
        }

        using var directory = hub.As(DemoSystems.Directory);
        var imported = await CatalogCommands.ImportAsync(directory, TownHub.DirectoryFile, TestContext.Current.CancellationToken);
        Assert.Equal((0, 0, 1_212), (imported.Registered, imported.Revised, imported.Unchanged));
        Assert.Equal(before, await hub.Database.TracesAsync());
    }

    [Theory]
    [InlineData("不动产 权利", "real_property_right")]
    [InlineData("人口基础信息", "population_person")]
    [InlineData("法定代表人 统一社会信用代码", "legal_entity")]
    [InlineData("社会保险 参保", "insurance_participation")]
    public async Task Search_InChinese_FindsTheResourceAmongTheBest(string query, string resource)
    {
        using var approval = hub.As(DemoSystems.Approval);
        var reply = await approval.Catalog.SearchAsync(new SearchRequest { Query = query, PageSize = 10 }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Contains(resource, reply.Hits.Select(hit => hit.Resource));
        Assert.True(reply.Total >= reply.Hits.Count);
    }
}

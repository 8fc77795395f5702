using DataHub.Kernel.Faults;
using Npgsql;

namespace DataHub.Catalog.Tests.Search;

public sealed class SearchLimitTests(CatalogFixture postgres) : CatalogTest(postgres)
{
    [Fact]
    public async Task Search_DatabaseTakesTooLong_EndsByItself()
    {
        await using var owner = await Database.Sources.Owner.OpenConnectionAsync(Token);
        await using var holding = await owner.BeginTransactionAsync(Token);
        await using var hold = new NpgsqlCommand("lock table datahub.catalog_entry in access exclusive mode", owner);
        await hold.ExecuteNonQueryAsync(Token);
        Assert.Equal(FaultKind.OverQuota, (await RefusedAsync("SEARCH_TOO_BROAD", () => SearchAsync("养犬"))).Kind);
        await holding.RollbackAsync(Token);
        Assert.Equal(0, (await SearchAsync("养犬")).Total);
    }
}

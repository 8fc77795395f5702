using DataHub.Ledger.Entries;
using DataHub.Ledger.Search;
using DataHub.Ledger.Tests.Support;
using DataHub.TestKit;

namespace DataHub.Ledger.Tests.Search;

public sealed class LedgerSearchTests(LedgerFixture postgres) : IAsyncLifetime
{
    private readonly TestSigners _signers = new();
    private readonly ManualTime _time = new();
    private TestDatabase _database = null!;
    private LedgerNode _node = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private LedgerSearch Search => _node.Get<LedgerSearch>();

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CloneAsync();
        _node = new LedgerNode(_database, _signers, _time);
        await RecordAsync(LedgerNode.Entry(subject: "zhang", caseNo: "case-1"));
        await RecordAsync(LedgerNode.Entry(subject: "li", caseNo: "case-1") with { Account = "approval-2", Organisation = "other" });
        await RecordAsync(LedgerNode.Entry("ROLE_REQUIRED", subject: "zhang") with { Kind = EntryKind.Refused });
        await RecordAsync(LedgerNode.Entry(subject: "zhang") with { Method = "LicenceService/Get", Kind = EntryKind.Delivered });
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        await _database.DisposeAsync();
        _signers.Dispose();
    }

    [Fact]
    public async Task Find_ByEachField_GivesThoseThatFulfilAll()
    {
        await AssertFindsAsync(new LedgerQuery(), 0, 1, 2, 3);
        await AssertFindsAsync(new LedgerQuery { Subject = "zhang" }, 0, 2, 3);
        await AssertFindsAsync(new LedgerQuery { Subject = "zhang", CaseNo = "case-1" }, 0);
        await AssertFindsAsync(new LedgerQuery { CaseNo = "case-1" }, 0, 1);
        await AssertFindsAsync(new LedgerQuery { Account = "approval-2" }, 1);
        await AssertFindsAsync(new LedgerQuery { Organisation = "other" }, 1);
        await AssertFindsAsync(new LedgerQuery { Method = "LicenceService/Get" }, 3);
        await AssertFindsAsync(new LedgerQuery { Outcome = "ROLE_REQUIRED" }, 2);
        await AssertFindsAsync(new LedgerQuery { Kinds = [EntryKind.Refused, EntryKind.Delivered] }, 2, 3);
        await AssertFindsAsync(new LedgerQuery { From = At(1), To = At(3) }, 1, 2);
        await AssertFindsAsync(new LedgerQuery { Subject = "' or true --" });
    }

    [Fact]
    public async Task Find_PageByPage_GivesEachOnce()
    {
        await Task.WhenAll(Enumerable.Range(0, 250).Select(i => _node.Writer.RecordAsync(LedgerNode.Entry(subject: "wang", caseNo: $"{i}"), Token)));

        var found = new List<RecordedEntry>();
        for (var page = await PageAsync(null); page.Count > 0; page = await PageAsync(page[^1].Place))
        {
            Assert.True(page.Count <= 40);
            found.AddRange(page);
        }

        Assert.Equal(250, found.Select(entry => entry.Entry.CaseNo).Distinct().Count());
        Assert.Equal(250, found.Count);
        Assert.Equal(found.OrderBy(entry => (entry.Place.At, entry.Place.LeafId, entry.Place.Ordinal)), found);
        Task<IReadOnlyList<RecordedEntry>> PageAsync(EntryPlace? after) => Search.FindAsync(new LedgerQuery { Subject = "wang", After = after, MaxRows = 40 }, Token);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(LedgerQuery.MaxPage + 1)]
    public async Task Find_MoreThanAPage_IsRefused(int rows) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Search.FindAsync(new LedgerQuery { MaxRows = rows }, Token));

    private async Task AssertFindsAsync(LedgerQuery query, params int[] hours) =>
        Assert.Equal(hours.Select(At), (await Search.FindAsync(query, Token)).Select(found => found.Place.At));

    private async Task RecordAsync(LedgerEntry entry)
    {
        await _node.Writer.RecordAsync(entry, Token);
        _time.Advance(TimeSpan.FromHours(1));
    }

    private static DateTimeOffset At(int hour) => new ManualTime().GetUtcNow().AddHours(hour);
}

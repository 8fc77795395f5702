using DataHub.Host.Access;
using DataHub.Host.Tests.Support;
using DataHub.Kernel.Access;
using DataHub.Kernel.Faults;
using DataHub.TestKit;

namespace DataHub.Host.Tests.Access;

/// <summary>Which grant covers which use; in memory, on a clock that stands still.</summary>
public sealed class GrantBookTests
{
    private const string Item = "12330382MA9705089N3330715901000";
    private const string OtherItem = "12330382MA9705089N3330715902000";
    private const string Basic = "330715901000";

    private readonly ManualTime _time = new();

    [Theory]
    [InlineData("*", "*", "name", true)]
    [InlineData("*", Item, "name", true)]
    [InlineData("*", Basic, "name", true)]
    [InlineData("*", OtherItem, "name", false)]
    [InlineData("name,id_no", "*", "name", true)]
    [InlineData("name,id_no", "*", "name,id_no", true)]
    [InlineData("name,id_no", "*", "name,address", false)]
    [InlineData("name", "*", "", true)]
    public void Find_ByFieldsAndPurposes_IsTheGrantThatCoversAll(string fields, string purposes, string asked, bool isCovered)
    {
        var book = BookOf(Offices.Terms(fields: fields.Split(','), purposes: purposes.Split(',')));
        Assert.Equal(isCovered, book.Find(Offices.Bureau, "population_person", asked.Split(',', StringSplitOptions.RemoveEmptyEntries), Item, GrantOperations.Verify) is not null);
    }

    [Fact]
    public void Find_ForABasicCodeItself_IsNotCoveredByOneImplementation()
    {
        var book = BookOf(Offices.Terms(purposes: [Item]));
        Assert.Null(book.Find(Offices.Bureau, "population_person", [], Basic, GrantOperations.Verify));
        Assert.NotNull(BookOf(Offices.Terms(purposes: [Basic])).Find(Offices.Bureau, "population_person", [], Basic, GrantOperations.Verify));
    }

    [Theory]
    [InlineData(Offices.Police, "population_person", GrantOperations.Verify)]
    [InlineData(Offices.Bureau, "legal_entity", GrantOperations.Verify)]
    [InlineData(Offices.Bureau, "population_person", GrantOperations.Export)]
    [InlineData(Offices.Bureau, "population_person", GrantOperations.Verify | GrantOperations.Export)]
    public void Find_ForWhatWasNotGranted_IsNone(string consumer, string resource, GrantOperations operation) =>
        Assert.Null(BookOf(Offices.Terms()).Find(consumer, resource, [], Item, operation));

    // 2026-03-01 00:00 UTC is 08:00 in Shanghai; the day ends there at 16:00 UTC.
    [Fact]
    public void Find_OnTheLastDayInShanghai_IsTheGrantAndAfterItNone()
    {
        var book = BookOf(Offices.Terms(until: new DateOnly(2026, 3, 1)));
        _time.Advance(TimeSpan.FromHours(16) - TimeSpan.FromSeconds(1));
        book.Hear(null, _time.GetTimestamp());
        Assert.NotNull(book.Find(Offices.Bureau, "population_person", [], Item, GrantOperations.Verify));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(book.Find(Offices.Bureau, "population_person", [], Item, GrantOperations.Verify));
    }

    [Fact]
    public void Find_WhereNothingWasHeardForThreeSeconds_IsRefused()
    {
        var book = BookOf(Offices.Terms());
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.NotNull(book.Find(Offices.Bureau, "population_person", [], Item, GrantOperations.Verify));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        var fault = Assert.Throws<FaultException>(() => book.Find(Offices.Bureau, "population_person", [], Item, GrantOperations.Verify));
        Assert.Equal((FaultKind.Unavailable, "ACCESS_UNKNOWN"), (fault.Kind, fault.Code));
        book.Hear(null, _time.GetTimestamp());
        Assert.NotNull(book.Find(Offices.Bureau, "population_person", [], Item, GrantOperations.Verify));
    }

    [Fact]
    public void Find_BeforeAnythingWasHeard_IsRefused() =>
        Assert.Equal("ACCESS_UNKNOWN", Assert.Throws<FaultException>(() => new AccessBook(_time).Find(Offices.Bureau, "x", [], Item, GrantOperations.Verify)).Code);

    // 100,000 look-ups a second must leave nothing for the garbage collector.
    [Fact]
    public void Find_ManyTimes_AllocatesNothing()
    {
        var book = BookOf(Offices.Terms(purposes: [Basic]));
        Assert.NotNull(book.Find(Offices.Bureau, "population_person", [], Item, GrantOperations.Verify));
        string[] none = [];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            book.Find(Offices.Bureau, "population_person", none, Item, GrantOperations.Verify);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000);
    }

    private AccessBook BookOf(params GrantTerms[] grants)
    {
        var book = new AccessBook(_time);
        var kept = grants.Select((terms, index) => new BookGrant($"g{index}", terms)).GroupBy(grant => new GrantUse(grant.Grant.Consumer, grant.Grant.Resource));
        book.Hear(new AccessSnapshot(1, new Dictionary<string, BookAccount>(), new Dictionary<string, BookCertificate>(), kept.ToDictionary(use => use.Key, use => use.ToArray())), _time.GetTimestamp());
        return book;
    }
}

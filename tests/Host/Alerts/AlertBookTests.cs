using DataHub.EventStore;
using DataHub.Host.Alerts;
using DataHub.Host.Tests.Support;
using DataHub.Kernel.Alerts;
using DataHub.Kernel.Faults;
using DataHub.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace DataHub.Host.Tests.Alerts;

/// <summary>Alerts as a security administrator finds them.</summary>
public sealed class AlertBookTests(HostFixture postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Raise_TheSameWithinAnHour_IsOneWithACount()
    {
        var time = new ManualTime();
        await using var offices = await Offices.FoundAsync(postgres, time);
        var book = BookOf(offices);
        await book.RaiseAsync(new Alert("HONEY_RECORD", AlertLevel.Warning, "approval-1", "first", "p-1"), Token);
        time.Advance(TimeSpan.FromMinutes(59));
        await book.RaiseAsync(new Alert("HONEY_RECORD", AlertLevel.Critical, "approval-1", "second", "p-1"), Token);
        await book.RaiseAsync(new Alert("HONEY_RECORD", AlertLevel.Notice, "approval-1", "another", "p-2"), Token);
        await book.RaiseAsync(new Alert("HONEY_RECORD", AlertLevel.Notice, "approval-2", "another", "p-1"), Token);
        await book.RaiseAsync(new Alert("GUESSING", AlertLevel.Notice, "approval-1", "another", "p-1"), Token);

        var joined = Assert.Single(await book.ListAsync(all: false, before: null, 100, Token), alert => alert.Count == 2);
        Assert.Equal(("second", AlertLevel.Critical, TimeSpan.FromMinutes(59)), (joined.Alert.Detail, joined.Alert.Level, joined.LastAt - joined.FirstAt));
        Assert.Equal(4, (await book.ListAsync(all: false, before: null, 100, Token)).Count);

        time.Advance(TimeSpan.FromMinutes(2));
        await book.RaiseAsync(new Alert("HONEY_RECORD", AlertLevel.Warning, "approval-1", "third", "p-1"), Token);
        Assert.Equal(5, (await book.ListAsync(all: false, before: null, 100, Token)).Count);
    }

    [Fact]
    public async Task Raise_FiftyAtOnce_IsOneWithACountOfFifty()
    {
        await using var offices = await Offices.FoundAsync(postgres);
        var book = BookOf(offices);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => book.RaiseAsync(new Alert("GUESSING", AlertLevel.Warning, "approval-1", "guesses"), Token)));
        Assert.Equal(50, Assert.Single(await book.ListAsync(all: false, before: null, 100, Token)).Count);
    }

    [Fact]
    public async Task Acknowledge_OfAnAlert_IsAnEventAndStandsAsTheFirstDidIt()
    {
        await using var offices = await Offices.FoundAsync(postgres);
        var book = BookOf(offices);
        await book.RaiseAsync(new Alert("GUESSING", AlertLevel.Warning, "approval-1", "guesses"), Token);
        var id = (await book.ListAsync(all: false, before: null, 100, Token)).Single().Id;
        Assert.Equal(Offices.First, (await book.AcknowledgeAsync(id, Offices.First, Token)).Acknowledged!.By);
        Assert.Equal(Offices.First, (await book.AcknowledgeAsync(id, Offices.Second, Token)).Acknowledged!.By);
        Assert.Empty(await book.ListAsync(all: false, before: null, 100, Token));
        Assert.Single(await book.ListAsync(all: true, before: null, 100, Token));
        var history = await offices.Services.GetRequiredService<IEventStore>().ReadAsync($"qinghe/alert/{id}", cancellationToken: Token);
        Assert.Equal(Offices.First, Assert.IsType<AlertAcknowledged>(Assert.Single(history.Events).Data).Act.By);

        // What happens again after it was seen to is seen again.
        await book.RaiseAsync(new Alert("GUESSING", AlertLevel.Warning, "approval-1", "guesses"), Token);
        Assert.Single(await book.ListAsync(all: false, before: null, 100, Token));
    }

    [Fact]
    public async Task Acknowledge_OfNoAlert_IsRefused()
    {
        await using var offices = await Offices.FoundAsync(postgres);
        Assert.Equal("ALERT_UNKNOWN", (await Assert.ThrowsAsync<FaultException>(() => BookOf(offices).AcknowledgeAsync(1, Offices.First, Token))).Code);
    }

    private static AlertBook BookOf(Offices offices) => ActivatorUtilities.CreateInstance<AlertBook>(offices.Services, offices.Database.Sources);
}

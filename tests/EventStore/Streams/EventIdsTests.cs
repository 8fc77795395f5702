using DataHub.EventStore.Streams;

namespace DataHub.EventStore.Tests.Streams;

public sealed class EventIdsTests
{
    [Fact]
    public void Take_Many_AreDistinctVersion7OfThatMillisecond()
    {
        var now = new DateTimeOffset(2026, 3, 1, 8, 0, 0, 123, TimeSpan.Zero);
        var ids = EventIds.Take(1_000, now);
        var model = Guid.CreateVersion7(now);

        Assert.Equal(1_000, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Equal((7, model.ToString()[..13]), (id.Version, id.ToString()[..13])));
        Assert.All(ids, id => Assert.InRange(id.Variant, 8, 11));
    }
}

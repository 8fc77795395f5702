using DataHub.EventStore.Streams;

namespace DataHub.EventStore.Tests.Streams;

public sealed class EventTypesTests
{
    [Theory]
    [InlineData("RecordAsserted", "record_asserted")]
    [InlineData("HTTPRequestSent", "http_request_sent")]
    [InlineData("Event2", "event_2")]
    [InlineData("Area51Reached", "area_51_reached")]
    [InlineData("Licence", "licence")]
    [InlineData("SentByABC", "sent_by_abc")]
    public void AliasOf_TypeName_FollowsMarten(string name, string alias) => Assert.Equal(alias, EventTypes.AliasOf(name));

    [Fact]
    public void ClrNameOf_Type_IsNamespaceTypeAssembly() =>
        Assert.Equal("DataHub.EventStore.Tests.PermitGranted, DataHub.EventStore.Tests", EventTypes.ClrNameOf(typeof(PermitGranted)));

    [Fact]
    public void Constructor_TwoTypesWithOneAlias_IsRefused() =>
        Assert.Throws<InvalidOperationException>(() => new EventTypes([new EventTypeSet([typeof(PermitGranted), typeof(Elsewhere.PermitGranted)])]));

    [Fact]
    public void DerivedFrom_Base_FindsConcreteTypesOnly() =>
        Assert.Equal([typeof(Elsewhere.Left), typeof(Elsewhere.Right)], EventTypeSet.DerivedFrom(typeof(Elsewhere.Turn)).Types.OrderBy(type => type.Name));

    [Fact]
    public void Alias_UnregisteredType_IsOurMistake() => Assert.Throws<InvalidOperationException>(() => new EventTypes([]).Alias(typeof(PermitGranted)));

    private static class Elsewhere
    {
        internal abstract record Turn;

        internal sealed record Left : Turn;

        internal sealed record Right : Turn;

        internal sealed record PermitGranted;
    }
}

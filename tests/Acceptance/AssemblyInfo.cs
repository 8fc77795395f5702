using DataHub.Acceptance.Tests.Support;

// The classes of this collection use one hub, one after the other; hubs of the other classes run beside it.
[assembly: Xunit.CollectionBehavior(MaxParallelThreads = 2)]

namespace DataHub.Acceptance.Tests;

[CollectionDefinition(Name)]
public sealed class TownHubCollection : ICollectionFixture<TownHub>
{
    public const string Name = "town hub";
}

using DataHub.EventStore.Postgres;
using DataHub.Host.Access;
using DataHub.Host.Connections;
using Grpc.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace DataHub.Host.Tests.Support;

/// <summary>The book and the watch of one node, as production runs them.</summary>
internal sealed class WatchingNode : IAsyncDisposable
{
    private readonly AccessWatch _watch;

    private WatchingNode(PostgresDataSources sources, TimeProvider time)
    {
        Book = new AccessBook(time);
        var connections = new OpenConnections(Book, time, NullLogger<OpenConnections>.Instance);
        _watch = new AccessWatch(Book, new SnapshotReader(time), sources, connections, new AccessNews(), time, NullLogger<AccessWatch>.Instance);
    }

    public AccessBook Book { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<WatchingNode> StartAsync(PostgresDataSources sources, TimeProvider? time = null)
    {
        var node = new WatchingNode(sources, time ?? TimeProvider.System);
        await node._watch.StartAsync(Token);
        return node;
    }

    public Task UntilAsync(Func<AccessBook, bool> condition) => Wait.UntilAsync(() => condition(Book));

    public async ValueTask DisposeAsync()
    {
        await _watch.StopAsync(CancellationToken.None);
        _watch.Dispose();
    }
}

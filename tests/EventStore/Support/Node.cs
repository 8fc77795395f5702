using DataHub.Crypto.Sealing;
using DataHub.EventStore.Postgres;
using DataHub.EventStore.Sealing;
using DataHub.Kernel;
using DataHub.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DataHub.EventStore.Tests.Support;

/// <summary>A node of the hub as the host runs it: container and background services on a database that others share.</summary>
internal sealed class Node : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private Node(ServiceProvider services) => _services = services;

    public KeyRing Ring => Get<KeyRing>();

    public string Name => Get<PostgresDataSources>().Node.Value;

    public IEventStore Store => Get<IEventStore>();

    public static async Task<Node> StartAsync(TestDatabase database, Action<IServiceCollection>? more = null, KeyRing? keys = null)
    {
        var node = new Node(database.Compose(services =>
        {
            services.AddEvents<PermitGranted>().AddEvents<PermitWithdrawn>();
            services.AddSingleton(new HubName("qinghe"));
            services.AddSingleton(_ => keys ?? KeyFolder.CopyOf(database.Keys));
            more?.Invoke(services);
        }));
        await node.Get<SubjectKeys>().CheckRingAsync(TestContext.Current.CancellationToken);
        await node.Get<Erasures>().ReapplyAsync(TestContext.Current.CancellationToken);
        foreach (var service in node._services.GetServices<IHostedService>())
        {
            await service.StartAsync(TestContext.Current.CancellationToken);
        }

        return node;
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services.GetServices<IHostedService>().Reverse())
        {
            await service.StopAsync(CancellationToken.None);
        }

        await _services.DisposeAsync();
    }
}

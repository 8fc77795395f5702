using DataHub.Catalog.Registration;
using DataHub.Catalog.Schemas;
using DataHub.Catalog.Search;
using DataHub.EventStore;
using DataHub.EventStore.Migrations;
using DataHub.Kernel.Resources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DataHub.Catalog;

/// <summary>
/// The resource directory 政务信息资源目录: registration, search, and the schemas other rooms work by. Needs an event store and the
/// <see cref="Kernel.HubName"/>; offers <see cref="IResourceDirectory"/>.
/// </summary>
public static class CatalogModule
{
    /// <summary>The room's schema changes.</summary>
    public static MigrationSet Migrations { get; } = new("Catalog", typeof(CatalogModule).Assembly, "DataHub.Catalog.Storage.");

    // 500 entries with all their items.
    private const int MaxMessageBytes = 4 << 20;

    /// <summary>Registers the room.</summary>
    /// <param name="services">The hub's services.</param>
    public static IServiceCollection AddCatalog(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddMigrations(Migrations);
        services.AddGrpc().AddServiceOptions<CatalogRpc>(options => options.MaxReceiveMessageSize = MaxMessageBytes);
        services.AddEvents<CatalogEvent>();
        services.AddSingleton<ITransactionParticipant, EntryProjection>();
        services.AddSingleton<ResourceDirectory>();
        services.AddSingleton<IResourceDirectory>(provider => provider.GetRequiredService<ResourceDirectory>());
        services.AddSingleton<EntryRegister>();
        services.AddSingleton<DirectorySearch>();
        return services;
    }

    /// <summary>Maps the room's services.</summary>
    /// <param name="routes">The hub's routes.</param>
    public static IEndpointRouteBuilder MapCatalog(this IEndpointRouteBuilder routes)
    {
        routes.MapGrpcService<CatalogRpc>();
        return routes;
    }
}

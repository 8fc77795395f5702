using DataHub.EventStore;
using DataHub.EventStore.Migrations;
using DataHub.EventStore.Postgres;
using DataHub.Host.Access.Wire;
using DataHub.Host.Alerts;
using DataHub.Host.Erasure;
using DataHub.Kernel.Access;
using DataHub.Kernel.Alerts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DataHub.Host.Access;

/// <summary>The register of who may do what, and its doorkeeper. Needs an event store and the <see cref="Kernel.HubName"/>; offers <see cref="IGrantBook"/> and <see cref="IAlerts"/>.</summary>
public static class AccessModule
{
    /// <summary>The host's own schema changes: the register, enrolment, heartbeats, alerts.</summary>
    public static MigrationSet Migrations { get; } = new("Host", typeof(AccessModule).Assembly, "DataHub.Host.Storage.");

    // A thousand grants with their words.
    private const int MaxMessageBytes = 4 << 20;

    /// <summary>The register without the watch that keeps it in memory: enough for whoever changes it from outside a running hub.</summary>
    /// <param name="services">The container.</param>
    public static IServiceCollection AddAccessRegister(this IServiceCollection services)
    {
        services.AddMigrations(Migrations);
        services.AddEvents<AccessEvent>().AddEvents<AlertAcknowledged>();
        services.AddSingleton<ITransactionParticipant, AccessProjection>();
        services.AddSingleton<AccessNews>().AddSingleton<AccessStreams>().AddSingleton<ChangeEffects>().AddSingleton<AccessDesk>();
        services.AddSingleton(provider => new AccountRegister(
            provider.GetRequiredService<IEventStore>(),
            provider.GetRequiredService<PostgresDataSources>(),
            provider.GetRequiredService<AccessStreams>(),
            provider.GetRequiredService<AccessNews>(),
            provider.GetRequiredService<TimeProvider>()));
        return services;
    }

    /// <summary>The register with everything a running hub needs of it. Needs the connection guard.</summary>
    /// <param name="services">The hub's services.</param>
    internal static IServiceCollection AddAccess(this IServiceCollection services)
    {
        services.AddAccessRegister();
        services.TryAddSingleton<AccessBook>();
        services.AddSingleton<IGrantBook>(provider => provider.GetRequiredService<AccessBook>());
        services.AddSingleton<SnapshotReader>().AddSingleton<AccessQueries>().AddSingleton<AccessControl>();
        services.AddSingleton<AccessWatch>().AddHostedService(provider => provider.GetRequiredService<AccessWatch>());
        services.AddSingleton<ErasureDesk>();
        services.AddSingleton<AlertBook>().AddSingleton<IAlerts>(provider => provider.GetRequiredService<AlertBook>());
        services.AddGrpc().AddServiceOptions<AccessRpc>(options => options.MaxReceiveMessageSize = MaxMessageBytes);
        return services;
    }

    /// <summary>Maps the service.</summary>
    /// <param name="routes">The hub's routes.</param>
    internal static IEndpointRouteBuilder MapAccess(this IEndpointRouteBuilder routes)
    {
        routes.MapGrpcService<AccessRpc>();
        return routes;
    }
}

using DataHub.EventStore;
using DataHub.EventStore.Migrations;
using Microsoft.Extensions.DependencyInjection;

namespace DataHub.Host.Access;

/// <summary>The register of who may do what. Needs an event store and the <see cref="Kernel.HubName"/>.</summary>
public static class AccessModule
{
    /// <summary>The host's own schema changes: the register, enrolment, heartbeats, alerts.</summary>
    public static MigrationSet Migrations { get; } = new("Host", typeof(AccessModule).Assembly, "DataHub.Host.Storage.");

    /// <summary>The register without the watch that keeps it in memory: enough for whoever changes it from outside a running hub.</summary>
    /// <param name="services">The container.</param>
    public static IServiceCollection AddAccessRegister(this IServiceCollection services)
    {
        services.AddMigrations(Migrations);
        services.AddEvents<AccessEvent>();
        services.AddSingleton<ITransactionParticipant, AccessProjection>();
        services.AddSingleton<AccountRegister>();
        return services;
    }
}

using DataHub.EventStore;
using DataHub.EventStore.Migrations;
using DataHub.Verification.Answering;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DataHub.Verification;

/// <summary>Verification: answers claims about subjects. Needs an <see cref="IRecordReader"/> and an <see cref="Kernel.Resources.IResourceDirectory"/>.</summary>
public static class VerificationModule
{
    /// <summary>Registers the room.</summary>
    /// <param name="services">The hub's services.</param>
    public static IServiceCollection AddVerification(this IServiceCollection services)
    {
        services.AddMigrations(new MigrationSet("Verification", typeof(VerificationModule).Assembly, "DataHub.Verification.Storage."));
        services.AddSingleton<AnswerLog>();
        services.AddSingleton<VerificationDesk>();
        return services;
    }

    /// <summary>Maps the room's services.</summary>
    /// <param name="routes">The hub's routes.</param>
    public static IEndpointRouteBuilder MapVerification(this IEndpointRouteBuilder routes)
    {
        routes.MapGrpcService<VerificationRpc>();
        return routes;
    }
}

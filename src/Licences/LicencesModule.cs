using DataHub.EventStore;
using DataHub.Licences.Documents;
using DataHub.Licences.Minting;
using DataHub.Licences.Types;
using DataHub.Licences.Verifying;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DataHub.Licences;

/// <summary>Licences: mints, revokes and verifies e-licences. Needs an event store, a key ring and an <see cref="ISignerDirectory"/>.</summary>
public static class LicencesModule
{
    /// <summary>Registers the room.</summary>
    /// <param name="services">The hub's services.</param>
    public static IServiceCollection AddLicences(this IServiceCollection services)
    {
        services.AddEvents<LicenceEvent>();
        services.AddSingleton<LicenceTypes>();
        services.AddSingleton<PaperSafe>();
        services.AddSingleton<LicenceRegister>();
        services.AddSingleton<LicenceVerifier>();
        return services;
    }

    /// <summary>Maps the room's services.</summary>
    /// <param name="routes">The hub's routes.</param>
    public static IEndpointRouteBuilder MapLicences(this IEndpointRouteBuilder routes)
    {
        routes.MapGrpcService<LicenceRpc>();
        return routes;
    }
}

using DataHub.EventStore;
using DataHub.EventStore.Migrations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DataHub.Host.Enrolment;

/// <summary>How accounts get certificates, renew them and stay in touch. Needs the register of access and the hub's keys.</summary>
public static class EnrolmentModule
{
    /// <summary>Columns beside those of the register of access; applied after it.</summary>
    public static MigrationSet Migrations { get; } = new("Enrolment", typeof(EnrolmentModule).Assembly, "DataHub.Host.Enrolment.Storage.");

    // Lists of a thousand accounts; a certificate request has 8 KiB at most.
    private const int MaxMessageBytes = 256 * 1024;

    /// <summary>Tokens alone: enough for whoever gives them out from outside a running hub.</summary>
    /// <param name="services">The container.</param>
    public static IServiceCollection AddEnrolmentTokens(this IServiceCollection services)
    {
        services.AddMigrations(Migrations);
        return services.AddSingleton<TokenDesk>();
    }

    /// <summary>Everything a running hub needs.</summary>
    /// <param name="services">The hub's services.</param>
    internal static IServiceCollection AddEnrolment(this IServiceCollection services)
    {
        services.AddEnrolmentTokens();
        services.AddSingleton<TokenGuesses>().AddSingleton<EnrolmentDesk>().AddSingleton<RenewalDesk>().AddSingleton<HeartbeatDesk>();
        services.AddGrpc().AddServiceOptions<EnrolmentRpc>(options => options.MaxReceiveMessageSize = MaxMessageBytes);
        return services;
    }

    /// <summary>Maps the service.</summary>
    /// <param name="routes">The hub's routes.</param>
    internal static IEndpointRouteBuilder MapEnrolment(this IEndpointRouteBuilder routes)
    {
        routes.MapGrpcService<EnrolmentRpc>();
        return routes;
    }
}

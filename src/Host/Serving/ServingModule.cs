using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace DataHub.Host.Serving;

/// <summary>What the hub says of itself: whether it serves (grpc.health.v1) and, only if configured, what (grpc.reflection.v1).</summary>
internal static class ServingModule
{
    /// <summary>Configuration key that turns reflection on; default false, because it tells an intruder where to look.</summary>
    public const string ReflectionKey = "Grpc:Reflection";

    public static IServiceCollection AddServing(this IServiceCollection services) => services
        .AddSingleton<ServingState>()
        .AddSingleton<DescribedServices>()
        .AddHostedService<DatabaseProbe>();

    public static IEndpointRouteBuilder MapServing(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<HealthRpc>();
        if (endpoints.ServiceProvider.GetRequiredService<IConfiguration>().GetValue<bool>(ReflectionKey))
        {
            endpoints.MapGrpcService<ReflectionRpc>();
        }

        return endpoints;
    }
}

using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server.Mapping;

/// <summary>How long the services of an application live.</summary>
internal sealed class RegisteredServices(IServiceCollection services)
{
    /// <summary>Lifetime of what the container gives for a type; null where it gives nothing, or something it makes up itself.</summary>
    public ServiceLifetime? LifetimeOf(Type type) =>
        Last(type) ?? (type.IsConstructedGenericType ? Last(type.GetGenericTypeDefinition()) : null);

    private ServiceLifetime? Last(Type type) => services.LastOrDefault(service => !service.IsKeyedService && service.ServiceType == type)?.Lifetime;
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.Server;

/// <summary>What the options of application and service come to, fixed when a service is mapped.</summary>
internal sealed record MethodOptions(
    int? MaxReceiveBytes,
    int? MaxSendBytes,
    bool DetailedErrors,
    bool IgnoreUnknownServices,
    IReadOnlyList<InterceptorRegistration> Interceptors)
{
    public static MethodOptions For<TService>(IServiceProvider services)
        where TService : class
    {
        var application = services.GetRequiredService<IOptions<GrpcServiceOptions>>().Value;
        var hasOwn = services.GetServices<IConfigureOptions<GrpcServiceOptions<TService>>>().Any();
        var own = hasOwn ? services.GetRequiredService<IOptions<GrpcServiceOptions<TService>>>().Value : application;
        return new MethodOptions(
            own.MaxReceiveMessageSize,
            own.MaxSendMessageSize,
            own.EnableDetailedErrors ?? false,
            own.IgnoreUnknownServices ?? false,
            hasOwn ? [.. application.Interceptors, .. own.Interceptors] : [.. application.Interceptors]);
    }
}

using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server.Mapping;

/// <summary>
/// Gets the service of a call: a registered one, else a new one. A service that needs nothing but singletons is made without the services of the call,
/// which cost more to open and close than the rest of a small call.
/// </summary>
internal sealed class ServiceActivator<TService>
    where TService : class
{
    private readonly ObjectFactory<TService> _make;
    private readonly IServiceProvider _application;
    private readonly bool _isRegistered;
    private readonly bool _needsServicesOfCall;

    public ServiceActivator(IServiceProvider application)
    {
        var registered = application.GetRequiredService<RegisteredServices>();
        _application = application;
        _isRegistered = registered.LifetimeOf(typeof(TService)) is not null;
        _needsServicesOfCall = _isRegistered ? registered.LifetimeOf(typeof(TService)) is not ServiceLifetime.Singleton : !NeedsSingletonsOnly(registered);
        _make = _isRegistered ? static (services, _) => services.GetRequiredService<TService>() : ActivatorUtilities.CreateFactory<TService>([]);
    }

    public Activation<TService> Activate(ServerCallContext context) =>
        new(_make(_needsServicesOfCall ? context.GetHttpContext().RequestServices : _application, []), made: !_isRegistered);

    private static bool NeedsSingletonsOnly(RegisteredServices registered) =>
        typeof(TService).GetConstructors() is [var only]
        && only.GetParameters().All(parameter => registered.LifetimeOf(parameter.ParameterType) is ServiceLifetime.Singleton);
}

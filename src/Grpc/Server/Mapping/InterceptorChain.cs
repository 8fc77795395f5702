using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server.Mapping;

/// <summary>Puts interceptors around handlers once, when a service is mapped; each call then gets its own interceptor objects.</summary>
internal static class InterceptorChain
{
    public static UnaryServerMethod<TRequest, TResponse> Around<TRequest, TResponse>(
        UnaryServerMethod<TRequest, TResponse> handler, IReadOnlyList<InterceptorRegistration> interceptors)
        where TRequest : class
        where TResponse : class => Wrap(handler, interceptors, (next, activate) => async (request, context) =>
        {
            await using var interceptor = activate(context.GetHttpContext().RequestServices);
            return await interceptor.Instance.UnaryServerHandler(request, context, next);
        });

    public static ClientStreamingServerMethod<TRequest, TResponse> Around<TRequest, TResponse>(
        ClientStreamingServerMethod<TRequest, TResponse> handler, IReadOnlyList<InterceptorRegistration> interceptors)
        where TRequest : class
        where TResponse : class => Wrap(handler, interceptors, (next, activate) => async (requests, context) =>
        {
            await using var interceptor = activate(context.GetHttpContext().RequestServices);
            return await interceptor.Instance.ClientStreamingServerHandler(requests, context, next);
        });

    public static ServerStreamingServerMethod<TRequest, TResponse> Around<TRequest, TResponse>(
        ServerStreamingServerMethod<TRequest, TResponse> handler, IReadOnlyList<InterceptorRegistration> interceptors)
        where TRequest : class
        where TResponse : class => Wrap(handler, interceptors, (next, activate) => async (request, responses, context) =>
        {
            await using var interceptor = activate(context.GetHttpContext().RequestServices);
            await interceptor.Instance.ServerStreamingServerHandler(request, responses, context, next);
        });

    public static DuplexStreamingServerMethod<TRequest, TResponse> Around<TRequest, TResponse>(
        DuplexStreamingServerMethod<TRequest, TResponse> handler, IReadOnlyList<InterceptorRegistration> interceptors)
        where TRequest : class
        where TResponse : class => Wrap(handler, interceptors, (next, activate) => async (requests, responses, context) =>
        {
            await using var interceptor = activate(context.GetHttpContext().RequestServices);
            await interceptor.Instance.DuplexStreamingServerHandler(requests, responses, context, next);
        });

    private static T Wrap<T>(T handler, IReadOnlyList<InterceptorRegistration> interceptors, Func<T, Func<IServiceProvider, Activation<Interceptor>>, T> around) =>
        interceptors.Reverse().Aggregate(handler, (next, registration) => around(next, Activator(registration)));

    private static Func<IServiceProvider, Activation<Interceptor>> Activator(InterceptorRegistration registration)
    {
        var arguments = registration.Arguments.ToArray();
        var factory = new Lazy<ObjectFactory>(() => ActivatorUtilities.CreateFactory(registration.Type, [.. arguments.Select(argument => argument.GetType())]));
        return services => arguments.Length == 0 && services.GetService(registration.Type) is Interceptor registered
            ? new Activation<Interceptor>(registered, made: false)
            : new Activation<Interceptor>((Interceptor)factory.Value(services, arguments), made: true);
    }
}

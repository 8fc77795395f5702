using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Grpc.AspNetCore.Server.Calls;
using Grpc.AspNetCore.Server.Parsing;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Mapping;

/// <summary>A method ready to be mapped.</summary>
/// <param name="Method">The method.</param>
/// <param name="Attributes">Attributes of the service's class and then of the implementing method.</param>
/// <param name="Handle">Serves a request.</param>
internal sealed record ServiceMethod(IMethod Method, IReadOnlyList<object> Attributes, RequestDelegate Handle);

/// <summary>Told by generated code which methods a service has, finds their implementations in <typeparamref name="TService"/>.</summary>
internal sealed class ServiceMethods<TService>(MethodOptions options, CallEnvironment environment, ServiceActivator<TService> activator) : ServiceBinderBase
    where TService : class
{
    private readonly List<ServiceMethod> _found = [];

    /// <summary>The methods of a service.</summary>
    /// <exception cref="InvalidOperationException">The class derives from no generated service base.</exception>
    public static IReadOnlyList<ServiceMethod> Find(MethodOptions options, CallEnvironment environment, IServiceProvider application)
    {
        var binder = new ServiceMethods<TService>(options, environment, new ServiceActivator<TService>(application));
        BindMethod().Invoke(obj: null, [binder, null]);
        return binder._found;
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
    {
        var call = Implementation(method, typeof(TRequest), typeof(ServerCallContext));
        var invoke = call.CreateDelegate<Func<TService, TRequest, ServerCallContext, Task<TResponse>>>();
        UnaryServerMethod<TRequest, TResponse> run = (request, context) =>
            Run(context, (invoke, request, context), static (service, s) => s.invoke(service, s.request, s.context));
        Add(method, call, new UnaryCallHandler<TRequest, TResponse>(Bounded(method, call), options, environment, InterceptorChain.Around(run, options.Interceptors)).HandleAsync);
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var call = Implementation(method, typeof(IAsyncStreamReader<TRequest>), typeof(ServerCallContext));
        var invoke = call.CreateDelegate<Func<TService, IAsyncStreamReader<TRequest>, ServerCallContext, Task<TResponse>>>();
        ClientStreamingServerMethod<TRequest, TResponse> run = (requests, context) =>
            Run(context, (invoke, requests, context), static (service, s) => s.invoke(service, s.requests, s.context));
        Add(method, call, new ClientStreamingCallHandler<TRequest, TResponse>(Bounded(method, call), options, environment, InterceptorChain.Around(run, options.Interceptors)).HandleAsync);
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var call = Implementation(method, typeof(TRequest), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext));
        var invoke = call.CreateDelegate<Func<TService, TRequest, IServerStreamWriter<TResponse>, ServerCallContext, Task>>();
        ServerStreamingServerMethod<TRequest, TResponse> run = async (request, responses, context) =>
        {
            await using var service = activator.Activate(context);
            await invoke(service.Instance, request, responses, context);
        };
        Add(method, call, new ServerStreamingCallHandler<TRequest, TResponse>(Bounded(method, call), options, environment, InterceptorChain.Around(run, options.Interceptors)).HandleAsync);
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var call = Implementation(method, typeof(IAsyncStreamReader<TRequest>), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext));
        var invoke = call.CreateDelegate<Func<TService, IAsyncStreamReader<TRequest>, IServerStreamWriter<TResponse>, ServerCallContext, Task>>();
        DuplexStreamingServerMethod<TRequest, TResponse> run = async (requests, responses, context) =>
        {
            await using var service = activator.Activate(context);
            await invoke(service.Instance, requests, responses, context);
        };
        Add(method, call, new DuplexCallHandler<TRequest, TResponse>(Bounded(method, call), options, environment, InterceptorChain.Around(run, options.Interceptors)).HandleAsync);
    }

    /// <summary>Calls the service; without a state machine of its own where there is nothing to dispose.</summary>
    private Task<TResponse> Run<TState, TResponse>(ServerCallContext context, TState state, Func<TService, TState, Task<TResponse>> invoke)
    {
        var service = activator.Activate(context);
        return service.NeedsDisposal ? RunAndDisposeAsync(service, state, invoke) : invoke(service.Instance, state);
    }

    private static async Task<TResponse> RunAndDisposeAsync<TState, TResponse>(Activation<TService> service, TState state, Func<TService, TState, Task<TResponse>> invoke)
    {
        await using (service)
        {
            return await invoke(service.Instance, state);
        }
    }

    private static MethodInfo BindMethod()
    {
        var attribute = typeof(TService).GetCustomAttribute<BindServiceMethodAttribute>(inherit: true)
            ?? throw new InvalidOperationException($"{typeof(TService)} derives from no generated service base class.");
        var baseType = typeof(TService);
        while (!baseType.IsDefined(typeof(BindServiceMethodAttribute), inherit: false))
        {
            baseType = baseType.BaseType!;
        }

        return attribute.BindType.GetMethod(attribute.BindMethodName, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static, [typeof(ServiceBinderBase), baseType])
            ?? throw new InvalidOperationException($"{attribute.BindType} has no method {attribute.BindMethodName} that binds {baseType}.");
    }

    private static MethodInfo Implementation(IMethod method, params Type[] parameters) =>
        typeof(TService).GetMethod(method.Name, BindingFlags.Public | BindingFlags.Instance, parameters)
        ?? throw new InvalidOperationException($"{typeof(TService)} has no method {method.Name} for {method.FullName}.");

    /// <summary>The method as it is served: with limits on what its requests may hold, those of the application unless it names its own.</summary>
    private Method<TRequest, TResponse> Bounded<TRequest, TResponse>(Method<TRequest, TResponse> method, MethodInfo implementation)
        where TRequest : class
    {
        var own = implementation.GetParameters()[0].GetCustomAttribute<MaxLengthAttribute>();
        var requests = RequestParser.Bound(method.RequestMarshaller, own?.Length ?? options.MaxRepeated);
        return new Method<TRequest, TResponse>(method.Type, method.ServiceName, method.Name, requests, method.ResponseMarshaller);
    }

    private void Add(IMethod method, MethodInfo implementation, RequestDelegate handle) => _found.Add(new ServiceMethod(
        method,
        [.. typeof(TService).GetCustomAttributes(inherit: true), .. implementation.GetCustomAttributes(inherit: true)],
        handle));
}

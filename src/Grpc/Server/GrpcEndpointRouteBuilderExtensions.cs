using Grpc.AspNetCore.Server;
using Grpc.AspNetCore.Server.Calls;
using Grpc.AspNetCore.Server.Mapping;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps gRPC services.</summary>
public static class GrpcEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps every method of a service as an endpoint whose metadata holds the attributes of the service's class and of the implementing method, and a
    /// <see cref="GrpcMethodMetadata"/>. Calls to other methods of the service, and to services nobody mapped, are answered UNIMPLEMENTED.
    /// </summary>
    /// <typeparam name="TService">The service's implementation, derived from a generated base class; one object a call.</typeparam>
    /// <param name="builder">The application's endpoints.</param>
    /// <exception cref="InvalidOperationException"><c>AddGrpc</c> was not called, or the class derives from no generated base.</exception>
    public static GrpcServiceEndpointConventionBuilder MapGrpcService<TService>(this IEndpointRouteBuilder builder)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        var mapped = builder.ServiceProvider.GetService<MappedServices>()
            ?? throw new InvalidOperationException("gRPC is not set up: call AddGrpc on the application's services.");
        var options = MethodOptions.For<TService>(builder.ServiceProvider);
        var methods = ServiceMethods<TService>.Find(options, CallEnvironment.From(builder.ServiceProvider), builder.ServiceProvider);
        List<IEndpointConventionBuilder> endpoints = [.. methods.Select(method => Map<TService>(builder, method))];
        if (!options.IgnoreUnknownServices)
        {
            endpoints.AddRange(methods.Select(method => method.Method.ServiceName).Distinct().Select(name => UnimplementedEndpoints.MapUnknownMethod(builder, name)));
            if (mapped.ClaimUnknownServices())
            {
                endpoints.Add(UnimplementedEndpoints.MapUnknownService(builder));
            }
        }

        return new GrpcServiceEndpointConventionBuilder(endpoints);
    }

    private static IEndpointConventionBuilder Map<TService>(IEndpointRouteBuilder builder, ServiceMethod method)
    {
        var endpoint = builder.Map(RoutePatternFactory.Parse(method.Method.FullName), method.Handle);
        return endpoint.WithDisplayName($"gRPC - {method.Method.FullName}").WithMetadata(
            [new GrpcMethodMetadata(typeof(TService), method.Method), .. method.Attributes, new HttpMethodMetadata([HttpMethods.Post], acceptCorsPreflight: true)]);
    }
}

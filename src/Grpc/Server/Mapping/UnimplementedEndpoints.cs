using Grpc.AspNetCore.Server.Calls;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Grpc.AspNetCore.Server.Mapping;

/// <summary>Answers UNIMPLEMENTED where no method is mapped. Only gRPC requests match, so other endpoints with two segments stay reachable.</summary>
internal static class UnimplementedEndpoints
{
    private static readonly GrpcRequestsOnly Constraint = new();

    public static IEndpointConventionBuilder MapUnknownService(IEndpointRouteBuilder endpoints) =>
        Map(endpoints, "{unimplementedService}/{unimplementedMethod}", "Service is unimplemented.");

    public static IEndpointConventionBuilder MapUnknownMethod(IEndpointRouteBuilder endpoints, string service) =>
        Map(endpoints, $"{service}/{{unimplementedMethod}}", "Method is unimplemented.");

    private static IEndpointConventionBuilder Map(IEndpointRouteBuilder endpoints, string pattern, string detail)
    {
        var route = RoutePatternFactory.Parse(pattern, defaults: null, new RouteValueDictionary { ["unimplementedMethod"] = Constraint });
        var endpoint = endpoints.Map(route, context =>
        {
            RequestGate.Answer(context.Response, StatusCodes.Status200OK, StatusCode.Unimplemented, detail);
            return Task.CompletedTask;
        });
        return endpoint.WithDisplayName($"gRPC - {detail}").WithMetadata(new HttpMethodMetadata([HttpMethods.Post]));
    }

    private sealed class GrpcRequestsOnly : IRouteConstraint
    {
        public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
            httpContext is not null && RequestGate.HasContentType(httpContext.Request);
    }
}

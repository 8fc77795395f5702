using System.Collections.Frozen;
using DataHub.Contracts;
using DataHub.Crypto.Certificates;
using DataHub.Kernel.Access;
using DataHub.Kernel.Faults;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Http;

namespace DataHub.Host.Access;

/// <summary>
/// Lets a call through only if the method declares who may call it (<see cref="AllowRolesAttribute"/>) and the certificate of the
/// connection says so. A method that declares nothing is denied to everyone.
/// </summary>
internal sealed class AccessControl : Interceptor
{
    private static readonly FrozenDictionary<string, SystemRole> Roles =
        Enum.GetValues<SystemRole>().ToFrozenDictionary(role => role.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        Admit(context);
        return continuation(request, context);
    }

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Admit(context);
        return continuation(requestStream, context);
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Admit(context);
        return continuation(request, responseStream, context);
    }

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Admit(context);
        return continuation(requestStream, responseStream, context);
    }

    private static void Admit(ServerCallContext context)
    {
        var http = context.GetHttpContext();
        var caller = CallerOf(http) ?? throw new FaultException(
            FaultKind.Unauthenticated, "CERTIFICATE_REQUIRED", "A client certificate of a registered system is required.");
        var allowed = http.GetEndpoint()?.Metadata.GetMetadata<AllowRolesAttribute>();
        if (allowed is null || (allowed.Roles.Count > 0 && !allowed.Roles.Any(caller.Roles.Contains)))
        {
            throw new FaultException(FaultKind.Denied, "ROLE_REQUIRED", $"System {caller.SystemId} does not have a role that may call {context.Method}.");
        }

        context.SetCaller(caller);
    }

    // The chain was checked when the connection was made; here the certificate only says who it is.
    private static Caller? CallerOf(HttpContext http)
    {
        if (http.Connection.ClientCertificate is not { } certificate || TlsIdentity.Read(certificate) is not { } identity)
        {
            return null;
        }

        var roles = identity.Roles.Where(Roles.ContainsKey).Select(role => Roles[role]).ToFrozenSet();
        return new Caller(identity.SystemId, identity.Organisation, roles);
    }
}

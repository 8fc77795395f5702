using DataHub.Contracts;
using DataHub.Host.Connections;
using DataHub.Kernel.Access;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace DataHub.Host.Access;

/// <summary>
/// Lets a call through only if the certificate of its connection stands for an account that is admitted now, and the method declares one of the account's roles
/// (<see cref="AllowRolesAttribute"/>). A method that declares nothing is denied to everyone; one that declares <see cref="AllowStrangersAttribute"/> needs no certificate.
/// </summary>
internal sealed class AccessControl(AccessBook book, AccessWatch watch, IOptions<ConnectionLimits> limits) : Interceptor
{
    private int _strangers;

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        EnterAsync(context, () => continuation(request, context));

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        EnterAsync(context, () => continuation(requestStream, context));

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        EnterAsync(context, () => WithoutResult(continuation(request, responseStream, context)));

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        EnterAsync(context, () => WithoutResult(continuation(requestStream, responseStream, context)));

    private static async Task<bool> WithoutResult(Task call)
    {
        await call;
        return true;
    }

    private Task<T> EnterAsync<T>(ServerCallContext context, Func<Task<T>> call)
    {
        var http = context.GetHttpContext();
        var declared = http.GetEndpoint()?.Metadata;
        if (declared?.GetMetadata<AllowStrangersAttribute>() is not null)
        {
            return AsStrangerAsync(call);
        }

        var certificate = http.Features.Get<ClientCertificate>() ?? throw AccessFaults.CertificateRequired();
        var admission = book.Judge(certificate);
        var allowed = declared?.GetMetadata<AllowRolesAttribute>();
        return admission.IsUnknown ? AfterALookAsync(context, certificate, allowed, call) : Enter(context, admission, allowed, call);
    }

    private static Task<T> Enter<T>(ServerCallContext context, Admission admission, AllowRolesAttribute? allowed, Func<Task<T>> call)
    {
        var caller = admission.Caller ?? throw admission.Refusal!;
        context.SetCaller(caller);
        return allowed is not null && (allowed.Roles.Count == 0 || HasOneOf(caller, allowed.Roles))
            ? call()
            : throw AccessFaults.RoleRequired(caller.SystemId, context.Method);
    }

    // A certificate of a trusted authority that the register does not know may have been issued by another node a moment ago.
    private async Task<T> AfterALookAsync<T>(ServerCallContext context, ClientCertificate certificate, AllowRolesAttribute? allowed, Func<Task<T>> call)
    {
        await watch.LookAsync();
        return await Enter(context, book.Judge(certificate), allowed, call);
    }

    private async Task<T> AsStrangerAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return Interlocked.Increment(ref _strangers) <= limits.Value.MostAnonymousCalls ? await call() : throw AccessFaults.StrangersBusy();
        }
        finally
        {
            Interlocked.Decrement(ref _strangers);
        }
    }

    private static bool HasOneOf(Caller caller, IReadOnlyList<SystemRole> roles)
    {
        foreach (var role in roles)
        {
            if (caller.Roles.Contains(role))
            {
                return true;
            }
        }

        return false;
    }
}

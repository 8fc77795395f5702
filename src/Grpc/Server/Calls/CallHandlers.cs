using Grpc.Core;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>One request, one response.</summary>
internal sealed class UnaryCallHandler<TRequest, TResponse>(
    Method<TRequest, TResponse> method, MethodOptions options, CallEnvironment environment, UnaryServerMethod<TRequest, TResponse> invoke)
    : ServerCallHandler<TRequest, TResponse>(method, options, environment)
    where TRequest : class
    where TResponse : class
{
    protected override async Task InvokeAsync(HttpServerCallContext call)
    {
        var request = await call.Reader.ReadSingleAsync(Deserialize, CancellationToken.None);
        await WriteSingleAsync(call, await invoke(request, call));
    }
}

/// <summary>A stream of requests, one response.</summary>
internal sealed class ClientStreamingCallHandler<TRequest, TResponse>(
    Method<TRequest, TResponse> method, MethodOptions options, CallEnvironment environment, ClientStreamingServerMethod<TRequest, TResponse> invoke)
    : ServerCallHandler<TRequest, TResponse>(method, options, environment)
    where TRequest : class
    where TResponse : class
{
    protected override async Task InvokeAsync(HttpServerCallContext call) =>
        await WriteSingleAsync(call, await invoke(new ServerStreamReader<TRequest>(call, Deserialize), call));
}

/// <summary>One request, a stream of responses.</summary>
internal sealed class ServerStreamingCallHandler<TRequest, TResponse>(
    Method<TRequest, TResponse> method, MethodOptions options, CallEnvironment environment, ServerStreamingServerMethod<TRequest, TResponse> invoke)
    : ServerCallHandler<TRequest, TResponse>(method, options, environment)
    where TRequest : class
    where TResponse : class
{
    protected override async Task InvokeAsync(HttpServerCallContext call)
    {
        var request = await call.Reader.ReadSingleAsync(Deserialize, CancellationToken.None);
        await invoke(request, new ServerStreamWriter<TResponse>(call, Serialize), call);
    }
}

/// <summary>Streams both ways.</summary>
internal sealed class DuplexCallHandler<TRequest, TResponse>(
    Method<TRequest, TResponse> method, MethodOptions options, CallEnvironment environment, DuplexStreamingServerMethod<TRequest, TResponse> invoke)
    : ServerCallHandler<TRequest, TResponse>(method, options, environment)
    where TRequest : class
    where TResponse : class
{
    protected override Task InvokeAsync(HttpServerCallContext call) =>
        invoke(new ServerStreamReader<TRequest>(call, Deserialize), new ServerStreamWriter<TResponse>(call, Serialize), call);
}

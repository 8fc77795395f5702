using Grpc.Core;

namespace Grpc.Net.Client.Calls;

/// <summary>Starts calls over a channel.</summary>
internal sealed class HttpCallInvoker(GrpcChannel channel) : CallInvoker
{
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        using var call = AsyncUnaryCall(method, host, options, request);
        return call.ResponseAsync.GetAwaiter().GetResult();
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = new ClientCall<TRequest, TResponse>(channel, method, host, options);
        return new AsyncUnaryCall<TResponse>(call.RequestSingle(request), ClientCall.Headers, ClientCall.StatusOf, ClientCall.TrailersOf, ClientCall.End, call);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = new ClientCall<TRequest, TResponse>(channel, method, host, options);
        return new AsyncServerStreamingCall<TResponse>(call.RequestStream(request), ClientCall.Headers, ClientCall.StatusOf, ClientCall.TrailersOf, ClientCall.End, call);
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var call = new ClientCall<TRequest, TResponse>(channel, method, host, options);
        var requests = call.OpenRequests();
        return new AsyncClientStreamingCall<TRequest, TResponse>(requests, call.StreamForSingle(), ClientCall.Headers, ClientCall.StatusOf, ClientCall.TrailersOf, ClientCall.End, call);
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var call = new ClientCall<TRequest, TResponse>(channel, method, host, options);
        var requests = call.OpenRequests();
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(requests, call.StreamForStream(), ClientCall.Headers, ClientCall.StatusOf, ClientCall.TrailersOf, ClientCall.End, call);
    }
}

using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Tests.Protos;
using Grpc.Tests.Support;

namespace Grpc.Tests.Client;

/// <summary>Interceptors and credentials of a client.</summary>
public sealed class ClientInterceptorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Interceptors_GivenTogether_SeeTheCallInOrder()
    {
        var trace = new List<string>();
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());
        var client = new Probe.ProbeClient(server.Channel.Intercept(new Tracer(trace, "first"), new Tracer(trace, "second")));

        await client.EchoAsync(new Note(), cancellationToken: Token);
        client.Echo(new Note(), cancellationToken: Token);
        await client.Count(new Note(), cancellationToken: Token).ResponseStream.MoveNext(Token);
        using var collect = client.Collect(cancellationToken: Token);
        using var chat = client.Chat(cancellationToken: Token);

        string[] kinds = ["Echo", "Echo", "Count", "Collect", "Chat"];
        Assert.Equal(kinds.SelectMany(kind => new[] { $"first {kind}", $"second {kind}" }), trace);
    }

    [Fact]
    public async Task Interceptor_OfHeaders_ChangesEveryCall()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Echo = (_, context) => Task.FromResult(new Note { Text = context.RequestHeaders.GetValue("caller") ?? "" }),
        });
        var client = new Probe.ProbeClient(server.Channel.Intercept(headers => new Metadata { { "caller", "dept-7" } }));

        Assert.Equal("dept-7", (await client.EchoAsync(new Note(), cancellationToken: Token)).Text);
    }

    [Fact]
    public async Task WithHost_NamesAnotherAuthority()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers { Echo = (_, context) => Task.FromResult(new Note { Text = context.Host }) });

        Assert.Equal("hub.example", (await server.Client.WithHost("hub.example").EchoAsync(new Note(), cancellationToken: Token)).Text);
    }

    [Theory]
    [InlineData(true, false, "channel call")]
    [InlineData(false, false, "")]
    [InlineData(false, true, "channel call")]
    public async Task CallCredentials_TravelOverTlsOrWhereAskedFor(bool tls, bool unsafely, string expected)
    {
        using var certificate = Certificates.SelfSigned("hub", "localhost");
        await using var server = await ProbeServer.StartAsync(
            new ProbeHandlers
            {
                Echo = (_, context) => Task.FromResult(new Note { Text = string.Join(' ', context.RequestHeaders.Where(entry => entry.Key.EndsWith("-token", StringComparison.Ordinal)).Select(entry => entry.Value)) }),
            },
            new ServerSetup { Certificate = tls ? certificate : null });
        using var channel = server.Connect(new GrpcChannelOptions
        {
            Credentials = ChannelCredentials.Create(tls ? ChannelCredentials.SecureSsl : ChannelCredentials.Insecure, Adding("a-token", "channel")),
            UnsafeUseInsecureChannelCallCredentials = unsafely,
        });

        var reply = await new Probe.ProbeClient(channel).EchoAsync(new Note(), new CallOptions(cancellationToken: Token).WithCredentials(Adding("b-token", "call")));

        Assert.Equal(expected, reply.Text);
    }

    [Fact]
    public async Task CallCredentials_ThatFail_FailTheCall()
    {
        using var certificate = Certificates.SelfSigned("hub", "localhost");
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers(), new ServerSetup { Certificate = certificate });
        var credentials = CallCredentials.FromInterceptor((_, _) => throw new RpcException(new Status(StatusCode.Unauthenticated, "no token")));

        var failure = await Wait.FailureAsync(
            () => server.Client.EchoAsync(new Note(), new CallOptions(cancellationToken: Token, credentials: credentials)).ResponseAsync);

        Assert.Equal(new Status(StatusCode.Unauthenticated, "no token"), failure.Status);
    }

    [Fact]
    public void Credentials_ThatDoNotFitTheAddress_AreRefused() => Assert.Throws<ArgumentException>(
        () => GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions { Credentials = ChannelCredentials.SecureSsl }));

    private static CallCredentials Adding(string key, string value) => CallCredentials.FromInterceptor((context, metadata) =>
    {
        Assert.Equal("Echo", context.MethodName);
        metadata.Add(key, value);
        return Task.CompletedTask;
    });

    private sealed class Tracer(List<string> trace, string name) : Interceptor
    {
        public override TResponse BlockingUnaryCall<TRequest, TResponse>(TRequest request, ClientInterceptorContext<TRequest, TResponse> context, BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            trace.Add($"{name} {context.Method.Name}");
            return continuation(request, context);
        }

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            trace.Add($"{name} {context.Method.Name}");
            return continuation(request, context);
        }

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
        {
            trace.Add($"{name} {context.Method.Name}");
            return continuation(request, context);
        }

        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(ClientInterceptorContext<TRequest, TResponse> context, AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation)
        {
            trace.Add($"{name} {context.Method.Name}");
            return continuation(context);
        }

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(ClientInterceptorContext<TRequest, TResponse> context, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation)
        {
            trace.Add($"{name} {context.Method.Name}");
            return continuation(context);
        }
    }
}

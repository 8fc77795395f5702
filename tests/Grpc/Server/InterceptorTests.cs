using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Tests.Protos;
using Grpc.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.Tests.Server;

/// <summary>Interceptors of a server: all four kinds, their order, and where they come from.</summary>
public sealed class InterceptorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(MethodType.Unary)]
    [InlineData(MethodType.ClientStreaming)]
    [InlineData(MethodType.ServerStreaming)]
    [InlineData(MethodType.DuplexStreaming)]
    public async Task Call_OfEachKind_PassesApplicationsThenServicesInterceptorsInOrder(MethodType kind)
    {
        var trace = new Trace();
        await using var server = await ProbeServer.StartAsync(Tracing(trace), new ServerSetup
        {
            Grpc = options =>
            {
                options.Interceptors.Add<Tracer>("first");
                options.Interceptors.Add<Tracer>("second");
            },
            Services = services => services.AddSingleton(trace).AddGrpc().AddServiceOptions<ProbeService>(options => options.Interceptors.Add<Tracer>("service")),
        });

        await CallAsync(server.Client, kind);

        Assert.Equal(["first in", "second in", "service in", "handler", "service out", "second out", "first out"], trace.Steps);
        Assert.Equal(["service gone", "second gone", "first gone"], trace.Disposals);
    }

    [Fact]
    public async Task Interceptor_RegisteredAsService_IsTakenFromThereAndNotDisposedByTheCall()
    {
        var trace = new Trace();
        await using var server = await ProbeServer.StartAsync(Tracing(trace), new ServerSetup
        {
            Grpc = options => options.Interceptors.Add<Tracer>(),
            Services = services => services.AddSingleton(new Tracer(trace, "shared")),
        });

        await server.Client.EchoAsync(new Note(), cancellationToken: Token);
        await server.Client.EchoAsync(new Note(), cancellationToken: Token);

        Assert.Equal(2, trace.Steps.Count(step => step == "shared in"));
        Assert.Empty(trace.Disposals);
    }

    [Fact]
    public async Task Interceptor_ThatThrows_DecidesTheStatus()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers(), new ServerSetup { Grpc = options => options.Interceptors.Add<Refuser>() });

        var failure = await Wait.FailureAsync(() => server.Client.EchoAsync(new Note(), cancellationToken: Token).ResponseAsync);

        Assert.Equal(new Status(StatusCode.PermissionDenied, "not you"), failure.Status);
    }

    [Fact]
    public void Add_OfAClassThatIsNoInterceptor_IsRefused() =>
        Assert.Throws<ArgumentException>(() => new Grpc.AspNetCore.Server.InterceptorCollection().Add(typeof(string)));

    private static ProbeHandlers Tracing(Trace trace) => new()
    {
        Echo = (request, _) => Task.FromResult(trace.Note("handler", request)),
        Collect = (_, _) => Task.FromResult(trace.Note("handler", new Note())),
        Count = (_, responses, _) => responses.WriteAsync(trace.Note("handler", new Note())),
        Chat = (_, responses, _) => responses.WriteAsync(trace.Note("handler", new Note())),
    };

    private static async Task CallAsync(Probe.ProbeClient client, MethodType kind)
    {
        switch (kind)
        {
            case MethodType.Unary:
                await client.EchoAsync(new Note(), cancellationToken: Token);
                break;
            case MethodType.ClientStreaming:
                await client.Collect(cancellationToken: Token);
                break;
            case MethodType.ServerStreaming:
                Assert.Single(await client.Count(new Note(), cancellationToken: Token).ResponseStream.ReadAllAsync(Token).ToListAsync(Token));
                break;
            default:
                Assert.Single(await client.Chat(cancellationToken: Token).ResponseStream.ReadAllAsync(Token).ToListAsync(Token));
                break;
        }
    }

    public sealed class Trace
    {
        public List<string> Steps { get; } = [];

        public List<string> Disposals { get; } = [];

        public Note Note(string step, Note note)
        {
            Steps.Add(step);
            return note;
        }
    }

    public sealed class Tracer(Trace trace, string name) : Interceptor, IDisposable
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
            AroundAsync(() => continuation(request, context));

        public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
            AroundAsync(() => continuation(requestStream, context));

        public override Task ServerStreamingServerHandler<TRequest, TResponse>(TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
            AroundAsync(async () =>
            {
                await continuation(request, responseStream, context);
                return 0;
            });

        public override Task DuplexStreamingServerHandler<TRequest, TResponse>(IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
            AroundAsync(async () =>
            {
                await continuation(requestStream, responseStream, context);
                return 0;
            });

        public void Dispose() => trace.Disposals.Add($"{name} gone");

        private async Task<T> AroundAsync<T>(Func<Task<T>> call)
        {
            trace.Steps.Add($"{name} in");
            var result = await call();
            trace.Steps.Add($"{name} out");
            return result;
        }
    }

    public sealed class Refuser : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
            throw new RpcException(new Status(StatusCode.PermissionDenied, "not you"));
    }
}

using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;
using Grpc.Tests.Protos;
using Grpc.Tests.Support;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.Tests.Client;

/// <summary>One channel over several servers.</summary>
public sealed class BalancingTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<string, int> _served = new();
    private readonly Dictionary<string, ProbeServer> _servers = [];
    private readonly ConcurrentQueue<ConnectionContext> _connections = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers.Values)
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Calls_InTurn_AreSpreadEvenly()
    {
        using var channel = Channel(new RoundRobinConfig(), [await StartAsync("a"), await StartAsync("b"), await StartAsync("c")]);
        await UntilServedByAsync(channel, "a", "b", "c");
        _served.Clear();

        await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => CallAsync(channel)));

        Assert.Equal(300, _served.Values.Sum());
        Assert.All(_served.Values, count => Assert.Equal(100, count));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Server_ThatGoesAndComesBack_FailsNoCallAndGetsItsShareAgain(bool inOrder)
    {
        var ports = (A: await StartAsync("a"), B: await StartAsync("b"));
        using var channel = Channel(new RoundRobinConfig(), [ports.A, ports.B], config: inOrder ? null : RetryOfUnavailable);
        await UntilServedByAsync(channel, "a", "b");
        using var stop = new CancellationTokenSource();
        var calling = CallUntilAsync(channel, stop.Token);

        if (!inOrder)
        {
            Array.ForEach([.. _connections], connection => connection.Abort());
        }

        await _servers["a"].StopAsync();
        _served.Clear();
        await Wait.UntilAsync(() => calling.IsFaulted || _served.GetValueOrDefault("b") > 100);
        Assert.DoesNotContain("a", _served.Keys);
        await StartAsync("a", ports.A);
        await Wait.UntilAsync(() => calling.IsFaulted || _served.GetValueOrDefault("a") > 100);
        await stop.CancelAsync();

        await calling.SoonAsync();
    }

    [Fact]
    public async Task Calls_ToTheFirst_GoToTheNextWhenItIsGone()
    {
        var ports = (A: await StartAsync("a"), B: await StartAsync("b"));
        using var channel = Channel(new PickFirstConfig(), [ports.A, ports.B]);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => CallAsync(channel)));
        Assert.Equal(["a"], _served.Keys);

        await _servers["a"].StopAsync();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => CallAsync(channel)));

        Assert.Equal(20, _served["b"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Servers_AllGone_MakeCallsUnavailableUnlessTheyWait(bool inTurn)
    {
        var ports = (A: Ports.Free(), B: Ports.Free());
        using var channel = Channel(inTurn ? new RoundRobinConfig() : new PickFirstConfig(), [ports.A, ports.B]);

        var failure = await Wait.FailureAsync(() => CallAsync(channel));
        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        Assert.Contains("127.0.0.1", failure.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(ConnectivityState.TransientFailure, channel.State);

        var waiting = new Probe.ProbeClient(channel).EchoAsync(new Note(), new CallOptions(cancellationToken: Token).WithWaitForReady());
        await StartAsync("b", ports.B);
        Assert.Equal("b", (await waiting.ResponseAsync.SoonAsync()).Text);
    }

    [Fact]
    public async Task Server_WhoseCertificateIsRefused_IsLeftOut()
    {
        using var good = Certificates.SelfSigned("hub", "localhost");
        using var bad = Certificates.SelfSigned("other", "localhost");
        var ports = (Bad: await StartAsync("bad", setup: new ServerSetup { Certificate = bad }), Good: await StartAsync("good", setup: new ServerSetup { Certificate = good }));
        using var channel = Channel(new RoundRobinConfig(), [ports.Bad, ports.Good], ChannelCredentials.SecureSsl, _servers["good"].Handler());

        for (var i = 0; i < 20; i++)
        {
            await CallAsync(channel);
        }

        Assert.Equal(["good"], _served.Keys);
    }

    [Fact]
    public async Task Servers_AskingForClientCertificates_GetThem()
    {
        using var certificate = Certificates.SelfSigned("hub", "localhost");
        using var client = Certificates.SelfSigned("police-fep-1");
        var setup = new ServerSetup
        {
            Certificate = certificate,
            ClientCertificates = ClientCertificateMode.RequireCertificate,
            AcceptsClient = presented => presented.Thumbprint == client.Thumbprint,
        };
        int[] ports = [await StartAsync("a", setup: setup), await StartAsync("b", setup: setup)];
        var handler = _servers["a"].Handler();
        handler.SslOptions.ClientCertificates = [client];
        using var channel = Channel(new RoundRobinConfig(), ports, ChannelCredentials.SecureSsl, handler);

        await UntilServedByAsync(channel, "a", "b");
    }

    [Fact]
    public async Task Resolver_FindingOtherServers_MovesTheCalls()
    {
        var ports = (A: await StartAsync("a"), B: await StartAsync("b"));
        var resolver = new MovableResolver();
        using var channel = Channel(new RoundRobinConfig(), resolver);
        var first = CallAsync(channel);
        resolver.Listener!(ResolverResult.ForFailure(new Status(StatusCode.Unavailable, "no directory")));
        Assert.Equal("no directory", (await Wait.FailureAsync(() => first)).Status.Detail);

        resolver.Listener(ResolverResult.ForResult([Address(ports.A)]));
        await CallAsync(channel);
        Assert.Equal(["a"], _served.Keys);

        resolver.Listener(ResolverResult.ForResult([Address(ports.B)]));
        _served.Clear();
        await CallAsync(channel);
        Assert.Equal(["b"], _served.Keys);

        resolver.Listener(ResolverResult.ForResult([]));
        Assert.Equal(StatusCode.Unavailable, (await Wait.FailureAsync(() => CallAsync(channel))).StatusCode);
        channel.Dispose();
        Assert.True(resolver.IsDisposed);
    }

    [Fact]
    public async Task Name_OfTheDns_LeadsToAllItsAddressesUnderThatName()
    {
        await StartAsync("a");
        using var channel = GrpcChannel.ForAddress($"dns:///localhost:{_servers["a"].Address.Port}", new GrpcChannelOptions { Credentials = ChannelCredentials.Insecure });

        var reply = await new Probe.ProbeClient(channel).EchoAsync(new Note { Text = "host" }, cancellationToken: Token).ResponseAsync.SoonAsync();

        Assert.Equal($"localhost:{_servers["a"].Address.Port}", reply.Text);
    }

    [Fact]
    public async Task Name_ThatNobodyKnows_IsUnavailable()
    {
        using var channel = GrpcChannel.ForAddress("dns:///nobody.invalid:1", new GrpcChannelOptions { Credentials = ChannelCredentials.Insecure });

        Assert.Equal(StatusCode.Unavailable, (await Wait.FailureAsync(() => CallAsync(channel))).StatusCode);
    }

    [Theory]
    [InlineData("static:///a", true, false)]
    [InlineData("zookeeper:///a", false, true)]
    [InlineData("dns:///", false, true)]
    public void Address_ThatSaysTooLittle_IsRefused(string address, bool isKnown, bool hasCredentials)
    {
        var options = Options(new RoundRobinConfig(), new StaticResolverFactory(_ => [Address(1)]), isKnown && !hasCredentials ? null : ChannelCredentials.Insecure);

        Assert.Throws<ArgumentException>(() => GrpcChannel.ForAddress(address, options));
    }

    private static MethodConfig RetryOfUnavailable => new()
    {
        Names = { MethodName.Default },
        RetryPolicy = new RetryPolicy { MaxAttempts = 3, InitialBackoff = Soon, MaxBackoff = Soon, BackoffMultiplier = 1, RetryableStatusCodes = { StatusCode.Unavailable } },
    };

    private static BalancerAddress Address(int port) => new("127.0.0.1", port);

    private static GrpcChannelOptions Options(LoadBalancingConfig balancing, ResolverFactory resolvers, ChannelCredentials? credentials) => new()
    {
        Credentials = credentials,
        ServiceProvider = new ServiceCollection().AddSingleton(resolvers).BuildServiceProvider(),
        ServiceConfig = new ServiceConfig { LoadBalancingConfigs = { new LoadBalancingConfig("unheard_of"), balancing } },
        InitialReconnectBackoff = Soon,
        MaxReconnectBackoff = Soon,
    };

    private static GrpcChannel Channel(LoadBalancingConfig balancing, MovableResolver resolver) =>
        GrpcChannel.ForAddress("movable:///service", Options(balancing, new MovableResolverFactory(resolver), ChannelCredentials.Insecure));

    private static GrpcChannel Channel(LoadBalancingConfig balancing, int[] ports, ChannelCredentials? credentials = null, HttpMessageHandler? handler = null, MethodConfig? config = null)
    {
        // By name where certificates are asked for: they are made out to it.
        var addresses = ports.Select(port => new BalancerAddress(credentials is null ? "127.0.0.1" : "localhost", port)).ToList();
        var options = Options(balancing, new StaticResolverFactory(_ => addresses), credentials ?? ChannelCredentials.Insecure);
        options.HttpHandler = handler;
        options.DisposeHttpClient = true;
        if (config is not null)
        {
            options.ServiceConfig!.MethodConfigs.Add(config);
        }

        return GrpcChannel.ForAddress("static:///service", options);
    }

    private static async Task CallAsync(GrpcChannel channel) => await new Probe.ProbeClient(channel).EchoAsync(new Note(), cancellationToken: Token).ResponseAsync.SoonAsync();

    private static async Task CallUntilAsync(GrpcChannel channel, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await CallAsync(channel);
        }
    }

    private async Task UntilServedByAsync(GrpcChannel channel, params string[] names)
    {
        while (!names.All(_served.ContainsKey))
        {
            await CallAsync(channel);
        }
    }

    private async Task<int> StartAsync(string name, int port = 0, ServerSetup? setup = null)
    {
        var handlers = new ProbeHandlers
        {
            Echo = (request, context) =>
            {
                _served.AddOrUpdate(name, 1, (_, count) => count + 1);
                return Task.FromResult(new Note { Text = request.Text == "host" ? context.Host : name });
            },
        };
        _servers[name] = await ProbeServer.StartAsync(handlers, setup ?? new ServerSetup { Port = port, Listen = Remember });
        return _servers[name].Address.Port;
    }

    private void Remember(ListenOptions listen) => listen.Use(next => connection =>
    {
        _connections.Enqueue(connection);
        return next(connection);
    });

    private sealed class MovableResolverFactory(MovableResolver resolver) : ResolverFactory
    {
        public override string Name => "movable";

        public override Resolver Create(ResolverOptions options) => resolver;
    }

    private sealed class MovableResolver : Resolver
    {
        public Action<ResolverResult>? Listener { get; private set; }

        public bool IsDisposed { get; private set; }

        public override void Start(Action<ResolverResult> listener) => Listener = listener;

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }
}

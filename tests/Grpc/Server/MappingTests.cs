using System.Collections.Concurrent;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Tests.Protos;
using Grpc.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.Tests.Server;

/// <summary>How services become endpoints, where service objects come from, and what a handler knows of its call.</summary>
public sealed class MappingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Endpoint_CarriesAttributesOfClassAndMethodAndTheMethodItself()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers(), new ServerSetup { Map = app => app.MapGrpcService<Marked>() });

        var endpoint = server.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .Single(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.Name == "Echo");

        var metadata = endpoint.Metadata.GetRequiredMetadata<GrpcMethodMetadata>();
        Assert.Equal((typeof(Marked), "/datahub.probe.Probe/Echo", MethodType.Unary), (metadata.ServiceType, metadata.Method.FullName, metadata.Method.Type));
        Assert.Equal(["class", "method"], endpoint.Metadata.GetOrderedMetadata<MarkAttribute>().Select(mark => mark.Text));
    }

    [Fact]
    public async Task Conventions_ReachEveryEndpointOfTheService()
    {
        await using var server = await ProbeServer.StartAsync(
            new ProbeHandlers(), new ServerSetup { Map = app => app.MapGrpcService<ProbeService>().WithMetadata(new MarkAttribute("convention")) });

        var endpoints = server.Services.GetRequiredService<EndpointDataSource>().Endpoints;

        Assert.Equal(8, endpoints.Count);
        Assert.All(endpoints, endpoint => Assert.NotNull(endpoint.Metadata.GetMetadata<MarkAttribute>()));
    }

    [Fact]
    public async Task UnknownServices_Ignored_AreLeftToTheApplication()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers(), new ServerSetup { Grpc = options => options.IgnoreUnknownServices = true });

        var failure = await Wait.FailureAsync(() => new Absent.AbsentClient(server.Channel).EchoAsync(new Note(), cancellationToken: Token).ResponseAsync);

        Assert.Equal(StatusCode.Unimplemented, failure.StatusCode);
        Assert.Contains("404", failure.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownMethodAndService_AreUnimplementedAtTheClient()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());

        var failure = await Wait.FailureAsync(() => new Absent.AbsentClient(server.Channel).EchoAsync(new Note(), cancellationToken: Token).ResponseAsync);

        Assert.Equal(new Status(StatusCode.Unimplemented, "Service is unimplemented."), failure.Status);
    }

    [Fact]
    public async Task Service_NotRegistered_IsMadeForEachCallAndDisposedAfterIt()
    {
        var life = new Life();
        await using var server = await ProbeServer.StartAsync(
            new ProbeHandlers(), new ServerSetup { Services = services => services.AddSingleton(life), Map = app => app.MapGrpcService<Living>() });

        await server.Client.EchoAsync(new Note(), cancellationToken: Token);
        await server.Client.Count(new Note(), cancellationToken: Token).ResponseStream.MoveNext(Token);

        Assert.Equal(["made", "Echo", "disposed", "made", "Count", "disposed"], life.Events);
    }

    [Fact]
    public async Task Service_Registered_IsTakenFromTheServicesAndLeftToThem()
    {
        var life = new Life();
        await using (var server = await ProbeServer.StartAsync(
            new ProbeHandlers(), new ServerSetup { Services = services => services.AddSingleton(life).AddSingleton<Living>(), Map = app => app.MapGrpcService<Living>() }))
        {
            await server.Client.EchoAsync(new Note(), cancellationToken: Token);
            await server.Client.EchoAsync(new Note(), cancellationToken: Token);
            Assert.Equal(["made", "Echo", "Echo"], life.Events);
        }
    }

    [Fact]
    public async Task Service_NeedingSomethingOfTheCall_GetsItForEachCallAnewAndDisposed()
    {
        var life = new Life();
        await using var server = await ProbeServer.StartAsync(
            new ProbeHandlers(), new ServerSetup { Services = services => services.AddSingleton(life).AddScoped<Visit>(), Map = app => app.MapGrpcService<Visited>() });

        // The services of a call are closed behind its answer.
        await server.Client.EchoAsync(new Note(), cancellationToken: Token);
        await Wait.UntilAsync(() => life.Events.Count == 2);
        await server.Client.EchoAsync(new Note(), cancellationToken: Token);
        await Wait.UntilAsync(() => life.Events.Count == 4);

        Assert.Equal(["visit", "left", "visit", "left"], life.Events);
    }

    [Fact]
    public void Map_WithoutAddGrpc_IsRefused()
    {
        var app = WebApplication.CreateSlimBuilder().Build();

        var refusal = Assert.Throws<InvalidOperationException>(() => app.MapGrpcService<ProbeService>());

        Assert.Contains("AddGrpc", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Map_OfAClassThatIsNoService_IsRefused()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddGrpc();
        var app = builder.Build();

        Assert.Throws<InvalidOperationException>(() => app.MapGrpcService<Life>());
    }

    [Fact]
    public async Task Context_KnowsMethodHostPeerAndHttp()
    {
        var seen = new TaskCompletionSource<(string Method, string Host, string Peer, bool SameItems, bool Authenticated)>();
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Echo = (request, context) =>
            {
                var http = context.GetHttpContext();
                context.UserState["key"] = "value";
                seen.SetResult((context.Method, context.Host, context.Peer, "value".Equals(http.Items["key"]), context.AuthContext.IsPeerAuthenticated));
                return Task.FromResult(request);
            },
        });

        await server.Client.EchoAsync(new Note(), cancellationToken: Token);

        var (method, host, peer, sameItems, authenticated) = await seen.Task.SoonAsync();
        Assert.Equal("/datahub.probe.Probe/Echo", method);
        Assert.Equal(server.Address.Authority, host);
        Assert.Matches(@"^ipv4:127\.0\.0\.1:[0-9]+\z", peer);
        Assert.True(sameItems);
        Assert.False(authenticated);
    }

    [Theory]
    [InlineData(new[] { "processor.example", "second.example" }, "x509_subject_alternative_name", "processor.example second.example")]
    [InlineData(new string[0], "x509_common_name", "front-end 7")]
    public async Task Context_OverTlsWithAClientCertificate_KnowsThePeer(string[] dnsNames, string property, string names)
    {
        using var serverCertificate = Certificates.SelfSigned("hub", "localhost");
        using var clientCertificate = Certificates.SelfSigned("front-end 7", dnsNames);
        var seen = new TaskCompletionSource<AuthContext>();
        await using var server = await ProbeServer.StartAsync(
            new ProbeHandlers
            {
                Echo = (request, context) =>
                {
                    seen.SetResult(context.AuthContext);
                    return Task.FromResult(request);
                },
            },
            new ServerSetup { Certificate = serverCertificate, ClientCertificates = ClientCertificateMode.RequireCertificate });
        var handler = server.Handler();
        handler.SslOptions.ClientCertificates = [clientCertificate];
        using var channel = server.Connect(new Net.Client.GrpcChannelOptions { HttpHandler = handler });

        await new Probe.ProbeClient(channel).EchoAsync(new Note(), cancellationToken: Token);

        var identity = await seen.Task.SoonAsync();
        Assert.True(identity.IsPeerAuthenticated);
        Assert.Equal(property, identity.PeerIdentityPropertyName);
        Assert.Equal(names, string.Join(' ', identity.PeerIdentity.Select(name => name.Value)));
        Assert.Equal("front-end 7", identity.FindPropertiesByName("x509_common_name").Single().Value);
    }

    [AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
    public sealed class MarkAttribute(string text) : Attribute
    {
        public string Text => text;
    }

    [Mark("class")]
    public sealed class Marked(ProbeHandlers handlers) : ProbeService(handlers)
    {
        [Mark("method")]
        public override Task<Note> Echo(Note request, ServerCallContext context) => base.Echo(request, context);
    }

    public sealed class Visit : IDisposable
    {
        private readonly Life _life;

        public Visit(Life life)
        {
            _life = life;
            life.Events.Enqueue("visit");
        }

        public void Dispose() => _life.Events.Enqueue("left");
    }

    public sealed class Visited(Visit visit) : Probe.ProbeBase
    {
        public override Task<Note> Echo(Note request, ServerCallContext context) => Task.FromResult(visit is null ? new Note() : request);
    }

    public sealed class Life
    {
        public ConcurrentQueue<string> Events { get; } = new();
    }

    public sealed class Living : Probe.ProbeBase, IDisposable
    {
        private readonly Life _life;

        public Living(Life life)
        {
            _life = life;
            life.Events.Enqueue("made");
        }

        public override async Task<Note> Echo(Note request, ServerCallContext context)
        {
            await Task.Yield();
            _life.Events.Enqueue("Echo");
            return request;
        }

        public override Task Count(Note request, IServerStreamWriter<Note> responseStream, ServerCallContext context)
        {
            _life.Events.Enqueue("Count");
            return Task.CompletedTask;
        }

        public void Dispose() => _life.Events.Enqueue("disposed");
    }
}

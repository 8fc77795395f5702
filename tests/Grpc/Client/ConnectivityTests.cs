using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Tests.Protos;
using Grpc.Tests.Support;

namespace Grpc.Tests.Client;

/// <summary>What a channel knows of the way to its server, and calls that wait for it.</summary>
public sealed class ConnectivityTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(50);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task State_FollowsTheServer()
    {
        var port = Ports.Free();
        using var channel = Channel(port);
        Assert.Equal(ConnectivityState.Idle, channel.State);

        await using (await StartAsync(port))
        {
            await channel.ConnectAsync(Token).SoonAsync();
            Assert.Equal(ConnectivityState.Ready, channel.State);
            await new Probe.ProbeClient(channel).EchoAsync(new Note(), cancellationToken: Token);
        }

        await channel.WaitForStateChangedAsync(ConnectivityState.Ready, Token).SoonAsync();
        Assert.Equal(ConnectivityState.Idle, channel.State);
        await FailureAsync(channel, StatusCode.Unavailable);
        Assert.Equal(ConnectivityState.TransientFailure, channel.State);

        await using (await StartAsync(port))
        {
            await new Probe.ProbeClient(channel).EchoAsync(new Note(), cancellationToken: Token);
            Assert.Equal(ConnectivityState.Ready, channel.State);
        }

        channel.Dispose();
        Assert.Equal(ConnectivityState.Shutdown, channel.State);
    }

    [Fact]
    public async Task Connecting_InAdvance_ServesTheFirstCallWithThatConnection()
    {
        var connections = 0;
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers(), new ServerSetup
        {
            Listen = listen => listen.Use(next => connection =>
            {
                Interlocked.Increment(ref connections);
                return next(connection);
            }),
        });
        await server.Channel.ConnectAsync(Token).SoonAsync();

        await server.Client.EchoAsync(new Note(), cancellationToken: Token);
        await server.Client.EchoAsync(new Note(), cancellationToken: Token);

        Assert.Equal(1, connections);
    }

    [Fact]
    public async Task Connection_MadeInAdvanceThatTheServerClosed_IsReplaced()
    {
        var port = Ports.Free();
        using var channel = Channel(port);
        await using (await StartAsync(port))
        {
            await channel.ConnectAsync(Token).SoonAsync();
        }

        await using var again = await StartAsync(port);

        await new Probe.ProbeClient(channel).EchoAsync(new Note(), cancellationToken: Token);
    }

    [Fact]
    public async Task Call_WaitingForReady_IsMadeWhenTheServerComes()
    {
        var port = Ports.Free();
        using var channel = Channel(port);
        await FailureAsync(channel, StatusCode.Unavailable);
        var calls = Enumerable.Range(0, 10).Select(i => new Probe.ProbeClient(channel).EchoAsync(new Note { Number = i }, Waiting()).ResponseAsync).ToList();
        Assert.All(calls, call => Assert.False(call.IsCompleted));

        await using var server = await StartAsync(port);

        Assert.Equal(Enumerable.Range(0, 10), (await Task.WhenAll(calls).SoonAsync()).Select(note => note.Number));
    }

    [Fact]
    public async Task Call_WaitingForReadyInVain_EndsAtItsDeadline()
    {
        using var channel = Channel(Ports.Free());

        var failure = await Wait.FailureAsync(() => new Probe.ProbeClient(channel)
            .EchoAsync(new Note(), Waiting().WithDeadline(TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(300))).ResponseAsync);

        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
    }

    [Fact]
    public async Task Call_WaitingForReadyOnADisposedChannel_IsCancelled()
    {
        var channel = Channel(Ports.Free());
        var call = new Probe.ProbeClient(channel).EchoAsync(new Note(), Waiting());

        channel.Dispose();

        Assert.Equal(StatusCode.Cancelled, (await Wait.FailureAsync(() => call.ResponseAsync)).StatusCode);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => channel.ConnectAsync(Token)).SoonAsync();
    }

    [Fact]
    public async Task Pauses_BetweenAttemptsToConnect_GrowUpToTheLongest()
    {
        var time = new ImmediateTime();
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{Ports.Free()}", new GrpcChannelOptions
        {
            ServiceProvider = time,
            InitialReconnectBackoff = TimeSpan.FromSeconds(10),
            MaxReconnectBackoff = TimeSpan.FromSeconds(30),
        });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);

        var connecting = channel.ConnectAsync(stop.Token);
        await Wait.UntilAsync(() => time.Pauses.Count >= 5);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.SoonAsync());
        Assert.All(time.Pauses.Zip([10, 16, 25.6, 30, 30]), pause => Assert.InRange(pause.First.TotalSeconds, 0.79 * pause.Second, 1.21 * pause.Second));
    }

    [Fact]
    public async Task Handler_InUseElsewhere_StillCarriesCalls()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());
        using var handler = server.Handler();
        using var first = GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions { HttpHandler = handler });
        await new Probe.ProbeClient(first).EchoAsync(new Note(), cancellationToken: Token);
        using var second = GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions { HttpHandler = handler });

        Assert.Equal("b", (await new Probe.ProbeClient(second).EchoAsync(new Note { Text = "b" }, cancellationToken: Token)).Text);
    }

    [Fact]
    public async Task Client_GivenByTheCaller_ShowsTheStateByItsCalls()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());
        using var client = new HttpClient(server.Handler());
        using var channel = GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions { HttpClient = client });

        await new Probe.ProbeClient(channel).EchoAsync(new Note(), cancellationToken: Token);

        Assert.Equal(ConnectivityState.Ready, channel.State);
    }

    private static CallOptions Waiting() => new CallOptions(cancellationToken: Token).WithWaitForReady();

    private static Task<ProbeServer> StartAsync(int port) => ProbeServer.StartAsync(new ProbeHandlers(), new ServerSetup { Port = port });

    private static GrpcChannel Channel(int port) =>
        GrpcChannel.ForAddress($"http://127.0.0.1:{port}", new GrpcChannelOptions { InitialReconnectBackoff = Soon, MaxReconnectBackoff = Soon });

    private static async Task FailureAsync(GrpcChannel channel, StatusCode expected) =>
        Assert.Equal(expected, (await Wait.FailureAsync(() => new Probe.ProbeClient(channel).EchoAsync(new Note(), cancellationToken: Token).ResponseAsync)).StatusCode);
}

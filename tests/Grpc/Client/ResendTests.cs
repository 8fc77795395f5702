using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Tests.Protos;
using Grpc.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Features;

namespace Grpc.Tests.Client;

/// <summary>Requests that no server has acted on are sent again without any policy; others are not.</summary>
public sealed class ResendTests
{
    private readonly Retrying _retrying = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stream_RefusedByTheServer_IsSentAgainWithoutAnyPolicy(bool streaming)
    {
        var announced = new List<string>();
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers(), new ServerSetup
        {
            Map = app =>
            {
                app.Use((context, next) =>
                {
                    announced.Add(context.Request.Headers[Retrying.PreviousAttempts].ToString());
                    if (_retrying.CountAttempt() > 1)
                    {
                        return next(context);
                    }

                    context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(0x7);
                    return Task.CompletedTask;
                });
                app.MapGrpcService<ProbeService>();
            },
        });

        var text = streaming ? await CollectAsync() : (await server.Client.EchoAsync(new Note { Text = "ab" }, cancellationToken: Token).ResponseAsync.SoonAsync()).Text;

        Assert.Equal("ab", text);
        Assert.All(announced, Assert.Empty);

        async Task<string> CollectAsync()
        {
            using var call = server.Client.Collect(cancellationToken: Token);
            await call.RequestStream.WriteAsync(new Note { Text = "a" }, Token).SoonAsync();
            await call.RequestStream.WriteAsync(new Note { Text = "b" }, Token).SoonAsync();
            await call.RequestStream.CompleteAsync();
            return (await call.ResponseAsync.SoonAsync()).Text;
        }
    }

    [Fact]
    public async Task Request_GivenUpByATimeOfTheCallersClient_IsNotSentAgain()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Echo = async (request, context) =>
            {
                await Wait.FiredAsync(context.CancellationToken);
                return request;
            },
        });
        using var sending = new LosingHandler(server.Handler(), times: 0, asksForMessage: false);
        using var client = new HttpClient(sending) { Timeout = TimeSpan.FromMilliseconds(500) };
        using var channel = GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions { HttpClient = client });

        var call = new Probe.ProbeClient(channel).EchoAsync(new Note(), new CallOptions(cancellationToken: Token).WithWaitForReady());

        Assert.Equal(StatusCode.Unavailable, (await Wait.FailureAsync(() => call.ResponseAsync)).StatusCode);
        Assert.Equal(1, sending.Sent);
    }

    [Fact]
    public async Task Server_ThatNeverShakesHands_IsLeftAfterTheConnectTimeout()
    {
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        using var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromMilliseconds(300) };
        using var channel = GrpcChannel.ForAddress($"https://{silent.LocalEndpoint}", new GrpcChannelOptions { HttpHandler = handler });

        Assert.Equal(StatusCode.Unavailable, (await Retrying.FailureAsync(channel)).StatusCode);
        Assert.Equal(ConnectivityState.TransientFailure, channel.State);
    }

    [Fact]
    public async Task Call_WhoseConnectionGoesAwayBeforeItsMessageWasAskedFor_IsSentAgain()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());
        using var losing = new LosingHandler(server.Handler(), times: 1, asksForMessage: false);
        using var channel = server.Connect(new GrpcChannelOptions { HttpHandler = losing });

        var reply = await new Probe.ProbeClient(channel).EchoAsync(new Note { Text = "户籍" }, cancellationToken: Token).ResponseAsync.SoonAsync();

        Assert.Equal("户籍", reply.Text);
        Assert.Equal(2, losing.Sent);
    }

    [Theory]
    [InlineData(2, false, 2)]
    [InlineData(1, true, 1)]
    public async Task Call_WhoseConnectionGoesAwayAgainOrLater_IsUnavailable(int times, bool asksForMessage, int expectedSent)
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());
        using var losing = new LosingHandler(server.Handler(), times, asksForMessage);
        using var channel = server.Connect(new GrpcChannelOptions { HttpHandler = losing });

        Assert.Equal(StatusCode.Unavailable, (await Retrying.FailureAsync(channel)).StatusCode);
        Assert.Equal(expectedSent, losing.Sent);
    }

    [Fact]
    public async Task RequestStream_WhoseConnectionGoesAwayBeforeItsMessagesWereAskedFor_IsNotSentAgain()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());
        using var losing = new LosingHandler(server.Handler(), times: 1, asksForMessage: false);
        using var channel = server.Connect(new GrpcChannelOptions { HttpHandler = losing });
        using var call = new Probe.ProbeClient(channel).Collect(cancellationToken: Token);

        Assert.Equal(StatusCode.Unavailable, (await Wait.FailureAsync(() => call.ResponseAsync)).StatusCode);
        Assert.Equal(1, losing.Sent);
    }

    [Fact]
    public async Task Call_OnAConnectionThatTheServerEndsInOrder_IsUnavailableAndNotSentAgain()
    {
        using var server = new LeavingServer();
        using var channel = GrpcChannel.ForAddress(server.Address);

        Assert.Equal(StatusCode.Unavailable, (await Retrying.FailureAsync(channel)).StatusCode);
        Assert.Equal(1, server.Requests);
    }

    /// <summary>Loses the connection of its first requests: before it asks for their messages, or after it has sent them to nobody.</summary>
    private sealed class LosingHandler(HttpMessageHandler inner, int times, bool asksForMessage) : DelegatingHandler(inner)
    {
        public int Sent { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (++Sent > times)
            {
                return await base.SendAsync(request, cancellationToken);
            }

            await (asksForMessage ? request.Content!.CopyToAsync(Stream.Null, cancellationToken) : Task.CompletedTask);
            throw new HttpRequestException(HttpRequestError.Unknown, "The connection went away.");
        }
    }
}

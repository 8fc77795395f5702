using System.Net;
using Google.Protobuf;
using Grpc.AspNetCore.Server.Calls;
using Grpc.Core;
using Grpc.Tests.Protos;
using Grpc.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Grpc.Tests.Server;

/// <summary>What the server allows calls whatever their clients ask for. Every limit is also shown lifted.</summary>
public sealed class CallLimitTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(400);

    private static readonly Note Big = new() { Body = ByteString.CopyFrom(new byte[500_000]) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, 10)]
    [InlineData(5, 5)]
    [InlineData(30, 30)]
    [InlineData(31, 30)]
    [InlineData(360_000, 30)]
    public async Task UnaryCall_GetsTheDeadlineItAsksForWithinTheLimits(int? askedSeconds, int expectedSeconds)
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers { Echo = (_, context) => Task.FromResult(SecondsLeft(context)) });

        var left = await server.Client.EchoAsync(new Note(), deadline: In(askedSeconds), cancellationToken: Token);

        Assert.Equal(expectedSeconds, left.Number);
    }

    [Theory]
    [InlineData(null, 3_600)]
    [InlineData(60, 60)]
    [InlineData(360_000, 3_600)]
    public async Task Stream_GetsTheDeadlineItAsksForWithinTheLimits(int? askedSeconds, int expectedSeconds)
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers { Count = (_, responses, context) => responses.WriteAsync(SecondsLeft(context)) });
        using var call = server.Client.Count(new Note(), deadline: In(askedSeconds), cancellationToken: Token);

        Assert.True(await call.ResponseStream.MoveNext(Token));

        Assert.Equal(expectedSeconds, call.ResponseStream.Current.Number);
    }

    [Theory]
    [InlineData(null, 60)]
    [InlineData("100H", 120)]
    public async Task UnaryCall_AtItsLimit_IsEndedAndItsHandlerTold(string? timeout, int limitSeconds)
    {
        var (entered, ended, time) = (new TaskCompletionSource(), new TaskCompletionSource(), new SteppedTime());
        await using var server = await ProbeServer.StartAsync(
            new ProbeHandlers
            {
                Echo = async (request, context) =>
                {
                    entered.SetResult();
                    await Wait.FiredAsync(context.CancellationToken);
                    ended.SetResult();
                    return request;
                },
            },
            Limits(time, ("UnaryDeadline", TimeSpan.FromSeconds(60)), ("LongestUnaryDeadline", TimeSpan.FromSeconds(120))));
        (string, string)[] headers = timeout is null ? [] : [("grpc-timeout", timeout)];

        var reply = RawCall.SendAsync(server, RawCall.Echo, RawCall.Frame(new Note()), headers);
        await entered.Task.SoonAsync();
        time.Advance(TimeSpan.FromSeconds(limitSeconds) - TimeSpan.FromTicks(1));
        Assert.False(ended.Task.IsCompleted);
        time.Advance(TimeSpan.FromTicks(1) + CallsUnderWay.Tick);

        Assert.Equal("4", (await reply).Status);
        await ended.Task.SoonAsync();
    }

    [Fact]
    public async Task Timeout_OfZero_IsDeadlineExceededAndRunsNothing()
    {
        var ran = false;
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Echo = (request, _) =>
            {
                ran = true;
                return Task.FromResult(request);
            },
        });

        var reply = await RawCall.SendAsync(server, RawCall.Echo, RawCall.Frame(new Note()), ("grpc-timeout", "0S"));

        Assert.Equal(("4", false), (reply.Status, ran));
    }

    [Fact]
    public async Task Stream_WithoutMessages_EndsWithUnavailableAndOnlyWhileItsHandlerWaitsForTheClient()
    {
        var release = new TaskCompletionSource();
        var told = new TaskCompletionSource();
        await using var server = await ProbeServer.StartAsync(
            new ProbeHandlers
            {
                Count = async (request, responses, _) =>
                {
                    await release.Task;
                    await responses.WriteAsync(request);
                },
                Chat = async (requests, _, context) =>
                {
                    Assert.IsAssignableFrom<OperationCanceledException>(await Record.ExceptionAsync(() => requests.MoveNext(CancellationToken.None)));
                    Assert.True(context.CancellationToken.IsCancellationRequested);
                    told.SetResult();
                },
            },
            Limits(("StreamIdle", Short)));
        using var atWork = server.Client.Count(new Note(), cancellationToken: Token);
        using var idle = server.Client.Chat(cancellationToken: Token);

        var failure = await Wait.FailureAsync(() => idle.ResponseStream.MoveNext(Token));
        release.SetResult();

        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        await told.Task.SoonAsync();
        Assert.Equal(1, await atWork.ResponseStream.ReadAllAsync(Token).CountAsync(Token));
    }

    [Fact]
    public async Task Stream_WithMessages_OutlastsTheIdleLimitUntilItsTotal()
    {
        var time = new SteppedTime();
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers(), Limits(time, ("StreamIdle", TimeSpan.FromSeconds(60)), ("StreamTotal", TimeSpan.FromSeconds(500))));
        using var call = server.Client.Chat(cancellationToken: Token);

        for (var i = 0; i < 10; i++)
        {
            await call.RequestStream.WriteAsync(new Note(), Token);
            Assert.True(await call.ResponseStream.MoveNext(Token).SoonAsync());
            time.Advance(TimeSpan.FromSeconds(50));
        }

        Assert.Equal(StatusCode.DeadlineExceeded, (await Wait.FailureAsync(() => call.ResponseStream.MoveNext(Token))).StatusCode);
    }

    [Fact]
    public async Task Message_DribblingIn_EndsWithCancelledAndASteadyOneIsServed()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers(), Limits(("StreamProgress", TimeSpan.FromSeconds(2)), ("StreamProgressBytes", 2_000)));
        var frame = RawCall.Frame(new Note { Text = new string('x', 60_000) });

        var dribbling = RawCall.SendAsync(server, "/datahub.probe.Probe/Collect", new Paced(frame, bytesATime: 1, paceMs: 50));
        var steady = RawCall.SendAsync(server, "/datahub.probe.Probe/Collect", new Paced(frame, bytesATime: 1_000, paceMs: 50));

        Assert.Equal("1", (await dribbling).Status);
        Assert.Equal("0", (await steady).Status);
    }

    [Fact]
    public async Task Message_DribblingIn_GoesOnWithoutALimit()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers(), Limits(("StreamProgressBytes", 1)));

        var reply = await RawCall.SendAsync(server, "/datahub.probe.Probe/Collect", new Paced(RawCall.Frame(new Note { Text = new string('x', 100) }), bytesATime: 1, paceMs: 10));

        Assert.Equal("0", reply.Status);
    }

    [Theory]
    [InlineData(400, true)]
    [InlineData(86_400_000, false)]
    public async Task Stream_WhoseClientTakesNothing_IsEndedAtTheIdleLimit(int idleMs, bool ends)
    {
        var held = new TaskCompletionSource();
        var done = new TaskCompletionSource<Exception?>();
        await using var server = await ProbeServer.StartAsync(
            new ProbeHandlers
            {
                Count = async (_, responses, _) => done.SetResult(await Record.ExceptionAsync(async () =>
                {
                    while (true)
                    {
                        var write = responses.WriteAsync(Big, CancellationToken.None);
                        if (!write.IsCompleted)
                        {
                            held.TrySetResult();
                        }

                        await write;
                    }
                })),
                Chat = async (requests, _, _) => await requests.MoveNext(CancellationToken.None),
            },
            Limits(("StreamIdle", TimeSpan.FromMilliseconds(idleMs)), ("StreamTotal", ends ? TimeSpan.FromHours(1) : 4 * Short)));
        using var call = server.Client.Count(new Note(), cancellationToken: Token);
        await held.Task.SoonAsync();
        using var clock = server.Client.Chat(cancellationToken: Token);

        // The other stream rests as long: when it is over, the limit has passed.
        var clockStatus = (await Wait.FailureAsync(() => clock.ResponseStream.MoveNext(Token))).StatusCode;
        Assert.Equal(ends ? StatusCode.Unavailable : StatusCode.DeadlineExceeded, clockStatus);

        Assert.NotNull(await done.Task.SoonAsync());
    }

    [Theory]
    [InlineData("StreamIdle", "00:00:00")]
    [InlineData("StreamTotal", "8.00:00:00")]
    [InlineData("StreamProgressBytes", "0")]
    [InlineData("DecompressionRatio", "0")]
    [InlineData("UnaryDeadline", "00:01:00")]
    public async Task Setting_OutsideItsRange_StopsTheStartAndIsNamed(string name, string value)
    {
        var setup = new ServerSetup { Settings = { [$"Grpc:Limits:{name}"] = value } };

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => ProbeServer.StartAsync(new ProbeHandlers(), setup));

        Assert.Contains(name, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ratio_Raised_LetsAZeroPayloadThrough()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers(), new ServerSetup { Settings = { ["Grpc:Limits:DecompressionRatio"] = "2000" } });
        using var compressed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(compressed, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true))
        {
            Big.WriteTo(gzip);
        }

        var reply = await RawCall.SendAsync(server, RawCall.Echo, RawCall.Frame(compressed.ToArray(), flag: 1), ("grpc-encoding", "gzip"));

        Assert.Equal("0", reply.Status);
    }

    private static ServerSetup Limits(params (string Name, object Value)[] limits) => Limits(TimeProvider.System, limits);

    private static ServerSetup Limits(TimeProvider time, params (string Name, object Value)[] limits)
    {
        var setup = new ServerSetup { Services = services => services.AddSingleton(time) };
        foreach (var (name, value) in limits)
        {
            setup.Settings[$"Grpc:Limits:{name}"] = value.ToString();
        }

        return setup;
    }

    private static DateTime? In(int? seconds) => seconds is null ? null : TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(seconds.Value);

    private static Note SecondsLeft(ServerCallContext context) =>
        new() { Number = (int)Math.Round((context.Deadline - TimeProvider.System.GetUtcNow().UtcDateTime).TotalSeconds) };

    /// <summary>A body sent a few bytes at a time.</summary>
    private sealed class Paced(byte[] bytes, int bytesATime, int paceMs) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(paceMs));
            foreach (var part in bytes.Chunk(bytesATime))
            {
                await stream.WriteAsync(part, Token);
                await stream.FlushAsync(Token);
                await pace.WaitForNextTickAsync(Token);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}

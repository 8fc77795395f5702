using DataHub.Host.Tests.Support;
using DataHub.RawHttp2;
using Grpc.Tests.Support;

namespace DataHub.Host.Tests.Connections;

/// <summary>Frames that cost the hub work and bring nothing. Every flood is also shown to pass where its limit is lifted.</summary>
public sealed class FloodTests
{
    private const int Many = 3_000;

    public static TheoryData<string> Floods => [.. Kinds.Keys];

    private static Dictionary<string, byte[]> Kinds { get; } = new()
    {
        ["PING"] = Frames.Frame(FrameType.Ping, 0, 0, new byte[8]),
        ["PING answers nobody asked for"] = Frames.Frame(FrameType.Ping, Frames.Ack, 0, new byte[8]),
        ["SETTINGS"] = Frames.Frame(FrameType.Settings, 0, 0, []),
        ["PRIORITY"] = Frames.Frame(FrameType.Priority, 0, 1_001, [0, 0, 0, 0, 1]),
        ["unknown frames"] = Frames.Frame((FrameType)0xBE, 0, 0, [1, 2, 3]),
    };

    [Theory]
    [MemberData(nameof(Floods))]
    public async Task Flood_AboveTheLimit_ClosesTheConnection(string flood)
    {
        await using var server = await GuardedServer.StartAsync();
        await using var peer = await server.ConnectAsync();

        await Record.ExceptionAsync(() => SendAsync(peer, flood, Many));

        await peer.Closed.SoonAsync();
    }

    [Theory]
    [MemberData(nameof(Floods))]
    public async Task Flood_WithTheLimitLifted_IsEndured(string flood)
    {
        await using var server = await GuardedServer.StartAsync(("IdleFramesPerSecond", 1_000_000));
        await using var peer = await server.ConnectAsync();

        await SendAsync(peer, flood, Many);
        await AssertAnswersAsync(peer, streamId: 1);
    }

    [Theory]
    [MemberData(nameof(Floods))]
    public async Task Frames_BelowTheLimit_AreFine(string flood)
    {
        await using var server = await GuardedServer.StartAsync();
        await using var peer = await server.ConnectAsync();

        await SendAsync(peer, flood, 90);
        await AssertAnswersAsync(peer, streamId: 1);
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(1_000_000, false)]
    public async Task EmptyData_AboveTheLimit_ClosesTheConnection(int limit, bool closes)
    {
        await using var server = await GuardedServer.StartAsync(("IdleFramesPerSecond", limit));
        await using var peer = await server.ConnectAsync();
        await peer.WriteAsync(Frames.Frame(FrameType.Headers, Frames.EndHeaders, 1, Hpack.Encode(GuardedServer.Request)));

        await Record.ExceptionAsync(() => peer.WriteAsync(Frames.Repeated(Frames.Frame(FrameType.Data, 0, 1, []), 500)));

        await (closes ? peer.Closed.SoonAsync() : AssertAnswersAsync(peer, streamId: 3));
    }

    [Fact]
    public async Task Ping_AfterEachAnswer_IsFineHoweverMany()
    {
        await using var server = await GuardedServer.StartAsync(("IdleFramesPerSecond", 20));
        await using var peer = await server.ConnectAsync();

        for (var i = 0; i < 300; i++)
        {
            await AssertAnswersAsync(peer, 2 * i + 1);
            await peer.WriteAsync(Kinds["PING"]);
        }

        Assert.False(peer.Closed.IsCompleted);
    }

    [Fact]
    public async Task Resets_InQuickSuccession_CloseTheConnectionAndOthersGoOn()
    {
        await using var server = await GuardedServer.StartAsync();
        await using var honest = await server.ConnectAsync();
        await using var peer = await server.ConnectAsync();

        await Record.ExceptionAsync(() => ResetAsync(peer, calls: 10_000));

        await peer.Closed.SoonAsync();
        await AssertAnswersAsync(honest, streamId: 1);
    }

    // Fewer than Kestrel's hundred streams, so that it has no reason of its own to refuse or close anything.
    [Theory]
    [InlineData(20, 60, true)]
    [InlineData(20, 15, false)]
    [InlineData(1_000_000, 60, false)]
    public async Task Resets_AboveTheLimit_CloseTheConnection(int limit, int calls, bool closes)
    {
        await using var server = await GuardedServer.StartAsync(("ResetsPerSecond", limit));
        await using var peer = await server.ConnectAsync();

        await Record.ExceptionAsync(() => ResetAsync(peer, calls));

        await (closes ? peer.Closed.SoonAsync() : AssertAnswersAsync(peer, streamId: 2 * calls + 1));
    }

    [Fact]
    public async Task Reset_AfterEachAnswer_IsFineHoweverMany()
    {
        await using var server = await GuardedServer.StartAsync(("ResetsPerSecond", 20));
        await using var peer = await server.ConnectAsync();

        for (var i = 0; i < 300; i++)
        {
            await AssertAnswersAsync(peer, 4 * i + 1);
            await peer.WriteAsync(BegunAndReset(4 * i + 3));
        }

        Assert.False(peer.Closed.IsCompleted);
    }

    [Fact]
    public async Task WindowUpdates_OfNothing_CloseTheConnection()
    {
        await using var server = await GuardedServer.StartAsync();
        await using var peer = await server.ConnectAsync();

        await Record.ExceptionAsync(async () =>
        {
            for (var stream = 1; stream < 20_000; stream += 2)
            {
                var headers = Frames.Frame(FrameType.Headers, Frames.EndHeaders, stream, Hpack.Encode(GuardedServer.Request));
                byte[] pair = [.. headers, .. Frames.Frame(FrameType.WindowUpdate, 0, stream, [0, 0, 0, 0])];
                await peer.WriteAsync(pair);
            }
        });

        await peer.Closed.SoonAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_000)]
    public async Task Continuations_WithoutEnd_CloseTheConnection(int headerBytes)
    {
        await using var server = await GuardedServer.StartAsync();
        await using var peer = await server.ConnectAsync();
        var part = headerBytes == 0 ? [] : Hpack.Encode([("x-long", new string('x', headerBytes))]);

        await Record.ExceptionAsync(async () =>
        {
            await peer.WriteAsync(Frames.Frame(FrameType.Headers, 0, 1, Hpack.Encode(GuardedServer.Request)));
            await peer.WriteAsync(Frames.Repeated(Frames.Frame(FrameType.Continuation, 0, 1, part), 1_000));
        });

        await peer.Closed.SoonAsync();
    }

    [Theory]
    [InlineData(30, 100, true)]
    [InlineData(41, 10, false)]
    [InlineData(10, 1_000, false)]
    public async Task Headers_BeyondCountOrSize_AreRefused(int count, int bytes, bool served)
    {
        await using var server = await GuardedServer.StartAsync();
        await using var peer = await server.ConnectAsync();

        var reply = await peer.RequestAsync(1, [.. GuardedServer.Request, .. Enumerable.Range(0, count).Select(i => ($"x-{i}", new string('x', bytes)))], []);
        await reply.Ended.SoonAsync();

        Assert.Equal(served, reply.Values(":status").SequenceEqual(["200"]));
    }

    private static async Task ResetAsync(Http2Peer peer, int calls)
    {
        for (var i = 0; i < calls; i++)
        {
            await peer.WriteAsync(BegunAndReset(2 * i + 1));
        }
    }

    private static byte[] BegunAndReset(int stream) =>
    [
        .. Frames.Frame(FrameType.Headers, Frames.EndHeaders, stream, Hpack.Encode(GuardedServer.Request)), .. Frames.Frame(FrameType.RstStream, 0, stream, [0, 0, 0, 8]),
    ];

    private static Task SendAsync(Http2Peer peer, string flood, int times) => peer.WriteAsync(Frames.Repeated(Kinds[flood], times));

    private static async Task AssertAnswersAsync(Http2Peer peer, int streamId)
    {
        var reply = await peer.RequestAsync(streamId, GuardedServer.Request, []);
        await reply.Ended.SoonAsync();
        Assert.Equal(["200"], reply.Values(":status"));
    }
}

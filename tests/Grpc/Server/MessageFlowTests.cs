using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Tests.Protos;
using Grpc.Tests.Support;
using Microsoft.AspNetCore.Builder;

namespace Grpc.Tests.Server;

/// <summary>How many messages of a stream are at work at once on either side, however small they are.</summary>
public sealed class MessageFlowTests
{
    private const int Many = 1_000;
    private const int FrameOfNothing = 5;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_ForAHandlerThatRests_AreDecodedOneByOneAsItAsks()
    {
        var (resting, goOn) = (Signal(), Signal());
        var ahead = new List<int>();
        var counting = new CountingService((requests, _) => ReadAsync(requests, resting, goOn, ahead, CountingService.Decoded));
        await using var server = await StartAsync(counting);
        using var call = Chat(server.Channel, CountingService.Plain);
        for (var i = 0; i < Many; i++)
        {
            await call.RequestStream.WriteAsync([], Token);
        }

        await call.RequestStream.CompleteAsync();
        await resting.Task.SoonAsync();
        await EverythingArrivedAsync(server);
        goOn.SetResult();

        Assert.False(await call.ResponseStream.MoveNext(Token).SoonAsync());
        Assert.Equal(Enumerable.Repeat(0, Many), ahead);
    }

    [Fact]
    public async Task Responses_ForAClientThatRests_AreDecodedOneByOneAsItAsks()
    {
        var (resting, goOn, written) = (Signal(), Signal(), Signal());
        var ahead = new List<int>();
        var counting = new CountingService(async (_, responses) =>
        {
            for (var i = 0; i < Many; i++)
            {
                await responses.WriteAsync([], Token);
            }

            written.SetResult();
        });
        await using var server = await StartAsync(counting);
        var method = new Counted();
        using var call = Chat(server.Channel, method.Method);

        var reading = ReadAsync(call.ResponseStream, resting, goOn, ahead, method);
        await resting.Task.SoonAsync();
        await written.Task.SoonAsync();
        await EverythingArrivedAsync(server);
        goOn.SetResult();

        await reading.SoonAsync();
        Assert.Equal(Enumerable.Repeat(0, Many), ahead);
    }

    [Fact]
    public async Task Responses_ForAClientThatNeverReads_WaitAsBytesWithinTheWindowsAndAreNotDecoded()
    {
        var written = 0;
        var held = Signal();
        var counting = new CountingService(async (_, responses) =>
        {
            for (; written < 1_000_000; written++)
            {
                var write = responses.WriteAsync([], Token);
                if (!write.IsCompleted)
                {
                    held.TrySetResult();
                }

                await write;
            }
        });
        await using var server = await StartAsync(counting);
        var method = new Counted();
        using var call = Chat(server.Channel, method.Method);

        await held.Task.SoonAsync();
        await EverythingArrivedAsync(server);

        // The window of the stream, the buffer of the response, and what may wait for a flush.
        Assert.InRange(written, 1, ((64 + 64 + 32) * 1024 / FrameOfNothing) + 1);
        Assert.Equal(0, method.Decoded);
    }

    [Fact]
    public async Task Requests_ForAHandlerThatNeverReads_WaitAsBytesWithinTheWindowsAndAreNotDecoded()
    {
        var counting = new CountingService((_, _) => Wait.FiredAsync(Token));
        await using var server = await StartAsync(counting);
        using var call = Chat(server.Channel, CountingService.Plain);
        var before = CountingService.Decoded.Decoded;
        var (written, held) = (0, Signal());

        _ = WriteAllAsync();
        await held.Task.SoonAsync();
        await EverythingArrivedAsync(server);

        // The window of the stream is 768 KiB; a message of a kilobyte more is under way.
        Assert.InRange(written, 1, 768);
        Assert.Equal(before, CountingService.Decoded.Decoded);

        async Task WriteAllAsync()
        {
            while (true)
            {
                var write = call.RequestStream.WriteAsync(new byte[1024], Token);
                if (!write.IsCompleted)
                {
                    held.TrySetResult();
                }

                await write;
                written++;
            }
        }
    }

    [Theory]
    [InlineData(135, 2)]
    [InlineData(134, 1)]
    public async Task Messages_KeptForAnotherAttempt_CountWithAllTheyTake(int room, int expectedAttempts)
    {
        var attempts = 0;
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Collect = async (requests, _) =>
            {
                attempts++;
                await requests.MoveNext(Token);
                return attempts == 1 ? throw new RpcException(new Status(StatusCode.Unavailable, "busy")) : new Note();
            },
        });
        using var channel = server.Connect(new GrpcChannelOptions { ServiceConfig = Retrying.Policy(), ServiceProvider = new ImmediateTime(), MaxRetryBufferPerCallSize = room });
        using var call = new Probe.ProbeClient(channel).Collect(cancellationToken: Token);
        var note = new Note { Number = 1 };

        Assert.Equal(2, note.CalculateSize());
        await call.RequestStream.WriteAsync(note, Token).SoonAsync();
        await Record.ExceptionAsync(() => call.ResponseAsync.SoonAsync());

        Assert.Equal(expectedAttempts, attempts);
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static Task<ProbeServer> StartAsync(CountingService service) => ProbeServer.StartAsync(new ProbeHandlers(), new ServerSetup
    {
        Services = services => services.Add(new(typeof(CountingService), service)),
        Map = app =>
        {
            app.MapGrpcService<CountingService>();
            app.MapGrpcService<ProbeService>();
        },
    });

    private static AsyncDuplexStreamingCall<byte[], byte[]> Chat(GrpcChannel channel, Method<byte[], byte[]> method) =>
        channel.CreateCallInvoker().AsyncDuplexStreamingCall(method, null, new CallOptions(cancellationToken: Token));

    /// <summary>What was sent before on the same connection is there when a call is answered; whoever works ahead then had work and time.</summary>
    private static async Task EverythingArrivedAsync(ProbeServer server)
    {
        for (var i = 0; i < 50; i++)
        {
            await server.Client.EchoAsync(new Note(), cancellationToken: Token);
        }
    }

    /// <summary>Reads a message, rests, and reads the others; notes after each how many more were decoded than were asked for.</summary>
    private static async Task ReadAsync(IAsyncStreamReader<byte[]> messages, TaskCompletionSource resting, TaskCompletionSource goOn, List<int> ahead, Counted counted)
    {
        var before = counted.Decoded;
        while (await messages.MoveNext(Token))
        {
            if (ahead.Count == 0)
            {
                resting.SetResult();
                await goOn.Task;
            }

            ahead.Add(counted.Decoded - before - ahead.Count - 1);
        }
    }
}

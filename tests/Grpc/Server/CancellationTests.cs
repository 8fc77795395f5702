using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Tests.Protos;
using Grpc.Tests.Support;

namespace Grpc.Tests.Server;

/// <summary>Cancellation by the client reaches the handler, and the other way round.</summary>
public sealed class CancellationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Client_CancellingAUnaryCall_FiresTheHandlersToken()
    {
        var probe = new HandlerProbe();
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers { Echo = probe.HoldUnaryAsync });
        using var cancellation = new CancellationTokenSource();
        var call = server.Client.EchoAsync(new Note(), cancellationToken: cancellation.Token);
        await probe.Entered.SoonAsync();

        await cancellation.CancelAsync();

        Assert.Equal(StatusCode.Cancelled, (await Wait.FailureAsync(() => call.ResponseAsync)).StatusCode);
        Assert.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode);
        await probe.Cancelled.SoonAsync();
    }

    [Fact]
    public async Task Client_DisposingADuplexCall_FiresTheHandlersTokenAndEndsItsRead()
    {
        var probe = new HandlerProbe();
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers { Chat = probe.ReadUntilCancelledAsync });
        var call = server.Client.Chat(cancellationToken: Token);
        await call.RequestStream.WriteAsync(new Note(), Token);
        await probe.Entered.SoonAsync();

        call.Dispose();

        await probe.Cancelled.SoonAsync();
        Assert.IsType<OperationCanceledException>(await probe.Thrown.SoonAsync(), exactMatch: false);
    }

    [Fact]
    public async Task Client_ThatGoesAway_FiresTheHandlersToken()
    {
        var probe = new HandlerProbe();
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers { Chat = probe.ReadUntilCancelledAsync });
        var handler = server.Handler();
        var channel = server.Connect(new GrpcChannelOptions { HttpHandler = handler });
        var call = new Probe.ProbeClient(channel).Chat(cancellationToken: Token);
        await call.RequestStream.WriteAsync(new Note(), Token);
        await probe.Entered.SoonAsync();

        channel.Dispose();

        await probe.Cancelled.SoonAsync();
        Assert.Equal(StatusCode.Cancelled, (await Wait.FailureAsync(() => call.ResponseStream.MoveNext(Token))).StatusCode);
    }

    [Fact]
    public async Task Client_CancellingAReadOrAWrite_CancelsTheCall()
    {
        var probe = new HandlerProbe();
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers { Chat = probe.ReadUntilCancelledAsync });
        using var call = server.Client.Chat(cancellationToken: Token);
        using var cancellation = new CancellationTokenSource();
        await call.RequestStream.WriteAsync(new Note(), Token);
        var reading = call.ResponseStream.MoveNext(cancellation.Token);
        await probe.Entered.SoonAsync();

        await cancellation.CancelAsync();

        Assert.Equal(StatusCode.Cancelled, (await Wait.FailureAsync(() => reading)).StatusCode);
        await probe.Cancelled.SoonAsync();
    }

    [Fact]
    public async Task Client_CancellingWhileTheServerStreams_StopsTheServersWrites()
    {
        var stopped = new TaskCompletionSource<Exception>();
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Count = async (_, responses, _) =>
            {
                try
                {
                    while (true)
                    {
                        await responses.WriteAsync(new Note { Body = Google.Protobuf.ByteString.CopyFrom(new byte[10_000]) });
                    }
                }
                catch (Exception exception)
                {
                    stopped.SetResult(exception);
                    throw;
                }
            },
        });
        using var cancellation = new CancellationTokenSource();
        using var call = server.Client.Count(new Note(), cancellationToken: cancellation.Token);
        Assert.True(await call.ResponseStream.MoveNext(Token));

        await cancellation.CancelAsync();

        Assert.IsType<OperationCanceledException>(await stopped.Task.SoonAsync(), exactMatch: false);
        Assert.Equal(StatusCode.Cancelled, (await Wait.FailureAsync(() => DrainAsync(call.ResponseStream))).StatusCode);
    }

    [Fact]
    public async Task Server_EndingACallAsCancelled_IsCancelledAtTheClient()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers { Chat = (_, _, _) => throw new RpcException(Status.DefaultCancelled) });
        using var call = server.Client.Chat(cancellationToken: Token);

        Assert.Equal(StatusCode.Cancelled, (await Wait.FailureAsync(() => call.ResponseStream.MoveNext(Token))).StatusCode);
    }

    [Fact]
    public async Task Client_AskingForOperationCanceled_GetsItForItsOwnCancellationOnly()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Echo = (_, context) => Wait.FiredAsync(context.CancellationToken).ContinueWith(_ => new Note(), TaskScheduler.Default),
            Collect = (_, _) => throw new RpcException(Status.DefaultCancelled),
        });
        using var channel = server.Connect(new GrpcChannelOptions { ThrowOperationCanceledOnCancellation = true });
        var client = new Probe.ProbeClient(channel);
        using var cancellation = new CancellationTokenSource();
        var call = client.EchoAsync(new Note(), cancellationToken: cancellation.Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => call.ResponseAsync.SoonAsync());
        await Wait.FailureAsync(() => client.Collect(cancellationToken: Token).ResponseAsync);
    }

    [Fact]
    public async Task Client_WithATokenFiredBefore_SendsNothing()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers { Echo = (_, _) => throw new RpcException(new Status(StatusCode.Internal, "was called")) });

        var failure = await Wait.FailureAsync(() => server.Client.EchoAsync(new Note(), cancellationToken: new CancellationToken(canceled: true)).ResponseAsync);

        Assert.Equal(StatusCode.Cancelled, failure.StatusCode);
    }

    private static async Task DrainAsync(IAsyncStreamReader<Note> stream)
    {
        while (await stream.MoveNext(Token))
        {
        }
    }

    private sealed class HandlerProbe
    {
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource<Exception> _thrown = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Entered => _entered.Task;

        public Task Cancelled => _cancelled.Task;

        public Task<Exception> Thrown => _thrown.Task;

        public async Task<Note> HoldUnaryAsync(Note request, ServerCallContext context)
        {
            _entered.SetResult();
            await Wait.FiredAsync(context.CancellationToken);
            _cancelled.SetResult();
            return request;
        }

        public async Task ReadUntilCancelledAsync(IAsyncStreamReader<Note> requests, IServerStreamWriter<Note> responses, ServerCallContext context)
        {
            context.CancellationToken.Register(() => _cancelled.TrySetResult());
            Assert.True(await requests.MoveNext());
            _entered.SetResult();
            try
            {
                await requests.MoveNext();
            }
            catch (Exception exception)
            {
                _thrown.SetResult(exception);
                throw;
            }
        }
    }
}

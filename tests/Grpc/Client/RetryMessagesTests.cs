using Grpc.Core;
using Grpc.Tests.Protos;
using Grpc.Tests.Support;

namespace Grpc.Tests.Client;

/// <summary>The messages of calls that are tried again, and the room they are kept in (gRFC A6).</summary>
public sealed class RetryMessagesTests
{
    private readonly Retrying _retrying = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RequestStream_OfACallTriedAgain_IsSentFromItsStartAndGoesOn()
    {
        var goOn = new TaskCompletionSource();
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Collect = async (requests, context) =>
            {
                var texts = new List<string>();
                await foreach (var note in requests.ReadAllAsync(context.CancellationToken))
                {
                    texts.Add(note.Text);
                    if (texts.Count == 2 && _retrying.CountAttempt() <= 2)
                    {
                        throw new RpcException(new Status(StatusCode.Unavailable, "busy"));
                    }

                    if (texts.Count == 2)
                    {
                        goOn.SetResult();
                    }
                }

                return new Note { Text = string.Join(',', texts) };
            },
        });
        using var channel = _retrying.Connect(server, Retrying.Policy());
        using var call = new Probe.ProbeClient(channel).Collect(cancellationToken: Token);

        await call.RequestStream.WriteAsync(new Note { Text = "a" }, Token);
        await call.RequestStream.WriteAsync(new Note { Text = "b" }, Token);
        await goOn.Task.SoonAsync();
        await call.RequestStream.WriteAsync(new Note { Text = "c" }, Token);
        await call.RequestStream.CompleteAsync();

        Assert.Equal("a,b,c", (await call.ResponseAsync.SoonAsync()).Text);
        Assert.Equal(3, _retrying.Attempts);
    }

    [Fact]
    public async Task RequestStream_WrittenAsFastAsItGoesWhileAttemptsFail_ArrivesWholeAndInOrder()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Collect = async (requests, context) =>
            {
                var failsAfter = _retrying.CountAttempt() * 7;
                var received = new List<int>();
                await foreach (var note in requests.ReadAllAsync(context.CancellationToken))
                {
                    received.Add(note.Number);
                    if (_retrying.Attempts < 5 && received.Count == failsAfter)
                    {
                        throw new RpcException(new Status(StatusCode.Unavailable, "busy"));
                    }
                }

                return new Note { Number = received.SequenceEqual(Enumerable.Range(0, received.Count)) ? received.Count : -1 };
            },
        });
        using var channel = _retrying.Connect(server, Retrying.Policy());
        using var call = new Probe.ProbeClient(channel).Collect(cancellationToken: Token);

        for (var i = 0; i < 100; i++)
        {
            await call.RequestStream.WriteAsync(new Note { Number = i }, Token).SoonAsync();
        }

        await call.RequestStream.CompleteAsync();

        Assert.Equal(100, (await call.ResponseAsync.SoonAsync()).Number);
        Assert.Equal(5, _retrying.Attempts);
    }

    [Fact]
    public async Task ResponseStream_ThatFailedBeforeItBegan_IsAskedForAgain()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Count = async (request, responses, _) =>
            {
                _retrying.FailFirst(times: 2);
                for (var i = 0; i < request.Number; i++)
                {
                    await responses.WriteAsync(new Note { Number = i });
                }
            },
        });
        using var channel = _retrying.Connect(server, Retrying.Policy());
        using var call = new Probe.ProbeClient(channel).Count(new Note { Number = 3 }, cancellationToken: Token);

        Assert.Equal([0, 1, 2], await call.ResponseStream.ReadAllAsync(Token).Select(note => note.Number).ToListAsync(Token));
        Assert.Equal(3, _retrying.Attempts);
    }

    [Theory]
    [InlineData(1000L, null, 1)]
    [InlineData(null, 1000L, 1)]
    [InlineData(null, null, 2)]
    public async Task Request_WithoutRoomToKeepIt_IsSentOnce(long? perCall, long? together, int expectedAttempts)
    {
        await using var server = await ProbeServer.StartAsync(_retrying.Failing(times: 1));
        using var channel = _retrying.Connect(server, Retrying.Policy(), options => (options.MaxRetryBufferPerCallSize, options.MaxRetryBufferSize) = (perCall, together));

        var call = new Probe.ProbeClient(channel).EchoAsync(new Note { Body = Google.Protobuf.ByteString.CopyFrom(new byte[2000]) }, cancellationToken: Token);
        var failure = await Record.ExceptionAsync(() => call.ResponseAsync.SoonAsync());

        Assert.Equal(expectedAttempts, _retrying.Attempts);
        Assert.Equal(expectedAttempts == 1, failure is RpcException { StatusCode: StatusCode.Unavailable });
    }

    [Fact]
    public async Task Room_OfCallsThatEnded_IsFreeAgain()
    {
        await using var server = await ProbeServer.StartAsync(_retrying.Failing(times: 1));
        using var channel = _retrying.Connect(server, Retrying.Policy(), options => options.MaxRetryBufferSize = 3000);
        var client = new Probe.ProbeClient(channel);
        var note = new Note { Body = Google.Protobuf.ByteString.CopyFrom(new byte[2000]) };

        for (var i = 0; i < 5; i++)
        {
            _retrying.Forget();
            await client.EchoAsync(note, cancellationToken: Token).ResponseAsync.SoonAsync();
            Assert.Equal(2, _retrying.Attempts);
        }
    }
}

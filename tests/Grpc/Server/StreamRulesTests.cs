using Google.Protobuf;
using Grpc.Core;
using Grpc.Tests.Protos;
using Grpc.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Grpc.Tests.Server;

/// <summary>Back-pressure, one write at a time, and streams that rest.</summary>
public sealed class StreamRulesTests
{
    private static readonly Note Big = new() { Body = ByteString.CopyFrom(new byte[500_000]) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ServerStream_WithAReaderThatRests_WaitsAndThenDeliversAll()
    {
        const int Messages = 60;
        var written = 0;
        var held = new TaskCompletionSource();
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Count = async (_, responses, _) =>
            {
                for (; written < Messages; written++)
                {
                    var write = responses.WriteAsync(Big);
                    if (!write.IsCompleted)
                    {
                        held.TrySetResult();
                    }

                    await write;
                }
            },
        });
        using var call = server.Client.Count(new Note(), cancellationToken: Token);
        await held.Task.SoonAsync();
        for (var i = 0; i < 50; i++)
        {
            await server.Client.EchoAsync(new Note(), cancellationToken: Token);
        }

        Assert.InRange(written, 0, Messages / 2);
        Assert.Equal(Messages, await call.ResponseStream.ReadAllAsync(Token).CountAsync(Token));
    }

    [Fact]
    public async Task ClientStream_WithAHandlerThatRests_IsHeldBackAndThenReadWhole()
    {
        const int Messages = 60;
        var start = new TaskCompletionSource();
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Collect = async (requests, context) =>
            {
                await start.Task;
                return new Note { Number = await requests.ReadAllAsync(context.CancellationToken).CountAsync() };
            },
        });
        using var call = server.Client.Collect(cancellationToken: Token);
        var written = 0;
        var held = new TaskCompletionSource();
        var writing = WriteAllAsync();
        await held.Task.SoonAsync();
        for (var i = 0; i < 50; i++)
        {
            await server.Client.EchoAsync(new Note(), cancellationToken: Token);
        }

        // Eight messages of this size are 4 MB; the windows of stream and connection hold less.
        Assert.InRange(written, 0, 8);
        start.SetResult();
        await writing.SoonAsync();
        Assert.Equal(Messages, (await call).Number);

        async Task WriteAllAsync()
        {
            for (; written < Messages; written++)
            {
                var write = call.RequestStream.WriteAsync(Big, Token);
                if (!write.IsCompleted)
                {
                    held.TrySetResult();
                }

                await write;
            }

            await call.RequestStream.CompleteAsync();
        }
    }

    [Theory]
    [InlineData(WriteFlags.BufferHint)]
    [InlineData((WriteFlags)0)]
    public async Task ServerWrites_OfSmallMessages_AreHeldBackToo(WriteFlags flags)
    {
        var written = 0;
        var held = new TaskCompletionSource();
        var small = new Note { Body = ByteString.CopyFrom(new byte[1_000]) };
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Count = async (_, responses, _) =>
            {
                responses.WriteOptions = new WriteOptions(flags);
                for (; written < 100_000; written++)
                {
                    var write = responses.WriteAsync(small);
                    if (!write.IsCompleted)
                    {
                        held.TrySetResult();
                    }

                    await write;
                }
            },
        });
        using var handler = new SocketsHttpHandler { InitialHttp2StreamWindowSize = 65_535 };
        using var channel = server.Connect(new Net.Client.GrpcChannelOptions { HttpHandler = handler });
        using var call = new Probe.ProbeClient(channel).Count(new Note(), cancellationToken: Token);
        await held.Task.SoonAsync();
        for (var i = 0; i < 50; i++)
        {
            await server.Client.EchoAsync(new Note(), cancellationToken: Token);
        }

        Assert.InRange(written, 1, 2_000);
    }

    [Fact]
    public async Task ServerWrite_WhileAnotherIsUnderWay_IsRefused()
    {
        var second = new TaskCompletionSource<Exception?>();
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Chat = async (_, responses, _) =>
            {
                var write = Task.CompletedTask;
                while (write.IsCompleted)
                {
                    write = responses.WriteAsync(Big);
                }

                second.SetResult(await Record.ExceptionAsync(() => responses.WriteAsync(Big, Token)));
                await write;
            },
        });
        using var call = server.Client.Chat(cancellationToken: Token);

        Assert.IsType<InvalidOperationException>(await second.Task.SoonAsync());
        Assert.True(await call.ResponseStream.ReadAllAsync(Token).AllAsync(note => note.Equals(Big), Token));
    }

    [Fact]
    public async Task ServerWrite_AfterTheHandlerEnded_IsRefused()
    {
        IServerStreamWriter<Note>? kept = null;
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Count = (_, responses, _) =>
            {
                kept = responses;
                return Task.CompletedTask;
            },
        });
        using var call = server.Client.Count(new Note(), cancellationToken: Token);
        Assert.False(await call.ResponseStream.MoveNext(Token));

        await Assert.ThrowsAnyAsync<Exception>(() => kept!.WriteAsync(Big, Token).SoonAsync());
    }

    [Fact]
    public async Task ClientWrite_WhileAnotherIsUnderWay_IsRefused()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers { Chat = (_, _, context) => Wait.FiredAsync(context.CancellationToken) });
        using var call = server.Client.Chat(cancellationToken: Token);

        // More than the windows of stream and connection take, and nobody reads: it stays under way.
        var write = call.RequestStream.WriteAsync(new Note { Body = ByteString.CopyFrom(new byte[4 << 20]) }, Token);

        await Assert.ThrowsAsync<InvalidOperationException>(() => call.RequestStream.WriteAsync(new Note(), Token));
        await Assert.ThrowsAsync<InvalidOperationException>(() => call.RequestStream.CompleteAsync());
        Assert.False(write.IsCompleted);
    }

    [Fact]
    public async Task ClientWrite_AfterCompletion_IsRefused()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());
        using var call = server.Client.Chat(cancellationToken: Token);
        await call.RequestStream.CompleteAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => call.RequestStream.WriteAsync(new Note(), Token));
    }

    [Fact]
    public async Task ClientRead_WhileAnotherIsUnderWay_IsRefused()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());
        using var call = server.Client.Chat(cancellationToken: Token);
        var first = call.ResponseStream.MoveNext(Token);

        await Assert.ThrowsAsync<InvalidOperationException>(() => call.ResponseStream.MoveNext(Token));
        await call.RequestStream.CompleteAsync();
        Assert.False(await first);
    }

    [Fact]
    public async Task ServerWrites_WithBufferHint_ArriveAll()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Count = async (request, responses, _) =>
            {
                responses.WriteOptions = new WriteOptions(WriteFlags.BufferHint);
                for (var i = 0; i < request.Number; i++)
                {
                    await responses.WriteAsync(new Note { Number = i });
                }
            },
        });

        Assert.Equal(1_000, await server.Client.Count(new Note { Number = 1_000 }, cancellationToken: Token).ResponseStream.ReadAllAsync(Token).CountAsync(Token));
    }

    [Fact]
    public async Task Streams_MayRest_ButSingleRequestsKeepKestrelsLeastRate()
    {
        var rates = new Dictionary<string, RecordedRate>();
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers(), new ServerSetup
        {
            Map = app =>
            {
                app.Use((context, next) =>
                {
                    var rate = rates[context.Request.Path.Value!.Split('/')[^1]] = new RecordedRate();
                    context.Features.Set<IHttpMinRequestBodyDataRateFeature>(rate);
                    return next(context);
                });
                app.MapGrpcService<ProbeService>();
            },
        });
        await server.Client.EchoAsync(new Note(), cancellationToken: Token);
        await server.Client.Count(new Note(), cancellationToken: Token).ResponseStream.MoveNext(Token);
        using var chat = server.Client.Chat(cancellationToken: Token);
        await chat.RequestStream.CompleteAsync();
        await chat.ResponseStream.MoveNext(Token);

        Assert.NotNull(rates["Echo"].MinDataRate);
        Assert.NotNull(rates["Count"].MinDataRate);
        Assert.Null(rates["Chat"].MinDataRate);
    }

    private sealed class RecordedRate : IHttpMinRequestBodyDataRateFeature
    {
        public MinDataRate? MinDataRate { get; set; } = new(240, TimeSpan.FromSeconds(5));
    }
}

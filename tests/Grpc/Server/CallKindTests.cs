using Grpc.Core;
using Grpc.Tests.Protos;
using Grpc.Tests.Support;

namespace Grpc.Tests.Server;

/// <summary>The four kinds of calls as generated code makes them.</summary>
public sealed class CallKindTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Unary_WithAMessage_BringsItBack()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());

        var reply = await server.Client.EchoAsync(new Note { Text = "户籍", Number = 7 }, cancellationToken: Token);

        Assert.Equal(new Note { Text = "户籍", Number = 7 }, reply);
    }

    [Fact]
    public async Task Unary_WithAnEmptyMessage_BringsItBack()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());

        Assert.Equal(new Note(), await server.Client.EchoAsync(new Note(), cancellationToken: Token));
    }

    [Fact]
    public async Task Unary_Blocking_BringsTheMessageBack()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());

        Assert.Equal("a", server.Client.Echo(new Note { Text = "a" }, cancellationToken: Token).Text);
    }

    [Fact]
    public async Task ClientStreaming_WithManyMessages_GetsOneAnswer()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());
        using var call = server.Client.Collect(cancellationToken: Token);
        foreach (var text in new[] { "a", "b", "c" })
        {
            await call.RequestStream.WriteAsync(new Note { Text = text }, Token);
        }

        await call.RequestStream.CompleteAsync();

        Assert.Equal(new Note { Text = "abc", Number = 3 }, await call);
    }

    [Fact]
    public async Task ServerStreaming_ToTheEnd_GivesAllMessagesInOrderAndThenTheStatus()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());
        using var call = server.Client.Count(new Note { Number = 500 }, cancellationToken: Token);

        var numbers = await call.ResponseStream.ReadAllAsync(Token).Select(note => note.Number).ToListAsync(Token);

        Assert.Equal(Enumerable.Range(0, 500), numbers);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.False(await call.ResponseStream.MoveNext(Token));
    }

    [Fact]
    public async Task ServerStreaming_WithoutMessages_EndsWithOk()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());
        using var call = server.Client.Count(new Note(), cancellationToken: Token);

        Assert.False(await call.ResponseStream.MoveNext(Token));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Duplex_PingPongOfTenThousand_KeepsOrder()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());
        using var call = server.Client.Chat(cancellationToken: Token);
        for (var i = 0; i < 10_000; i++)
        {
            await call.RequestStream.WriteAsync(new Note { Number = i }, Token);
            Assert.True(await call.ResponseStream.MoveNext(Token));
            Assert.Equal(i, call.ResponseStream.Current.Number);
        }

        await call.RequestStream.CompleteAsync();

        Assert.False(await call.ResponseStream.MoveNext(Token));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Duplex_ReadingAndWritingAtOnce_LosesNothing()
    {
        const int Messages = 5_000;
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers { Chat = SendAndReceiveAtOnce });
        using var call = server.Client.Chat(cancellationToken: Token);

        var sending = SendAsync(call.RequestStream, Messages);
        var received = await call.ResponseStream.ReadAllAsync(Token).Select(note => note.Number).ToListAsync(Token);
        await sending;

        Assert.Equal([.. Enumerable.Range(0, Messages), Messages], received);

        static async Task SendAndReceiveAtOnce(IAsyncStreamReader<Note> requests, IServerStreamWriter<Note> responses, ServerCallContext context)
        {
            var sending = SendAsync(responses, Messages);
            var count = await requests.ReadAllAsync(context.CancellationToken).CountAsync();
            await sending;
            await responses.WriteAsync(new Note { Number = count });
        }
    }

    private static async Task SendAsync(IAsyncStreamWriter<Note> writer, int messages)
    {
        for (var i = 0; i < messages; i++)
        {
            await writer.WriteAsync(new Note { Number = i, Text = new string('x', 100) });
        }

        if (writer is IClientStreamWriter<Note> client)
        {
            await client.CompleteAsync();
        }
    }
}

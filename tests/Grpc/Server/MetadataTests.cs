using Grpc.Core;
using Grpc.Tests.Protos;
using Grpc.Tests.Support;

namespace Grpc.Tests.Server;

/// <summary>Metadata in headers and trailers, both ways.</summary>
public sealed class MetadataTests
{
    private static readonly byte[] Bytes = [0, 1, 2, 250, 251, 252, 253, 254, 255];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RequestHeaders_OfTextAndBytes_ArriveAtTheHandler()
    {
        Metadata? seen = null;
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Echo = (request, context) =>
            {
                seen = context.RequestHeaders;
                return Task.FromResult(request);
            },
        });

        await server.Client.EchoAsync(new Note(), new Metadata { { "Case-Number", "2026-17" }, { "empty", "" }, { "digest-bin", Bytes }, { "none-bin", Array.Empty<byte>() } }, cancellationToken: Token);

        Assert.Equal("2026-17", seen!.GetValue("case-number"));
        Assert.Equal("", seen.GetValue("empty"));
        Assert.Equal(Bytes, seen.GetValueBytes("digest-bin"));
        Assert.Equal([], seen.GetValueBytes("none-bin")!);
        Assert.DoesNotContain(seen, entry => entry.Key.StartsWith(':') || entry.Key is "te" or "content-type" || entry.Key.StartsWith("grpc-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RequestHeaders_OfOneBinaryKeyTwice_StayApart()
    {
        Metadata? seen = null;
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Echo = (request, context) =>
            {
                seen = context.RequestHeaders;
                return Task.FromResult(request);
            },
        });

        await server.Client.EchoAsync(new Note(), new Metadata { { "part-bin", new byte[] { 1 } }, { "part-bin", new byte[] { 2, 3 } } }, cancellationToken: Token);

        Assert.Equal([[1], [2, 3]], seen!.GetAll("part-bin").Select(entry => entry.ValueBytes));
    }

    [Fact]
    public async Task ResponseHeadersAndTrailers_OfTextAndBytesAndSeveralValues_ArriveAtTheClient()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Echo = async (request, context) =>
            {
                await context.WriteResponseHeadersAsync(new Metadata { { "head", "a" }, { "head", "b, c" }, { "head-bin", Bytes } });
                context.ResponseTrailers.Add("tail", "1");
                context.ResponseTrailers.Add("tail", "2");
                context.ResponseTrailers.Add("tail-bin", Bytes);
                context.ResponseTrailers.Add("tail-bin", Array.Empty<byte>());
                return request;
            },
        });
        var call = server.Client.EchoAsync(new Note(), cancellationToken: Token);

        var headers = await call.ResponseHeadersAsync.SoonAsync();
        await call;
        var trailers = call.GetTrailers();

        Assert.Equal(["a", "b, c"], headers.GetAll("head").Select(entry => entry.Value));
        Assert.Equal(Bytes, headers.GetValueBytes("head-bin"));
        Assert.Equal(["1", "2"], trailers.GetAll("tail").Select(entry => entry.Value));
        Assert.Equal([Bytes, []], trailers.GetAll("tail-bin").Select(entry => entry.ValueBytes));
        Assert.Null(trailers.Get("grpc-status"));
    }

    [Fact]
    public async Task ResponseHeaders_SentEarly_ArriveBeforeTheResponse()
    {
        var release = new TaskCompletionSource();
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Chat = async (_, _, context) =>
            {
                await context.WriteResponseHeadersAsync(new Metadata { { "state", "waiting" } });
                await release.Task;
            },
        });
        using var call = server.Client.Chat(cancellationToken: Token);

        Assert.Equal("waiting", (await call.ResponseHeadersAsync.SoonAsync()).GetValue("state"));
        release.SetResult();
        Assert.False(await call.ResponseStream.MoveNext(Token));
    }

    [Fact]
    public async Task ResponseHeaders_SentTwice_AreRefused()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Echo = async (request, context) =>
            {
                await context.WriteResponseHeadersAsync([]);
                await Assert.ThrowsAsync<InvalidOperationException>(() => context.WriteResponseHeadersAsync([]));
                return request;
            },
        });

        await server.Client.EchoAsync(new Note(), cancellationToken: Token);
    }

    [Fact]
    public async Task ReservedKeys_InTrailers_ChangeNothing()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Echo = (request, context) =>
            {
                context.ResponseTrailers.Add("grpc-status", "16");
                context.ResponseTrailers.Add("grpc-message", "forged");
                return Task.FromResult(request);
            },
        });

        Assert.Equal("a", (await server.Client.EchoAsync(new Note { Text = "a" }, cancellationToken: Token)).Text);
    }

    [Theory]
    [InlineData("with space")]
    [InlineData("")]
    [InlineData("名称")]
    public void Key_ThatCannotTravel_IsRefused(string key) => Assert.Throws<ArgumentException>(() => new Metadata { { key, "x" } });

    [Theory]
    [InlineData("a\r\ngrpc-status: 0")]
    [InlineData("汉字")]
    [InlineData("nul\0")]
    public void Value_ThatCannotTravel_IsRefused(string value) => Assert.Throws<ArgumentException>(() => new Metadata { { "key", value } });

    [Fact]
    public void Suffix_AndKindOfValue_MustAgree()
    {
        Assert.Throws<ArgumentException>(() => new Metadata { { "key-bin", "text" } });
        Assert.Throws<ArgumentException>(() => new Metadata { { "key", Bytes } });
    }

    [Fact]
    public void Empty_CannotBeChanged() => Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Add("a", "b"));
}

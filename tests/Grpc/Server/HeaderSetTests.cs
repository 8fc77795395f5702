using DataHub.RawHttp2;
using Grpc.Core;
using Grpc.Tests.Protos;
using Grpc.Tests.Support;

namespace Grpc.Tests.Server;

/// <summary>Requests whose headers say too much, too little, twice or wrong, sent as frames over one connection.</summary>
public sealed class HeaderSetTests
{
    private const int Sets = 10_000;
    private const int AtOnce = 50;

    private static readonly byte[] Body = RawCall.Frame(new Note { Text = "a" });

    /// <summary>Gives back every metadata it gets, in headers and trailers: the handler an attacker wishes for.</summary>
    private static readonly ProbeHandlers Mirror = new()
    {
        Echo = async (request, context) =>
        {
            await context.WriteResponseHeadersAsync(context.RequestHeaders);
            foreach (var entry in context.RequestHeaders)
            {
                context.ResponseTrailers.Add(entry);
            }

            return request;
        },
    };

    [Fact]
    public async Task HeaderSets_Generated_AreServedOrRefusedAsTheProtocolSays()
    {
        await using var server = await ProbeServer.StartAsync(Mirror);
        await using var peer = await Http2Peer.ConnectAsync(server.Address, new PeerOptions(), TestContext.Current.CancellationToken);
        var random = new Random(20_260_713);
        var outcomes = new Dictionary<string, int>();

        foreach (var batch in Enumerable.Range(0, Sets).Select(i => (Stream: 2 * i + 1, Set: HeaderSet.Generate(random, "http", RawCall.Echo))).Chunk(AtOnce))
        {
            var replies = await Task.WhenAll(batch.Select(request => peer.RequestAsync(request.Stream, request.Set.Headers, Body)));
            await Task.WhenAll(replies.Select(reply => reply.Ended)).SoonAsync();
            foreach (var (request, reply) in batch.Zip(replies))
            {
                var outcome = reply.Outcome;
                Assert.True(outcome == request.Set.Expected, $"{request.Set}: {outcome}, not {request.Set.Expected}");
                AssertIsClean(reply);
                outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
            }
        }

        Assert.False(peer.Closed.IsCompleted);
        Assert.Equal(["200/0", "200/12", "200/13", "400/13", "404", "405", "415/13"], outcomes.Keys.Order(StringComparer.Ordinal));
        Assert.All(outcomes, outcome => Assert.True(outcome.Value > 100, $"Only {outcome.Value} of {outcome.Key}."));
    }

    [Theory]
    [InlineData("te", "gzip")]
    [InlineData("connection", "close")]
    [InlineData("latin", "caf\u00E9")]
    [InlineData("key", "a\0b")]
    [InlineData("key", "a\r\nb: c")]
    [InlineData(":path", "/twice")]
    [InlineData("Upper-Case", "x")]
    public async Task Header_ThatHttp2Forbids_ClosesTheConnection(string name, string value)
    {
        await using var server = await ProbeServer.StartAsync(Mirror);
        await using var peer = await Http2Peer.ConnectAsync(server.Address, new PeerOptions(), TestContext.Current.CancellationToken);

        var reply = await peer.RequestAsync(1, [.. HeaderSet.Good("http", RawCall.Echo), (name, value)], Body);
        await reply.Ended.SoonAsync();

        Assert.True(reply.Reset is not null || peer.GoneAway.IsCompleted, "The request was not refused.");
        Assert.Empty(reply.Values("grpc-status"));
    }

    [Fact]
    public async Task Metadata_WithReservedNames_IsNotSentByAHandler()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Echo = async (request, context) =>
            {
                await context.WriteResponseHeadersAsync(new Metadata { { "grpc-encoding", "br" }, { "content-type", "text/html" }, { "mine", "1" } });
                context.ResponseTrailers.Add("grpc-status", "7");
                context.ResponseTrailers.Add("grpc-message", "smuggled");
                return request;
            },
        });
        await using var peer = await Http2Peer.ConnectAsync(server.Address, new PeerOptions(), TestContext.Current.CancellationToken);

        var reply = await peer.RequestAsync(1, HeaderSet.Good("http", RawCall.Echo), Body);
        await reply.Ended.SoonAsync();

        Assert.Equal("200/0", reply.Outcome);
        Assert.Equal(["application/grpc"], reply.Values("content-type"));
        Assert.Equal(["1"], reply.Values("mine"));
        Assert.Empty(reply.Values("grpc-encoding").Concat(reply.Values("grpc-message")));
    }

    [Theory]
    [InlineData("key", "a\r\ngrpc-status: 0")]
    [InlineData("key", "a\nb")]
    [InlineData("key", "a\0")]
    [InlineData("key\r\n", "a")]
    [InlineData("key: ", "a")]
    public void Metadata_ThatWouldBreakOutOfItsHeader_CannotBeMade(string key, string value) =>
        Assert.Throws<ArgumentException>(() => new Metadata { { key, value } });

    private static void AssertIsClean(Http2Reply reply)
    {
        Assert.InRange(reply.Values("grpc-status").Count(), 0, 1);
        Assert.InRange(reply.Values("content-type").Count(), 0, 1);
        Assert.All(reply.Headers, header =>
        {
            Assert.DoesNotContain(header.Name, name => !char.IsAsciiLetterLower(name) && !char.IsAsciiDigit(name) && !":-_.".Contains(name, StringComparison.Ordinal));
            Assert.DoesNotContain(header.Value, value => value is < ' ' or > '~');
            Assert.NotEqual("evil", header.Name);
        });
    }
}

using System.Net.Sockets;
using DataHub.Host.Tests.Support;
using DataHub.RawHttp2;
using Grpc.Tests.Support;
using Microsoft.Extensions.Options;

namespace DataHub.Host.Tests.Connections;

/// <summary>How many connections there may be, how they begin, and how they end.</summary>
public sealed class ConnectionLimitTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Certificate_WithItsNumberOfConnections_GetsNoneMoreUntilOneIsClosed()
    {
        await using var server = await GuardedServer.StartAsync(("MostPerCertificate", 2), ("HandshakeTimeout", "00:00:02"));
        using var one = Certificates.SelfSigned("one");
        using var other = Certificates.SelfSigned("other");
        await using var first = await server.ConnectAsync(one);
        await AssertServedAsync(first);
        var second = await server.ConnectAsync(one);
        await AssertServedAsync(second);

        await using (var third = await server.ConnectAsync(one))
        {
            await third.Closed.SoonAsync();
        }

        await using var others = await server.ConnectAsync(other);
        await AssertServedAsync(others);
        await second.DisposeAsync();
        await using var again = await ServedAgainAsync(() => server.ConnectAsync(one));
    }

    [Fact]
    public async Task Connections_BeyondTheTotal_AreClosed()
    {
        await using var server = await GuardedServer.StartAsync(("Most", 2));
        await using var first = await server.ConnectAsync();
        await AssertServedAsync(first);
        await using var second = await server.ConnectAsync();
        await AssertServedAsync(second);

        await AssertClosedAsync(() => server.ConnectAsync());
        await AssertServedAsync(first, streamId: 3);
    }

    // Otherwise a few addresses could keep everybody from enrolling.
    [Fact]
    public async Task Strangers_OfAllAddressesBeyondTheirNumber_TakeThePlaceOfTheOldest()
    {
        await using var server = await GuardedServer.StartAsync(("MostAnonymous", 2));
        await using var first = await server.ConnectAsync();
        await AssertServedAsync(first);
        await using var second = await server.ConnectAsync();
        await AssertServedAsync(second);

        await using var third = await server.ConnectAsync();
        await AssertServedAsync(third);
        await first.Closed.SoonAsync();
        await AssertServedAsync(second, streamId: 3);
    }

    [Fact]
    public async Task Strangers_OfOneAddressBeyondTheirNumber_AreClosedAndLeaveRoomForCertificates()
    {
        await using var server = await GuardedServer.StartAsync(("MostAnonymousPerAddress", 2), ("HandshakeTimeout", "00:00:02"));
        using var certificate = Certificates.SelfSigned("one");
        await using var first = await server.ConnectAsync();
        await AssertServedAsync(first);
        var second = await server.ConnectAsync();
        await AssertServedAsync(second);

        await AssertClosedAsync(() => server.ConnectAsync());
        await using var known = await server.ConnectAsync(certificate);
        await AssertServedAsync(known);
        await second.DisposeAsync();
        await using var again = await ServedAgainAsync(() => server.ConnectAsync());
    }

    [Fact]
    public async Task Stranger_ThatStays_IsClosed()
    {
        await using var server = await GuardedServer.StartAsync(("AnonymousLifetime", "00:00:01"));
        using var certificate = Certificates.SelfSigned("one");
        await using var known = await server.ConnectAsync(certificate);
        await using var stranger = await server.ConnectAsync();
        await AssertServedAsync(stranger);
        await stranger.Closed.SoonAsync();
        await AssertServedAsync(known);
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(1_000, false)]
    public async Task Handshakes_NobodyFinishes_MakeRoomForNewOnes(int most, bool oldestIsClosed)
    {
        await using var server = await GuardedServer.StartAsync(("MostHandshakes", most), ("Most", 2), ("HandshakeTimeout", "00:01:00"));
        var halfOpen = new List<TcpClient>();
        for (var i = 0; i < 30; i++)
        {
            halfOpen.Add(new TcpClient());
            await halfOpen[i].ConnectAsync(server.Address.Host, server.Address.Port, Token);
        }

        // The hub takes them in a little after they connect; whoever comes before the last of them is older than those.
        var ends = halfOpen.ConvertAll(EndAsync);
        await Wait.UntilAsync(() => ends.Count(end => end.IsCompleted) >= 30 - most);

        await using var honest = await server.ConnectAsync();
        await AssertServedAsync(honest);
        Assert.Equal(oldestIsClosed, ends.Exists(end => end.IsCompleted));
        halfOpen.ForEach(client => client.Dispose());
    }

    [Theory]
    [InlineData("AddressConnect", 3, false)]
    [InlineData("AddressConnect", 1_000, true)]
    [InlineData("Connect", 3, false)]
    [InlineData("Connect", 1_000, true)]
    public async Task Peer_ThatConnectsTooFast_IsClosed(string limit, int burst, bool allServed)
    {
        await using var server = await GuardedServer.StartAsync(($"{limit}Burst", burst), ($"{limit}sPerSecond", 1));
        using var certificate = Certificates.SelfSigned("one");
        var served = 0;
        for (var i = 0; i < 8; i++)
        {
            var failure = await Record.ExceptionAsync(async () =>
            {
                await using var peer = await server.ConnectAsync(certificate);
                await AssertServedAsync(peer);
            });
            served += failure is null ? 1 : 0;
        }

        Assert.InRange(served, allServed ? 8 : 3, allServed ? 8 : 6);
    }

    [Fact]
    public async Task Connection_WithoutHandshake_IsClosedInTime()
    {
        await using var server = await GuardedServer.StartAsync(("HandshakeTimeout", "00:00:00.3"));
        using var halfOpen = new TcpClient();
        await halfOpen.ConnectAsync(server.Address.Host, server.Address.Port, Token);

        Assert.Equal(0, await halfOpen.GetStream().ReadAsync(new byte[1], Token).AsTask().SoonAsync());
    }

    [Fact]
    public async Task Peer_ThatAnswersNoPing_IsClosedAndOneThatDoesIsNot()
    {
        await using var server = await GuardedServer.StartAsync(("PingDelay", "00:00:01"), ("PingTimeout", "00:00:01"));
        await using var silent = await server.ConnectAsync(answersPings: false);
        await using var alive = await server.ConnectAsync();
        await AssertServedAsync(silent);

        await silent.Closed.SoonAsync();

        Assert.True(silent.PingsSeen > 0);
        await AssertServedAsync(alive);
    }

    [Theory]
    [InlineData("00:00:01", true)]
    [InlineData("1.00:00:00", false)]
    public async Task Connection_OfAge_IsAskedToGoAway(string lifetime, bool isAsked)
    {
        await using var server = await GuardedServer.StartAsync(("Lifetime", lifetime), ("PingDelay", "00:00:01"));
        await using var peer = await server.ConnectAsync();
        await AssertServedAsync(peer);

        // The second ping comes after the greatest age.
        await (isAsked ? peer.GoneAway : peer.PingedAsync(2)).SoonAsync();

        Assert.Equal(isAsked, peer.GoneAway.IsCompleted);
    }

    [Theory]
    [InlineData("Most", "0")]
    [InlineData("MostHandshakes", "0")]
    [InlineData("ResetsPerSecond", "0")]
    [InlineData("MostPerCertificate", "-1")]
    [InlineData("HandshakeTimeout", "01:00:00")]
    [InlineData("PingDelay", "00:00:00")]
    public async Task Setting_OutsideItsRange_StopsTheStartAndIsNamed(string name, string value)
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => GuardedServer.StartAsync((name, value)));

        Assert.Contains(name, failure.Message, StringComparison.Ordinal);
    }

    private static async Task EndAsync(TcpClient client) => await Record.ExceptionAsync(async () => await client.GetStream().ReadExactlyAsync(new byte[1], Token));

    // Before, at or after the first frames of HTTP/2, as it comes.
    private static async Task AssertClosedAsync(Func<Task<Http2Peer>> connect)
    {
        var failure = await Record.ExceptionAsync(async () =>
        {
            await using var peer = await connect().SoonAsync();
            await peer.Closed.SoonAsync();
        });
        Assert.True(failure is null or IOException, failure?.ToString());
    }

    private static async Task AssertServedAsync(Http2Peer peer, int streamId = 1)
    {
        var reply = await peer.RequestAsync(streamId, GuardedServer.Request, []);
        await reply.Ended.SoonAsync();
        Assert.Equal(["200"], reply.Values(":status"));
    }

    /// <summary>The server learns a little later than the client that a connection is closed.</summary>
    private static async Task<Http2Peer> ServedAgainAsync(Func<Task<Http2Peer>> connect)
    {
        while (true)
        {
            var peer = await connect();
            if (await Record.ExceptionAsync(() => AssertServedAsync(peer)) is null)
            {
                return peer;
            }

            await peer.DisposeAsync();
            Token.ThrowIfCancellationRequested();
        }
    }
}

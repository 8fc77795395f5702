using DataHub.FrontEnd.Enrolling;
using DataHub.Host.Tests.Support;
using DataHub.Kernel.Access;
using DataHub.V1;

namespace DataHub.Host.Tests.Enrolment;

/// <summary>Who is there, whose clock is off, and whose key was copied.</summary>
public sealed class HeartbeatTests(HostFixture postgres) : IAsyncLifetime
{
    private readonly WallClock _time = new();
    private EnrolmentHub _hub = null!;
    private EnrolmentService.EnrolmentServiceClient _admin = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _hub = await EnrolmentHub.StartAsync(postgres, _time);
        await _hub.RegisterAsync(Offices.System("fep-1", SystemRole.Provider), Offices.System("fep-2", SystemRole.Provider));
        _admin = await _hub.AsAsync(Offices.Admin);
    }

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task ListProcessors_SomeHeardOfSomeNot_SaysWhichAreDark()
    {
        var identity = await _hub.EnrolAsync("fep-1", _admin);
        await new IdentityKeeper(identity, _hub.As(identity), () => new HeartbeatFacts("2.7", 42, 1000), _time).BeatAsync(Token);

        var first = await _admin.ListProcessorsAsync(new ListProcessorsRequest(), cancellationToken: Token);
        _time.Advance(TimeSpan.FromSeconds(91));
        var dark = await _admin.ListProcessorsAsync(new ListProcessorsRequest { OnlyDark = true }, cancellationToken: Token);

        var heard = first.Processors[0];
        Assert.Equal(("fep-1", "2.7", 42, 1000, 0), (heard.Account, heard.Version, heard.Backlog, heard.HeadSize, heard.ClockOffsetMs));
        Assert.Equal("127.0.0.1", heard.Address);
        Assert.Null(heard.DarkSince);
        Assert.Equal(identity.Certificate.NotAfter.ToUniversalTime(), heard.CertificateEnds.ToDateTime());
        Assert.Null(first.Processors[1].LastSeen);
        Assert.Equal(["fep-1", "fep-2"], dark.Processors.Select(processor => processor.Account));
        Assert.Equal(_time.GetUtcNow().AddSeconds(-1), dark.Processors[0].DarkSince.ToDateTimeOffset());
    }

    [Fact]
    public async Task Heartbeat_ClockTenMinutesOff_IsMeasuredAndAlerted()
    {
        var identity = await _hub.EnrolAsync("fep-1", _admin);
        var slow = new WallClock();
        slow.Advance(-TimeSpan.FromMinutes(10));
        var keeper = new IdentityKeeper(identity, _hub.As(identity), () => default, slow);

        await keeper.BeatAsync(Token);

        var listed = (await _admin.ListProcessorsAsync(new ListProcessorsRequest(), cancellationToken: Token)).Processors[0];
        Assert.Equal(-600_000, listed.ClockOffsetMs);
        Assert.Equal(TimeSpan.FromMinutes(10), keeper.HubClockOffset);
        Assert.Equal(1, await _hub.AlertsAsync("CLOCK_OFF"));
    }

    [Fact]
    public async Task Heartbeat_KeyCopiedToASecondMachine_IsAlerted()
    {
        var identity = await _hub.EnrolAsync("fep-1", _admin);
        var original = new IdentityKeeper(identity, _hub.As(identity), () => default, _time);
        await original.BeatAsync(Token);
        await original.BeatAsync(Token);
        using var copied = HubIdentity.Load(Path.Combine(_hub.Sub("fep-1"), "fep-1.pem"), _time);
        var clone = new IdentityKeeper(copied, _hub.As(copied), () => default, _time);

        await clone.BeatAsync(Token);
        Assert.Equal(0, await _hub.AlertsAsync("CERTIFICATE_CLONED"));
        await original.BeatAsync(Token);
        await clone.BeatAsync(Token);

        Assert.Equal(2, await _hub.AlertsAsync("CERTIFICATE_CLONED"));
        Assert.True((await _admin.ListProcessorsAsync(new ListProcessorsRequest(), cancellationToken: Token)).Processors[0].Cloned);
    }

    [Fact]
    public async Task Heartbeat_ProcessRestartedOrAnswerLost_IsNoClone()
    {
        var identity = await _hub.EnrolAsync("fep-1", _admin);
        var client = _hub.As(identity);
        await client.HeartbeatAsync(Beat("one", ""), cancellationToken: Token);
        var given = (await client.HeartbeatAsync(Beat("one", ""), cancellationToken: Token)).Nonce;
        await client.HeartbeatAsync(Beat("one", given), cancellationToken: Token);
        var again = (await client.HeartbeatAsync(Beat("one", given), cancellationToken: Token)).Nonce;
        await client.HeartbeatAsync(Beat("one", again), cancellationToken: Token);
        await client.HeartbeatAsync(Beat("two", ""), cancellationToken: Token);
        Assert.Equal(0, await _hub.AlertsAsync("CERTIFICATE_CLONED"));

        // A copy of the whole process, memory and all: both go on from the same step, and the chain shows it one step later.
        var two = (await client.HeartbeatAsync(Beat("two", ""), cancellationToken: Token)).Nonce;
        var one = (await client.HeartbeatAsync(Beat("two", two), cancellationToken: Token)).Nonce;
        await client.HeartbeatAsync(Beat("two", two), cancellationToken: Token);
        await client.HeartbeatAsync(Beat("two", one), cancellationToken: Token);
        Assert.Equal(1, await _hub.AlertsAsync("CERTIFICATE_CLONED"));
    }

    [Fact]
    public async Task Heartbeat_BadFields_AreNamed()
    {
        var client = _hub.As(await _hub.EnrolAsync("fep-1", _admin));

        await EnrolmentTests.RefusedAsync("FIELD_REQUIRED", () => client.HeartbeatAsync(Beat("", ""), cancellationToken: Token));
        await EnrolmentTests.RefusedAsync("FIELD_TOO_LONG", () => client.HeartbeatAsync(Beat(new string('x', 65), ""), cancellationToken: Token));
        await EnrolmentTests.RefusedAsync("FIELD_REQUIRED", () => client.HeartbeatAsync(new HeartbeatRequest { Instance = "x" }, cancellationToken: Token));
        var backlog = Beat("x", "");
        backlog.Backlog = -1;
        await EnrolmentTests.RefusedAsync("FIELD_RANGE", () => client.HeartbeatAsync(backlog, cancellationToken: Token));
        await EnrolmentTests.RefusedAsync("CERTIFICATE_REQUIRED", () => _hub.AsStranger().HeartbeatAsync(Beat("x", ""), cancellationToken: Token));
    }

    private HeartbeatRequest Beat(string instance, string nonce) => EnrolmentTests.Beat(instance, nonce, _time);
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DataHub.FrontEnd.Enrolling;
using DataHub.FrontEnd.Pushing;
using DataHub.Host.Access;
using DataHub.Host.Enrolment;
using DataHub.Host.Tests.Support;
using DataHub.Kernel.Access;
using DataHub.V1;
using Google.Protobuf;
using Grpc.Core;

namespace DataHub.Host.Tests.Enrolment;

/// <summary>Tokens, certificates and renewal over the wire, against a whole hub.</summary>
public sealed class EnrolmentTests(HostFixture postgres) : IAsyncLifetime
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
    public async Task Enrol_WithAToken_GetsAnIdentityTheHubAdmits()
    {
        var identity = await _hub.EnrolAsync("fep-1", _admin);

        var beat = await _hub.As(identity).HeartbeatAsync(Beat(), cancellationToken: Token);

        Assert.Equal("fep-1", identity.Account);
        Assert.False(beat.Renew);
        Assert.Equal(_time.GetUtcNow().AddDays(7), identity.Certificate.NotAfter.ToUniversalTime());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_hub.Sub("fep-1"), "fep-1.pem")));
        Assert.Equal(["fep-1.pem", "tls-root.crt"], Directory.GetFiles(_hub.Sub("fep-1")).Select(Path.GetFileName).Order());
        Assert.Equal(1, await _hub.CountAsync("select count(*) from datahub.mt_events where type like 'certificate_issued' and stream_id = 'qinghe/account/fep-1'"));
    }

    [Fact]
    public async Task Enrol_WrongFingerprint_TellsTheTokenToNobody()
    {
        var token = await EnrolmentHub.TokenAsync("fep-1", _admin);

        var refused = await Assert.ThrowsAsync<Kernel.Faults.FaultException>(() =>
            new FrontEnd.Enrolling.Enrolment(_hub.Server.Address, _time).EnrolAsync(token.Token, new string('a', 64), _hub.Sub("x"), Token));

        Assert.Equal("ROOT_FINGERPRINT", refused.Code);
        Assert.Equal(1, await _hub.CountAsync("select count(*) from datahub.enrolment_token where used_at is null"));
    }

    [Fact]
    public async Task CreateTokens_AnythingButActiveOwnAccounts_IsRefusedAndOnlyHashesAreKept()
    {
        await _hub.RegisterAsync(new ProposedAccount("outside-1", AccountKind.System, Offices.Police, [SystemRole.Provider], "aabbcc"));

        await RefusedAsync("ACCOUNT_UNKNOWN", () => _admin.CreateTokensAsync(new CreateTokensRequest { Accounts = { "fep-1", "nobody" } }, cancellationToken: Token));
        await RefusedAsync("ACCOUNT_AUTHORITY", () => _admin.CreateTokensAsync(new CreateTokensRequest { Accounts = { "outside-1" } }, cancellationToken: Token));
        await RefusedAsync("ACCOUNTS_COUNT", () => _admin.CreateTokensAsync(new CreateTokensRequest(), cancellationToken: Token));
        await RefusedAsync("TOKEN_LIFE", () => _admin.CreateTokensAsync(new CreateTokensRequest { Accounts = { "fep-1" }, ValidHours = 169 }, cancellationToken: Token));
        await RefusedAsync("ROLE_REQUIRED", async () => await (await _hub.AsAsync(Offices.First)).CreateTokensAsync(new CreateTokensRequest { Accounts = { "fep-1" } }, cancellationToken: Token));
        await RefusedAsync("CERTIFICATE_REQUIRED", () => _hub.AsStranger().CreateTokensAsync(new CreateTokensRequest { Accounts = { "fep-1" } }, cancellationToken: Token));

        var token = await EnrolmentHub.TokenAsync("fep-1", _admin);
        Assert.Equal(0, await _hub.CountAsync($"select count(*) from datahub.enrolment_token t where t::text like '%{token.Token[4..20]}%'"));
        Assert.Equal(1, await _hub.CountAsync("select count(*) from datahub.enrolment_token"));
    }

    [Fact]
    public async Task Enrol_SameTokenAgain_SameKeySameCertificateOtherKeyRefusedAndAlerted()
    {
        var token = await EnrolmentHub.TokenAsync("fep-1", _admin);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var stranger = _hub.AsStranger();

        var first = await stranger.EnrolAsync(Ask(token.Token, key), cancellationToken: Token);
        var again = await stranger.EnrolAsync(Ask(token.Token, key), cancellationToken: Token);
        Assert.Equal(first.Chain[0], again.Chain[0]);
        Assert.Equal(0, await _hub.AlertsAsync("ENROLMENT_TOKEN_REUSED"));

        await RefusedAsync("ENROLMENT_TOKEN_USED", () => stranger.EnrolAsync(new EnrolRequest { Token = token.Token, Pkcs10 = EnrolmentHub.NewRequest() }, cancellationToken: Token));
        Assert.Equal(1, await _hub.AlertsAsync("ENROLMENT_TOKEN_REUSED"));

        _time.Advance(TimeSpan.FromMinutes(11));
        await RefusedAsync("ENROLMENT_TOKEN_USED", () => stranger.EnrolAsync(Ask(token.Token, key), cancellationToken: Token));
        Assert.Equal(1, await _hub.CountAsync("select count(*) from datahub.account_certificate where account = 'fep-1'"));
    }

    [Fact]
    public async Task Enrol_FiftyAtOnceWithOneToken_OneCertificate()
    {
        var token = await EnrolmentHub.TokenAsync("fep-1", _admin);
        var clients = Enumerable.Range(0, 4).Select(_ => _hub.AsStranger()).ToArray();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => TryAsync(() => clients[i % 4].EnrolAsync(i % 2 == 0 ? Ask(token.Token, key) : new EnrolRequest { Token = token.Token, Pkcs10 = EnrolmentHub.NewRequest() }, cancellationToken: Token))));

        var certificates = replies.Where(reply => reply.Reply is not null).Select(reply => reply.Reply!.Chain[0]).Distinct().ToList();
        Assert.Single(certificates);
        Assert.All(replies.Where(reply => reply.Reply is null), reply => Assert.Contains(reply.Code, (string[])["ENROLMENT_TOKEN_USED", "ENROLMENT_GUESSING", "STRANGERS_BUSY"]));
        Assert.Equal(1, await _hub.CountAsync("select count(*) from datahub.account_certificate where account = 'fep-1'"));
    }

    [Fact]
    public async Task Enrol_WrongTokens_ShutTheAddressOutForTenMinutes()
    {
        var token = await EnrolmentHub.TokenAsync("fep-1", _admin);
        var stranger = _hub.AsStranger();
        for (var i = 0; i < TokenGuesses.Most; i++)
        {
            await RefusedAsync("ENROLMENT_TOKEN_UNKNOWN", () => stranger.EnrolAsync(new EnrolRequest { Token = Host.Enrolment.EnrolmentToken.New(), Pkcs10 = EnrolmentHub.NewRequest() }, cancellationToken: Token));
        }

        await RefusedAsync("ENROLMENT_GUESSING", () => stranger.EnrolAsync(new EnrolRequest { Token = token.Token, Pkcs10 = EnrolmentHub.NewRequest() }, cancellationToken: Token));
        Assert.Equal(1, await _hub.AlertsAsync("ENROLMENT_GUESSING"));

        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("fep-1", (await stranger.EnrolAsync(new EnrolRequest { Token = token.Token, Pkcs10 = EnrolmentHub.NewRequest() }, cancellationToken: Token)).Account);
    }

    [Fact]
    public async Task Enrol_ExpiredReplacedOrOfAStoppedAccount_IsRefused()
    {
        var stranger = _hub.AsStranger();
        var replaced = await EnrolmentHub.TokenAsync("fep-1", _admin);
        var expired = await EnrolmentHub.TokenAsync("fep-1", _admin);
        await RefusedAsync("ENROLMENT_TOKEN_USED", () => stranger.EnrolAsync(new EnrolRequest { Token = replaced.Token, Pkcs10 = EnrolmentHub.NewRequest() }, cancellationToken: Token));

        _time.Advance(TimeSpan.FromHours(25));
        await RefusedAsync("ENROLMENT_TOKEN_EXPIRED", () => stranger.EnrolAsync(new EnrolRequest { Token = expired.Token, Pkcs10 = EnrolmentHub.NewRequest() }, cancellationToken: Token));

        var stopped = await EnrolmentHub.TokenAsync("fep-2", _admin);
        await _hub.Offices.Desk.SuspendAsync("fep-2", "as a test", Offices.First, Token);
        await RefusedAsync("ACCOUNT_SUSPENDED", () => stranger.EnrolAsync(new EnrolRequest { Token = stopped.Token, Pkcs10 = EnrolmentHub.NewRequest() }, cancellationToken: Token));
        Assert.Equal(1, await _hub.CountAsync("select count(*) from datahub.enrolment_token where account = 'fep-2' and used_at is null"));
    }

    [Fact]
    public async Task Enrol_BadRequests_AreRefusedAndTheTokenStays()
    {
        var token = await EnrolmentHub.TokenAsync("fep-1", _admin);
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var forged = EnrolmentHub.Request(key);
        forged[^1] ^= 1;
        var wrongCurve = new CertificateRequest("CN=x", p384, HashAlgorithmName.SHA384).CreateSigningRequest();
        var stranger = _hub.AsStranger();

        foreach (var (request, code) in new (byte[], string)[]
        {
            (forged, "CERTIFICATE_REQUEST_INVALID"),
            (wrongCurve, "CERTIFICATE_REQUEST_INVALID"),
            ([], "DER_REFUSED"),
            (new byte[9000], "DER_REFUSED"),
            ([.. Enumerable.Repeat<byte[]>([0x30, 0x80], 40).SelectMany(bytes => bytes)], "DER_REFUSED"),
        })
        {
            await RefusedAsync(code, () => stranger.EnrolAsync(new EnrolRequest { Token = token.Token, Pkcs10 = ByteString.CopyFrom(request) }, cancellationToken: Token));
        }

        var large = await Assert.ThrowsAsync<RpcException>(() => stranger.EnrolAsync(new EnrolRequest { Token = token.Token, Pkcs10 = ByteString.CopyFrom(new byte[1 << 20]) }, cancellationToken: Token).ResponseAsync);
        Assert.Equal(StatusCode.ResourceExhausted, large.StatusCode);
        Assert.Equal("fep-1", (await stranger.EnrolAsync(new EnrolRequest { Token = token.Token, Pkcs10 = EnrolmentHub.NewRequest() }, cancellationToken: Token)).Account);
    }

    [Fact]
    public async Task Renew_OverTheEndOfTheOldCertificate_CallsGoOn()
    {
        var identity = await _hub.EnrolAsync("fep-1", _admin);
        var client = _hub.As(identity);
        var keeper = new IdentityKeeper(identity, client, () => new HeartbeatFacts("1.0", 0, 0), _time);
        var first = identity.Certificate.SerialNumber;

        await keeper.BeatAsync(Token);
        Assert.Equal(first, identity.Certificate.SerialNumber);
        for (var day = 0; day < 21; day++)
        {
            _time.Advance(TimeSpan.FromDays(1));
            using var fresh = new FreshChannel(_hub, identity);
            await new IdentityKeeper(identity, fresh.Client, () => new HeartbeatFacts("1.0", 0, 0), _time).BeatAsync(Token);
        }

        Assert.NotEqual(first, identity.Certificate.SerialNumber);
        Assert.InRange(await _hub.CountAsync("select count(*) from datahub.account_certificate where account = 'fep-1'"), 4, 6);
        using var reloaded = HubIdentity.Load(Path.Combine(_hub.Sub("fep-1"), "fep-1.pem"), _time);
        Assert.Equal(identity.Certificate.SerialNumber, reloaded.Certificate.SerialNumber);
    }

    [Fact]
    public async Task Renew_SameKeyTooSoonOrStopped_IsRefused()
    {
        var identity = await _hub.EnrolAsync("fep-1", _admin);
        var client = _hub.As(identity);
        using var key = identity.Certificate.GetECDsaPrivateKey()!;

        await RefusedAsync("KEY_REUSED", () => client.RenewAsync(new RenewRequest { Pkcs10 = ByteString.CopyFrom(EnrolmentHub.Request(key)) }, cancellationToken: Token));
        await RefusedAsync("RENEWAL_TOO_SOON", () => client.RenewAsync(new RenewRequest { Pkcs10 = EnrolmentHub.NewRequest() }, cancellationToken: Token));
        _time.Advance(RenewalDesk.EarlyPause);
        Assert.Equal("fep-1", (await client.RenewAsync(new RenewRequest { Pkcs10 = EnrolmentHub.NewRequest() }, cancellationToken: Token)).Account);
        await RefusedAsync("RENEWAL_TOO_SOON", () => client.RenewAsync(new RenewRequest { Pkcs10 = EnrolmentHub.NewRequest() }, cancellationToken: Token));

        _time.Advance(TimeSpan.FromDays(6));
        await _hub.Offices.Desk.SuspendAsync("fep-1", "as a test", Offices.First, Token);
        await RefusedAtLastAsync("ACCOUNT_SUSPENDED", () => _hub.As(identity).RenewAsync(new RenewRequest { Pkcs10 = EnrolmentHub.NewRequest() }, cancellationToken: Token));
        Assert.Equal(2, await _hub.CountAsync("select count(*) from datahub.account_certificate where account = 'fep-1'"));
    }

    [Fact]
    public async Task Renew_WithAStreamOpen_TheStreamGoesOnAndNewConnectionsShowTheNewCertificate()
    {
        var identity = await _hub.EnrolAsync("fep-1", _admin);
        using var standing = new FreshChannel(_hub, identity);
        using var stream = standing.Exchange.Push(cancellationToken: Token);
        var answer = stream.ResponseStream.MoveNext(Token);
        _time.Advance(TimeSpan.FromDays(5));

        await new IdentityKeeper(identity, standing.Client, () => default, _time).RenewAsync(Token);
        await standing.Client.HeartbeatAsync(Beat(), cancellationToken: Token);
        Assert.False(answer.IsCompleted);

        // Only a connection under the newer certificate can end the older one, and with it the stream.
        using var fresh = new FreshChannel(_hub, identity);
        Assert.Equal(1, (await fresh.Client.SupersedeAsync(new SupersedeRequest(), cancellationToken: Token)).Revoked);
        await Assert.ThrowsAsync<RpcException>(() => answer);
    }

    [Fact]
    public async Task Supersede_AfterARenewal_EndsTheEarlierCertificateOnly()
    {
        var identity = await _hub.EnrolAsync("fep-1", _admin);
        var before = identity.Certificate;
        _time.Advance(TimeSpan.FromDays(5));
        await new IdentityKeeper(identity, _hub.As(identity), () => default, _time).RenewAsync(Token);

        var reply = await _hub.As(identity).SupersedeAsync(new SupersedeRequest(), cancellationToken: Token);

        Assert.Equal(1, reply.Revoked);
        await RefusedAtLastAsync("CERTIFICATE_REVOKED", () => new EnrolmentService.EnrolmentServiceClient(_hub.Connect(before)).HeartbeatAsync(Beat(), cancellationToken: Token));
        await _hub.As(identity).HeartbeatAsync(Beat(), cancellationToken: Token);
    }

    [Fact]
    public async Task Revoke_ByASecurityAdministrator_EndsOpenConnectionsAndTheirStreams()
    {
        var identity = await _hub.EnrolAsync("fep-1", _admin);
        var other = await _hub.EnrolAsync("fep-2", _admin);
        await _hub.As(other).HeartbeatAsync(Beat(), cancellationToken: Token);
        using var channel = Grpc.Net.Client.GrpcChannel.ForAddress(_hub.Server.Address, new Grpc.Net.Client.GrpcChannelOptions { HttpHandler = identity.CreateHandler(), DisposeHttpClient = true });
        using var stream = new ExchangeService.ExchangeServiceClient(channel).Push(cancellationToken: Token);
        var answer = stream.ResponseStream.MoveNext(Token);
        await new EnrolmentService.EnrolmentServiceClient(channel).HeartbeatAsync(Beat(), cancellationToken: Token);
        var security = await _hub.AsAsync(Offices.First);

        await RefusedAsync("ROLE_REQUIRED", () => _admin.RevokeAsync(new RevokeCertificatesRequest { Account = "fep-1", Reason = "lost" }, cancellationToken: Token));
        await RefusedAsync("CERTIFICATE_UNKNOWN", () => security.RevokeAsync(new RevokeCertificatesRequest { Serial = "4000", Reason = "lost" }, cancellationToken: Token));
        var reply = await security.RevokeAsync(new RevokeCertificatesRequest { Serial = identity.Certificate.SerialNumber, Reason = "lost" }, cancellationToken: Token);

        Assert.Equal(1, reply.Revoked);
        await Assert.ThrowsAsync<RpcException>(() => answer);
        await RefusedAtLastAsync("CERTIFICATE_REVOKED", () => _hub.As(identity).HeartbeatAsync(Beat(), cancellationToken: Token));
        await _hub.As(other).HeartbeatAsync(Beat(), cancellationToken: Token);
    }

    internal static HeartbeatRequest Beat(string instance = "one", string nonce = "", TimeProvider? time = null) => new()
    {
        Instance = instance,
        Nonce = nonce,
        Version = "1.0",
        Clock = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset((time ?? TimeProvider.System).GetUtcNow()),
    };

    internal static async Task RefusedAsync<T>(string code, Func<AsyncUnaryCall<T>> call) => Assert.Equal(code, await CodeOfAsync(call));

    // A connection that is closed at that very moment fails without a code; whoever asks again hears it.
    internal static async Task RefusedAtLastAsync<T>(string code, Func<AsyncUnaryCall<T>> call)
    {
        var heard = await CodeOfAsync(call);
        for (var attempt = 0; heard == "HUB_REFUSED" && attempt < 20; attempt++)
        {
            await Task.Delay(100, Token);
            heard = await CodeOfAsync(call);
        }

        Assert.Equal(code, heard);
    }

    private static async Task RefusedAsync<T>(string code, Func<Task<T>> call) =>
        Assert.Equal(code, HubRefusal.ToFault(await Assert.ThrowsAsync<RpcException>(call)).Code);

    private static async Task<string> CodeOfAsync<T>(Func<AsyncUnaryCall<T>> call) => (await TryAsync(call)).Code;

    private static async Task<(T? Reply, string Code)> TryAsync<T>(Func<AsyncUnaryCall<T>> call)
    {
        try
        {
            return (await call(), "");
        }
        catch (RpcException e)
        {
            return (default, HubRefusal.ToFault(e).Code);
        }
    }

    private static EnrolRequest Ask(string token, ECDsa key) => new() { Token = token, Pkcs10 = ByteString.CopyFrom(EnrolmentHub.Request(key)) };

    private sealed class FreshChannel(EnrolmentHub hub, HubIdentity identity) : IDisposable
    {
        private readonly Grpc.Net.Client.GrpcChannel _channel =
            Grpc.Net.Client.GrpcChannel.ForAddress(hub.Server.Address, new Grpc.Net.Client.GrpcChannelOptions { HttpHandler = identity.CreateHandler(), DisposeHttpClient = true });

        public EnrolmentService.EnrolmentServiceClient Client => new(_channel);

        public ExchangeService.ExchangeServiceClient Exchange => new(_channel);

        public void Dispose() => _channel.Dispose();
    }
}

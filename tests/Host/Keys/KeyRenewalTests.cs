using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DataHub.Crypto.Certificates;
using DataHub.Crypto.Signing;
using DataHub.FrontEnd.Enrolling;
using DataHub.Host.Access;
using DataHub.Host.Keys;
using DataHub.Host.Tests.Enrolment;
using DataHub.Host.Tests.Support;
using DataHub.Kernel.Access;
using DataHub.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace DataHub.Host.Tests.Keys;

/// <summary>Authorities, signers and the server's certificate that change under a running hub.</summary>
public sealed class KeyRenewalTests(HostFixture postgres) : IAsyncLifetime
{
    private readonly WallClock _time = new();
    private EnrolmentHub _hub = null!;
    private EnrolmentService.EnrolmentServiceClient _admin = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Tls => Path.Combine(_hub.Sub("hub"), "tls");

    public async ValueTask InitializeAsync()
    {
        _hub = await EnrolmentHub.StartAsync(postgres, _time);
        await _hub.RegisterAsync(Offices.System("fep-1", SystemRole.Provider));
        _admin = await _hub.AsAsync(Offices.Admin);
    }

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task ServerCertificate_ReplacedUnderLoad_NoCallFails()
    {
        var identity = await _hub.EnrolAsync("fep-1", _admin);
        var before = await ShownAsync();
        using var stop = new CancellationTokenSource();
        var standing = _hub.As(identity);
        var load = Task.WhenAll(Enumerable.Range(0, 4).Select(async i =>
        {
            var calls = 0;
            for (; !stop.IsCancellationRequested; calls++)
            {
                // Half of them over a connection that stands, half over new ones.
                using var channel = GrpcChannel.ForAddress(_hub.Server.Address, new GrpcChannelOptions { HttpHandler = identity.CreateHandler(), DisposeHttpClient = true });
                var client = i < 2 ? standing : new EnrolmentService.EnrolmentServiceClient(channel);
                await client.HeartbeatAsync(EnrolmentTests.Beat($"i{i}", "", _time), cancellationToken: Token);
                await Task.Delay(i < 2 ? 5 : 50, Token);
            }

            return calls;
        }));

        File.Delete(Path.Combine(Tls, "server.crt"));
        await ChangedAsync(before);
        await stop.CancelAsync();

        Assert.All(await load, calls => Assert.True(calls > 0));
    }

    [Fact]
    public async Task ServerCertificate_TwoThirdsOfItsLifeOver_IsReplacedByItself()
    {
        var before = await ShownAsync();

        _time.Advance(TimeSpan.FromDays(61));

        await ChangedAsync(before);
    }

    [Fact]
    public async Task RenewRoot_WhileTheHubRuns_OldAndNewClientsBothGoOn()
    {
        var identity = await _hub.EnrolAsync("fep-1", _admin);
        var (known, _) = await _hub.CertifyAsync("fep-1");
        var oldRoots = _hub.Server.Keys.TlsRoots;
        var before = await ShownAsync();

        HubAuthorities.RenewTlsRoot(Tls, _time, File.ReadAllText(Path.Combine(_hub.Sub("hub"), "keys", "passphrase")), rootElsewhere: null);
        await ChangedAsync(before);

        // Knows the old root only, and shows a certificate from below it.
        await new EnrolmentService.EnrolmentServiceClient(_hub.Connect(known, oldRoots)).HeartbeatAsync(EnrolmentTests.Beat("old", "", _time), cancellationToken: Token);

        // Learns the new one by a heartbeat, renews under it, and then trusts nothing else.
        var keeper = new IdentityKeeper(identity, _hub.As(identity), () => default, _time);
        _time.Advance(TimeSpan.FromMinutes(10));
        await keeper.BeatAsync(Token);
        await keeper.RenewAsync(Token);
        Assert.Equal(2, identity.Roots.Count);
        await new EnrolmentService.EnrolmentServiceClient(_hub.Connect(identity.Certificate, [identity.Roots[0]])).HeartbeatAsync(EnrolmentTests.Beat("new", "", _time), cancellationToken: Token);
        Assert.False(TlsTrust.IsTrustedClient(identity.Certificate, oldRoots, _time.GetUtcNow(), []));
        Assert.Equal(2, TlsTrust.ReadRoots(Path.Combine(_hub.Sub("fep-1"), HubIdentity.RootsFile)).Count);
    }

    [Fact]
    public async Task OutsideAuthority_AccountRegisteredWithIt_IsAdmittedUntilItIsRemoved()
    {
        using var outside = TlsAuthority.Create(_hub.Sub("outside"), "City CA", CertificateValidity.StartingNow(_time, TimeSpan.FromDays(300)));
        using var other = TlsAuthority.Create(_hub.Sub("other"), "Other CA", CertificateValidity.StartingNow(_time, TimeSpan.FromDays(300)));
        var authority = OutsideAuthorities.Add(_hub.Folder, "city", Path.Combine(_hub.Sub("outside"), "tls-root.crt"));
        OutsideAuthorities.Add(_hub.Folder, "other", Path.Combine(_hub.Sub("other"), "tls-root.crt"));
        await _hub.RegisterAsync(new ProposedAccount("city-1", AccountKind.System, Offices.Police, [SystemRole.Provider], authority.KeyId));
        using var good = outside.IssueClient(new TlsIdentity("city-1", Offices.Police), CertificateValidity.StartingNow(_time, TimeSpan.FromDays(7)));
        using var foreign = other.IssueClient(new TlsIdentity("city-1", Offices.Police), CertificateValidity.StartingNow(_time, TimeSpan.FromDays(7)));
        using var usurper = outside.IssueClient(new TlsIdentity("fep-1", Offices.Police), CertificateValidity.StartingNow(_time, TimeSpan.FromDays(7)));
        await _hub.EnrolAsync("fep-1", _admin);
        var client = new EnrolmentService.EnrolmentServiceClient(_hub.Connect(good.Certificate));

        await EventuallyAsync(() => client.HeartbeatAsync(EnrolmentTests.Beat("x", "", _time), cancellationToken: Token));
        await EnrolmentTests.RefusedAsync("CERTIFICATE_UNKNOWN", () => new EnrolmentService.EnrolmentServiceClient(_hub.Connect(foreign.Certificate)).HeartbeatAsync(EnrolmentTests.Beat(), cancellationToken: Token));
        await EnrolmentTests.RefusedAsync("CERTIFICATE_UNKNOWN", () => new EnrolmentService.EnrolmentServiceClient(_hub.Connect(usurper.Certificate)).HeartbeatAsync(EnrolmentTests.Beat(), cancellationToken: Token));
        await EnrolmentTests.RefusedAsync("ACCOUNT_AUTHORITY", () => client.RenewAsync(new RenewRequest { Pkcs10 = EnrolmentHub.NewRequest() }, cancellationToken: Token));

        OutsideAuthorities.Remove(_hub.Folder, "city");
        await FailsAtLastAsync(() => client.HeartbeatAsync(EnrolmentTests.Beat("x", "", _time), cancellationToken: Token));
        await FailsAtLastAsync(() => new EnrolmentService.EnrolmentServiceClient(_hub.Connect(good.Certificate)).HeartbeatAsync(EnrolmentTests.Beat("x", "", _time), cancellationToken: Token));
    }

    [Fact]
    public void OutsideAuthority_UnfitFiles_AreRefused()
    {
        using var rsa = RSA.Create(2048);
        var request = new CertificateRequest("CN=RSA CA", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var old = request.CreateSelfSigned(_time.GetUtcNow().AddDays(-1), _time.GetUtcNow().AddDays(30));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leaf = new CertificateRequest("CN=no authority", key, HashAlgorithmName.SHA256).CreateSelfSigned(_time.GetUtcNow().AddDays(-1), _time.GetUtcNow().AddDays(30));

        Assert.Equal("AUTHORITY_UNFIT", Code(() => OutsideAuthorities.Add(_hub.Folder, "rsa", Pem(old.RawData))));
        Assert.Equal("AUTHORITY_UNFIT", Code(() => OutsideAuthorities.Add(_hub.Folder, "leaf", Pem(leaf.RawData))));
        Assert.Equal("AUTHORITY_NAME", Code(() => OutsideAuthorities.Add(_hub.Folder, "../x", Pem(leaf.RawData))));
        Assert.Equal("DER_REFUSED", Code(() => OutsideAuthorities.Add(_hub.Folder, "large", Pem(new byte[9000]))));
        Assert.Equal("DER_REFUSED", Code(() => OutsideAuthorities.Add(_hub.Folder, "nested", Pem([0x30, 0x80, 0x30, 0x80]))));
        Assert.Equal("AUTHORITY_UNKNOWN", Code(() => OutsideAuthorities.Remove(_hub.Folder, "nothing")));
        Assert.False(Directory.Exists(Path.Combine(Tls, "trusted")));
    }

    [Fact]
    public async Task ServerCertificate_FromOutside_IsShownAndItsRootTold()
    {
        using var outside = TlsAuthority.Create(_hub.Sub("outside"), "City CA", CertificateValidity.StartingNow(_time, TimeSpan.FromDays(300)));
        using var credential = outside.IssueServer(["localhost"], [System.Net.IPAddress.Loopback], CertificateValidity.StartingNow(_time, TimeSpan.FromDays(30)));
        var file = _hub.Sub("server.pem");
        credential.Save(file);
        File.AppendAllText(file, File.ReadAllText(Path.Combine(_hub.Sub("outside"), "tls-root.crt")));

        await _hub.RestartAsync(file);
        var admin = new EnrolmentService.EnrolmentServiceClient(_hub.Connect((await _hub.CertifyAsync(Offices.Admin)).Certificate, outside.Roots));
        var identity = await _hub.EnrolAsync("fep-1", admin);
        await _hub.As(identity).HeartbeatAsync(EnrolmentTests.Beat("x", "", _time), cancellationToken: Token);

        Assert.Equal(["CN=City CA", "CN=DataHub TLS root"], identity.Roots.Select(root => root.Subject));
    }

    [Fact]
    public void DataFolder_OfFormatOneWithAPlainRootKey_IsUpgradedAndItsCertificatesGoOn()
    {
        var passphrase = File.ReadAllText(Path.Combine(_hub.Sub("hub"), "keys", "passphrase"));
        var folder = new HubFolder(_hub.Sub("format-1"));
        Directory.CreateDirectory(folder.Path);
        Directory.CreateDirectory(folder.Keys);
        foreach (var file in Directory.GetFiles(Path.Combine(_hub.Sub("hub"), "keys")))
        {
            File.Copy(file, Path.Combine(folder.Keys, Path.GetFileName(file)));
        }

        using var root = TlsAuthority.Create(folder.Tls, "DataHub TLS root", CertificateValidity.StartingNow(_time, TimeSpan.FromDays(3650)));
        using var before = root.IssueClient(new TlsIdentity("fep-1", Offices.Police, "provider"), CertificateValidity.StartingNow(_time, TimeSpan.FromDays(7)));
        var licences = LicenceAuthority.Create(folder.Licences, new LicenceIssuerName("DataHub licence root", Offices.Bureau), CertificateValidity.StartingNow(_time, TimeSpan.FromDays(3650)), passphrase);

        using var keys = HubKeys.Open(folder, _time);

        Assert.True(keys.IsTrustedClient(before.Certificate, sent: null));
        Assert.Equal(root.Roots[0].RawData, keys.TlsRoots[0].RawData);
        Assert.Equal(licences.Root.Der.ToArray(), keys.Roots[0].ToArray());
        Assert.DoesNotContain("BEGIN PRIVATE KEY", string.Concat(Directory.GetFiles(folder.Tls, "*").Select(File.ReadAllText)), StringComparison.Ordinal);
        Assert.NotNull(SignerTrust.PublicKeyOf(keys.ReceiptSigner.CertificateChain, keys.TlsRoots, _time.GetUtcNow(), SignerPurpose.Receipts));
        Assert.True(LicenceChain.Verify(keys.LedgerSigner.CertificateChain, keys.Roots, _time.GetUtcNow()).IsValid);
    }

    [Fact]
    public void Signers_TwoThirdsOfTheirLifeOver_AreReplacedAndTheirCertificatesKept()
    {
        var keys = _hub.Server.Keys;
        var (receipts, ledger) = (keys.ReceiptSigner, keys.LedgerSigner);
        var signature = receipts.Sign("x"u8);
        var signedAt = _time.GetUtcNow();

        _time.Advance(TimeSpan.FromDays(500));
        keys.Refresh();

        Assert.NotEqual(receipts.CertificateChain[0].ToArray(), keys.ReceiptSigner.CertificateChain[0].ToArray());
        Assert.NotEqual(ledger.CertificateChain[0].ToArray(), keys.LedgerSigner.CertificateChain[0].ToArray());
        var kept = TlsTrust.ReadRoots(Assert.Single(Directory.GetFiles(Tls, "receipts-*.crt")));
        var key = SignerTrust.PublicKeyOf([.. kept.Select(certificate => (ReadOnlyMemory<byte>)certificate.RawData)], keys.TlsRoots, signedAt, SignerPurpose.Receipts);
        Assert.True(P256.Verify(key, "x"u8, signature));
        Assert.Single(Directory.GetFiles(Path.Combine(_hub.Sub("hub"), "licences"), "ledger-*.crt"));
    }

    [Fact]
    public void EnsureIssuer_NewAuthority_HasASignerOfEachKind()
    {
        var keys = _hub.Server.Keys;
        keys.EnsureIssuer("市住房和城乡建设局", "11330382MB9900531B");
        keys.EnsureIssuer("市住房和城乡建设局", "11330382MB9900531B");

        var (sm2, p256) = (keys.Find("11330382MB9900531B")!, keys.FindP256("11330382MB9900531B")!);
        Assert.True(LicenceChain.Verify(sm2.CertificateChain, keys.Roots, _time.GetUtcNow()).IsValid);
        Assert.True(P256.Verify(SignerTrust.PublicKeyOf(p256.CertificateChain, keys.TlsRoots, _time.GetUtcNow(), SignerPurpose.Documents), "x"u8, p256.Sign("x"u8)));
        Assert.Null(SignerTrust.PublicKeyOf(p256.CertificateChain, keys.TlsRoots, _time.GetUtcNow(), SignerPurpose.Receipts));
    }

    [Fact]
    public async Task Expiry_IssuingAuthorityNearItsEnd_IsListedAndAlerted()
    {
        Assert.DoesNotContain(_hub.Server.Keys.Certificates(), certificate => certificate.IsDue(_time.GetUtcNow()));

        _time.Advance(TimeSpan.FromDays(1800));

        Assert.Contains(_hub.Server.Keys.Certificates(), certificate => certificate.Name == "TLS issuing authority" && certificate.IsDue(_time.GetUtcNow()));
        await UntilAsync(async () => await _hub.CountAsync("select count(*) from datahub.alert where code = 'CERTIFICATE_EXPIRES' and detail like 'TLS issuing%'") == 1);
    }

    private static string Code(Action act) => Assert.Throws<Kernel.Faults.FaultException>(act).Code;

    private string Pem(byte[] der)
    {
        var file = _hub.Sub($"{Guid.NewGuid():n}.crt");
        File.WriteAllText(file, PemEncoding.WriteString("CERTIFICATE", der));
        return file;
    }

    private async Task<string> ShownAsync()
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(_hub.Server.Address.Host, _hub.Server.Address.Port, Token);
        await using var tls = new System.Net.Security.SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate is not null);
        await tls.AuthenticateAsClientAsync(new System.Net.Security.SslClientAuthenticationOptions { TargetHost = "localhost", ApplicationProtocols = [System.Net.Security.SslApplicationProtocol.Http2] }, Token);
        return tls.RemoteCertificate!.GetSerialNumberString();
    }

    private Task ChangedAsync(string before) => UntilAsync(async () => await ShownAsync() != before);

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var attempt = 0; !await holds(); attempt++)
        {
            Assert.True(attempt < 2400, "It did not come to pass.");
            await Task.Delay(50, Token);
        }
    }

    private static async Task EventuallyAsync<T>(Func<AsyncUnaryCall<T>> call)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await call();
                return;
            }
            catch (RpcException) when (attempt < 100)
            {
                await Task.Delay(100, Token);
            }
        }
    }

    private static async Task FailsAtLastAsync<T>(Func<AsyncUnaryCall<T>> call)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            try
            {
                await call();
                await Task.Delay(100, Token);
            }
            catch (RpcException)
            {
                return;
            }
        }

        Assert.Fail("It went on to be admitted.");
    }
}

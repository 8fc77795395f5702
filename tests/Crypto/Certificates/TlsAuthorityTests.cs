using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DataHub.Crypto.Certificates;

namespace DataHub.Crypto.Tests.Certificates;

public sealed class TlsAuthorityTests : IDisposable
{
    private const string Organisation = "11330100002489559R";

    private static readonly FixedClock Clock = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));
    private static readonly TlsIdentity Identity = new("fep-civil-affairs.1", Organisation, "provider", "consumer");

    private readonly TempFolder _folder = new();
    private readonly TlsAuthority _authority;

    public TlsAuthorityTests() => _authority = TlsAuthority.Create(_folder.File("tls"), "Hub TLS root", Years(5));

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void IssueClient_OwnRoot_IsTrustedAsClientOnly()
    {
        using var client = _authority.IssueClient(Identity, Days(7));

        Assert.True(TlsTrust.IsTrustedClient(client.Certificate, _authority.Roots, Clock.Now));
        Assert.False(TlsTrust.IsTrustedServer(client.Certificate, _authority.Roots, Clock.Now));
    }

    [Fact]
    public void IssueServer_OwnRoot_IsTrustedAsServerOnlyAndNamesItself()
    {
        using var server = _authority.IssueServer(["hub.example.gov", "localhost"], [IPAddress.Loopback, IPAddress.IPv6Loopback], Days(90));

        Assert.True(TlsTrust.IsTrustedServer(server.Certificate, _authority.Roots, Clock.Now));
        Assert.False(TlsTrust.IsTrustedClient(server.Certificate, _authority.Roots, Clock.Now));
        Assert.True(server.Certificate.MatchesHostname("localhost"));
        Assert.True(server.Certificate.MatchesHostname("127.0.0.1"));
        Assert.False(server.Certificate.MatchesHostname("hub.example.org"));
    }

    [Fact]
    public void IssueServer_NoName_IsRefused() =>
        Refused.With("SERVER_NAMES_REQUIRED", () => _authority.IssueServer([], [], Days(1)));

    [Fact]
    public void IsTrustedClient_OtherAuthorityOfTheSameName_IsRefused()
    {
        using var impostor = TlsAuthority.Create(_folder.File("impostor"), "Hub TLS root", Years(5));
        using var client = impostor.IssueClient(Identity, Days(7));

        Assert.True(TlsTrust.IsTrustedClient(client.Certificate, impostor.Roots, Clock.Now));
        Assert.False(TlsTrust.IsTrustedClient(client.Certificate, _authority.Roots, Clock.Now));
        Assert.False(TlsTrust.IsTrustedClient(client.Certificate, _authority.Roots, Clock.Now, impostor.Roots));
        Assert.True(TlsTrust.IsTrustedClient(client.Certificate, [.. _authority.Roots, .. impostor.Roots], Clock.Now));
    }

    [Fact]
    public void IsTrustedClient_OutsideItsValidity_IsRefused()
    {
        using var client = _authority.IssueClient(Identity, Days(7));

        Assert.False(TlsTrust.IsTrustedClient(client.Certificate, _authority.Roots, Clock.Now.AddMinutes(-6)));
        Assert.True(TlsTrust.IsTrustedClient(client.Certificate, _authority.Roots, Clock.Now.AddMinutes(-4)));
        Assert.True(TlsTrust.IsTrustedClient(client.Certificate, _authority.Roots, Clock.Now.AddDays(7).AddSeconds(-1)));
        Assert.False(TlsTrust.IsTrustedClient(client.Certificate, _authority.Roots, Clock.Now.AddDays(7).AddSeconds(1)));
    }

    [Fact]
    public void IsTrustedClient_RootExpired_IsRefused()
    {
        using var old = TlsAuthority.Create(_folder.File("old"), "Old", Days(8));
        using var client = old.IssueClient(Identity, Days(8));

        Assert.False(TlsTrust.IsTrustedClient(client.Certificate, old.Roots, Clock.Now.AddDays(9)));
    }

    [Fact]
    public void IsTrustedClient_TheRootItself_IsRefused() =>
        Assert.False(TlsTrust.IsTrustedClient(_authority.Roots[0], _authority.Roots, Clock.Now));

    // A chain check takes the absence of purposes for all of them.
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void IsTrustedClient_WithoutPurposeOrAsAuthority_IsRefused(bool withPurpose, bool asAuthority)
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var rootRequest = new CertificateRequest("CN=Root", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var root = rootRequest.CreateSelfSigned(Clock.Now.AddDays(-1), Clock.Now.AddDays(30));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=client", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(asAuthority, false, 0, true));
        if (withPurpose)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], false));
        }

        using var client = request.Create(root, Clock.Now.AddDays(-1), Clock.Now.AddDays(7), [1, 2, 3]);

        Assert.False(TlsTrust.IsTrustedClient(client, [root], Clock.Now));
    }

    [Fact]
    public void IssueClient_LongerThanTheRoot_IsRefused() =>
        Refused.With("VALIDITY_OUTSIDE_AUTHORITY", () => _authority.IssueClient(Identity, Years(6)));

    [Fact]
    public void IssueClient_Certificate_SaysWhatItShould()
    {
        using var client = _authority.IssueClient(Identity, Days(7));
        using var another = _authority.IssueClient(Identity, Days(7));
        var root = _authority.Roots[0];

        Assert.Equal(Identity, TlsIdentity.Read(client.Certificate));
        Assert.Equal(16, client.Certificate.SerialNumberBytes.Length);
        Assert.NotEqual(client.Certificate.SerialNumber, another.Certificate.SerialNumber);
        Assert.Equal(X509KeyUsageFlags.DigitalSignature, client.Certificate.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages);
        Assert.Equal(
            root.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single().SubjectKeyIdentifierBytes.ToArray(),
            client.Certificate.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().Single().KeyIdentifier!.Value.ToArray());
        Assert.Single(client.Certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>());
    }

    [Fact]
    public void CertifyClient_RequestForAnotherName_TakesOnlyItsKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=hub, O=somebody else, OU=auditor", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));

        var chain = _authority.CertifyClient(request.CreateSigningRequest(), Identity, Days(7));

        Assert.Equal(Identity, TlsIdentity.Read(Assert.Single(chain)));
        Assert.Equal(key.ExportSubjectPublicKeyInfo(), chain[0].PublicKey.ExportSubjectPublicKeyInfo());
        Assert.True(TlsTrust.IsTrustedClient(chain[0], _authority.Roots, Clock.Now));
    }

    [Fact]
    public void Credential_OfOwnKeyAndAnsweredChain_FitsOrIsRefused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var answer = _authority.CertifyClient(new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256).CreateSigningRequest(), Identity, Days(7));

        using var credential = TlsCredential.Of(key, [answer[0].RawData]);

        Assert.True(credential.Certificate.HasPrivateKey);
        Refused.With("SIGNER_MISMATCH", () => TlsCredential.Of(other, [answer[0].RawData]));
        Refused.With("SIGNER_MISMATCH", () => TlsCredential.Of(key, []));
        Refused.With("CERTIFICATE_UNREADABLE", () => TlsCredential.Of(key, [new byte[] { 0x05, 0x00 }]));
    }

    [Fact]
    public void CertifyClient_BadRequests_AreRefused()
    {
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var forged = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256).CreateSigningRequest();
        forged[^1] ^= 1;

        Refused.With("CERTIFICATE_REQUEST_INVALID", () => _authority.CertifyClient(new CertificateRequest("CN=x", p384, HashAlgorithmName.SHA384).CreateSigningRequest(), Identity, Days(7)));
        Refused.With("CERTIFICATE_REQUEST_INVALID", () => _authority.CertifyClient(new CertificateRequest("CN=x", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSigningRequest(), Identity, Days(7)));
        Refused.With("CERTIFICATE_REQUEST_INVALID", () => _authority.CertifyClient(forged, Identity, Days(7)));
        Refused.With("CERTIFICATE_REQUEST_INVALID", () => _authority.CertifyClient([0x05, 0x00], Identity, Days(7)));
        Refused.With("DER_REFUSED", () => _authority.CertifyClient([0x30, 0x80], Identity, Days(7)));
    }

    [Fact]
    public async Task CertifyClient_OpenSslRequestWithSm2Key_IsRefused()
    {
        await OpenSsl.SucceedsAsync("req", "-new", "-newkey", "SM2", "-nodes", "-keyout", _folder.File("k"), "-sm3", "-sigopt", OpenSsl.UserId, "-subj", "/CN=x", "-outform", "DER", "-out", _folder.File("csr"));
        var request = await File.ReadAllBytesAsync(_folder.File("csr"), TestContext.Current.CancellationToken);

        Refused.With("CERTIFICATE_REQUEST_INVALID", () => _authority.CertifyClient(request, Identity, Days(7)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("pass word")]
    public void Load_WhatCreateWrote_IssuesUnderTheSameRoot(string? passphrase)
    {
        using var created = TlsAuthority.Create(_folder.File("a"), "Root", Years(5), passphrase);

        using var loaded = TlsAuthority.Load(_folder.File("a"), passphrase);
        using var client = loaded.IssueClient(Identity, Days(7));

        Assert.True(TlsTrust.IsTrustedClient(client.Certificate, created.Roots, Clock.Now));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.File("a/tls-root.key")));
        Assert.Equal(passphrase is not null, File.ReadAllText(_folder.File("a/tls-root.key")).Contains("ENCRYPTED", StringComparison.Ordinal));
        Assert.True(TlsTrust.IsTrustedClient(client.Certificate, TlsTrust.ReadRoots(_folder.File("a/tls-root.crt")), Clock.Now));
    }

    [Fact]
    public void Create_FolderWithAnAuthority_IsRefusedAndLeftAlone()
    {
        var before = File.ReadAllText(_folder.File("tls/tls-root.key"));

        Assert.Throws<IOException>(() => TlsAuthority.Create(_folder.File("tls"), "Again", Years(1)));

        Assert.Equal(before, File.ReadAllText(_folder.File("tls/tls-root.key")));
    }

    [Fact]
    public void Load_MissingMixedOrLocked_SaysWhich()
    {
        TlsAuthority.Create(_folder.File("locked"), "Root", Years(5), "secret").Dispose();
        Refused.With("PEM_FILE", () => TlsAuthority.Load(_folder.File("nowhere")));
        Refused.With("PEM_FILE", () => TlsAuthority.Load(_folder.File("locked")));

        File.Copy(_folder.File("tls/tls-root.key"), _folder.File("locked/tls-root.key"), overwrite: true);
        Refused.With("SIGNER_MISMATCH", () => TlsAuthority.Load(_folder.File("locked")));

        _folder.Write("locked/tls-root.key", "no key here");
        Refused.With("PEM_FILE", () => TlsAuthority.Load(_folder.File("locked")));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("pass word")]
    public void Credential_SavedAndRenewed_LoadsTheNewPair(string? passphrase)
    {
        var path = _folder.File("client.pem");
        using var first = _authority.IssueClient(Identity, Days(7));
        first.Save(path, passphrase);
        using var second = _authority.IssueClient(Identity, Days(14));
        second.Save(path, passphrase);

        using var loaded = TlsCredential.Load(path, passphrase);

        Assert.Equal(second.Certificate.SerialNumber, loaded.Certificate.SerialNumber);
        Assert.True(loaded.Certificate.HasPrivateKey);
        Assert.Empty(loaded.Intermediates);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task IssueClient_OpenSslAgreesWithTheChain()
    {
        using var client = _authority.IssueClient(Identity, new CertificateValidity(DateTimeOffset.UnixEpoch, Clock.Now.AddYears(4)));
        client.Save(_folder.File("client.pem"));
        var at = Clock.Now.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);

        await OpenSsl.SucceedsAsync("verify", "-attime", at, "-x509_strict", "-purpose", "sslclient", "-CAfile", _folder.File("tls/tls-root.crt"), _folder.File("client.pem"));
        Assert.NotEqual(0, (await OpenSsl.RunAsync("verify", "-attime", at, "-purpose", "sslserver", "-CAfile", _folder.File("tls/tls-root.crt"), _folder.File("client.pem"))).ExitCode);
    }

    private static CertificateValidity Days(int days) => CertificateValidity.StartingNow(Clock, TimeSpan.FromDays(days));

    private static CertificateValidity Years(int years) => Days(365 * years);
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DataHub.Crypto.Certificates;
using DataHub.Crypto.Signing;
using DataHub.Crypto.Sm2;
using Sm2Algorithm = DataHub.Crypto.Sm2.Sm2;

namespace DataHub.Crypto.Tests.Certificates;

/// <summary>Issuing authorities under roots, and one root taking another's place.</summary>
public sealed class AuthorityRenewalTests : IDisposable
{
    private const string Passphrase = "pass";

    private static readonly FixedClock Clock = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));
    private static readonly TlsIdentity Identity = new("fep-1", "11330100002489559R");
    private static readonly LicenceIssuerName Issuer = new("市不动产登记中心", "12330100470103281X");

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Tls => _folder.File("tls");

    private string Licences => _folder.File("licences");

    [Fact]
    public void RenewIssuing_RootKeyTakenAway_IssuesUnderTheSameRoot()
    {
        using var root = TlsAuthority.Create(Tls, "Root", Days(3650), Passphrase);
        TlsAuthority.RenewIssuing(Tls, "Issuing", Days(1000), Passphrase);
        TlsAuthority.TakeRootOffline(Tls, _folder.File("safe"));

        using var authority = TlsAuthority.Load(Tls, Passphrase);
        using var client = authority.IssueClient(Identity, Days(7));

        Assert.False(TlsAuthority.HasRootKey(Tls));
        Assert.Single(client.Intermediates);
        Assert.True(TlsTrust.IsTrustedClient(client.Certificate, root.Roots, Clock.Now, client.Intermediates));
        Assert.True(TlsTrust.IsTrustedClient(client.Certificate, root.Roots, Clock.Now, authority.Between));
        Assert.False(TlsTrust.IsTrustedClient(client.Certificate, root.Roots, Clock.Now));
        Assert.DoesNotContain("BEGIN PRIVATE", string.Concat(Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories).Select(File.ReadAllText)), StringComparison.Ordinal);
        Refused.With("AUTHORITY_OFFLINE", () => TlsAuthority.RenewIssuing(Tls, "Next", Days(1000), Passphrase));

        TlsAuthority.RenewIssuing(Tls, "Next", Days(1000), Passphrase, _folder.File("safe"));
        using var renewed = TlsAuthority.Load(Tls, Passphrase);
        using var later = renewed.IssueClient(Identity, Days(7));
        Assert.True(TlsTrust.IsTrustedClient(later.Certificate, root.Roots, Clock.Now, renewed.Between));
        Assert.True(TlsTrust.IsTrustedClient(client.Certificate, root.Roots, Clock.Now, renewed.Between));
    }

    [Fact]
    public void TakeRootOffline_RootSignsByItself_IsRefused()
    {
        TlsAuthority.Create(Tls, "Root", Days(3650), Passphrase).Dispose();

        Refused.With("AUTHORITY_WITHOUT_ISSUING", () => TlsAuthority.TakeRootOffline(Tls, _folder.File("safe")));
        Assert.True(TlsAuthority.HasRootKey(Tls));
    }

    [Fact]
    public void Protect_KeyOfAnEarlierVersion_IsEncryptedAndSignsOn()
    {
        using var root = TlsAuthority.Create(Tls, "Root", Days(3650));
        using var before = root.IssueClient(Identity, Days(7));

        TlsAuthority.Protect(Tls, Passphrase);
        TlsAuthority.RenewIssuing(Tls, "Issuing", Days(1000), Passphrase);

        using var authority = TlsAuthority.Load(Tls, Passphrase);
        using var after = authority.IssueClient(Identity, Days(7));
        Assert.Contains("ENCRYPTED", File.ReadAllText(Path.Combine(Tls, "tls-root.key")), StringComparison.Ordinal);
        Assert.True(TlsTrust.IsTrustedClient(before.Certificate, authority.Roots, Clock.Now, authority.Between));
        Assert.True(TlsTrust.IsTrustedClient(after.Certificate, authority.Roots, Clock.Now, authority.Between));
    }

    [Fact]
    public async Task RenewRoot_ClientsThatKnowTheOldOneOrTheNewOne_BothTrustTheServer()
    {
        using var old = TlsAuthority.Create(Tls, "Root", Days(100), Passphrase);
        TlsAuthority.RenewIssuing(Tls, "Issuing", Days(99), Passphrase);
        using var first = TlsAuthority.Load(Tls, Passphrase);
        using var earlier = first.IssueClient(Identity, Days(7));

        TlsAuthority.RenewRoot(Tls, "Root 2", Days(3650), Passphrase);
        TlsAuthority.RenewIssuing(Tls, "Issuing 2", Days(1000), Passphrase);

        using var renewed = TlsAuthority.Load(Tls, Passphrase);
        using var server = renewed.IssueServer(["localhost"], [], Days(7));
        Assert.Equal(["CN=Root 2", "CN=Root"], renewed.Roots.Select(root => root.Subject));
        Assert.True(TlsTrust.IsTrustedServer(server.Certificate, old.Roots, Clock.Now, server.Intermediates));
        Assert.True(TlsTrust.IsTrustedServer(server.Certificate, [renewed.Roots[0]], Clock.Now, server.Intermediates));
        Assert.True(TlsTrust.IsTrustedClient(earlier.Certificate, renewed.Roots, Clock.Now, renewed.Between));
        Assert.False(TlsTrust.IsTrustedServer(server.Certificate, old.Roots, Clock.Now.AddDays(101), server.Intermediates));

        using var lasting = renewed.IssueServer(["localhost"], [], Days(365));
        Assert.True(TlsTrust.IsTrustedServer(lasting.Certificate, renewed.Roots, Clock.Now.AddDays(101), lasting.Intermediates));
        lasting.Save(_folder.File("server.pem"));
        _folder.Write("old.crt", PemEncoding.WriteString("CERTIFICATE", old.Roots[0].RawData));
        var at = Clock.Now.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        await OpenSsl.SucceedsAsync("verify", "-attime", at, "-purpose", "sslserver", "-CAfile", _folder.File("old.crt"), "-untrusted", _folder.File("server.pem"), _folder.File("server.pem"));
    }

    [Fact]
    public void IssueSigner_UnderAnIssuingAuthority_ChainsToTheRoot()
    {
        using var root = TlsAuthority.Create(Tls, "Root", Days(3650), Passphrase);
        TlsAuthority.RenewIssuing(Tls, "Issuing", Days(1000), Passphrase);
        using var authority = TlsAuthority.Load(Tls, Passphrase);

        using var signer = authority.IssueSigner(_folder.File("r.pem"), Issuer, SignerPurpose.Receipts, Days(700), Passphrase);

        Assert.Equal(3, signer.CertificateChain.Count);
        Assert.NotNull(SignerTrust.PublicKeyOf(signer.CertificateChain, root.Roots, Clock.Now, SignerPurpose.Receipts));
    }

    [Fact]
    public void LicenceIssuing_ChainOfThree_HoldsUnderThePinnedRoot()
    {
        var root = LicenceAuthority.Create(Licences, new LicenceIssuerName("Root", "11330100002489559R"), Days(3650), Passphrase).Root;
        var direct = LicenceAuthority.Load(Licences, Passphrase).Certify(Issuer, Sm2PrivateKey.Generate().PublicKey, Days(365));
        LicenceAuthority.RenewIssuing(Licences, new LicenceIssuerName("Issuing", "11330100002489559R"), Days(1000), Passphrase);
        var signer = LicenceAuthority.Load(Licences, Passphrase).IssueSigner(_folder.File("i.pem"), Issuer, Days(365), Passphrase);
        var chain = signer.CertificateChain;

        var verdict = LicenceChain.Verify(chain, [root.Der], Clock.Now);

        Assert.Equal(3, chain.Count);
        Assert.True(verdict.IsValid);
        Assert.True(Sm2Algorithm.Verify(verdict.Leaf!.PublicKey, "x"u8, signer.Sign("x"u8)));
        Assert.True(LicenceChain.Verify([chain[0], chain[1]], [root.Der], Clock.Now).IsValid);
        Assert.True(LicenceChain.Verify(direct, [root.Der], Clock.Now).IsValid);
        Assert.Equal(ChainOutcome.OtherIssuer, LicenceChain.Verify([chain[0], chain[2]], [root.Der], Clock.Now).Outcome);
        Assert.Equal(ChainOutcome.LeafIsAuthority, LicenceChain.Verify([chain[1], chain[2]], [root.Der], Clock.Now).Outcome);
        Assert.Equal(ChainOutcome.LeafUnreadable, LicenceChain.Verify([.. chain, root.Der], [root.Der], Clock.Now).Outcome);
        Assert.Equal(ChainOutcome.IssuingUnreadable, LicenceChain.Verify([chain[0], new byte[] { 5, 0 }], [root.Der], Clock.Now).Outcome);
        Assert.Equal(ChainOutcome.Expired, LicenceChain.Verify(chain, [root.Der], Clock.Now.AddDays(400)).Outcome);
    }

    [Fact]
    public void LicenceChain_LeafInPlaceOfTheIssuingAuthority_IsRefused()
    {
        var authority = LicenceAuthority.Create(Licences, new LicenceIssuerName("Root", "11330100002489559R"), Days(3650), Passphrase);
        var signer = Sm2PrivateKey.Generate();
        var leaf = authority.Certify(Issuer, signer.PublicKey, Days(365));
        var forged = ForgedUnder(LicenceCertificate.Parse(leaf[0]), signer);

        Assert.Equal(ChainOutcome.IssuingNotAuthority, LicenceChain.Verify([forged, leaf[0]], [authority.Root.Der], Clock.Now).Outcome);
    }

    [Fact]
    public void LicenceRoot_Renewed_OldAndNewLicencesHoldUnderBothPinnedRoots()
    {
        var old = LicenceAuthority.Create(Licences, new LicenceIssuerName("Root", "11330100002489559R"), Days(3650), Passphrase);
        LicenceAuthority.RenewIssuing(Licences, new LicenceIssuerName("Issuing", "11330100002489559R"), Days(1000), Passphrase);
        var before = LicenceAuthority.Load(Licences, Passphrase).Certify(Issuer, Sm2PrivateKey.Generate().PublicKey, Days(365));
        LicenceAuthority.RenewRoot(Licences, new LicenceIssuerName("Root 2", "11330100002489559R"), Days(3650), Passphrase);
        LicenceAuthority.RenewIssuing(Licences, new LicenceIssuerName("Issuing 2", "11330100002489559R"), Days(1000), Passphrase);

        var renewed = LicenceAuthority.Load(Licences, Passphrase);
        var after = renewed.Certify(Issuer, Sm2PrivateKey.Generate().PublicKey, Days(365));

        ReadOnlyMemory<byte>[] pinned = [.. renewed.Roots.Select(root => root.Der)];
        Assert.Equal(2, pinned.Length);
        Assert.True(LicenceChain.Verify(before, pinned, Clock.Now).IsValid);
        Assert.True(LicenceChain.Verify(after, pinned, Clock.Now).IsValid);
        Assert.False(LicenceChain.Verify(after, [old.Root.Der], Clock.Now).IsValid);
    }

    // What a licence issuer could make with its own key: a certificate under its own name.
    private static byte[] ForgedUnder(LicenceCertificate issuer, Sm2PrivateKey key)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(issuer.Der.Span);
        var subject = PublicKey.CreateFromSubjectPublicKeyInfo(Sm2PrivateKey.Generate().PublicKey.ExportSubjectPublicKeyInfo(), out _);
        var request = new CertificateRequest(new X500DistinguishedName("C=CN, O=12330100470103281X, CN=forged"), subject, new HashAlgorithmName("SM3"));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation, true));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single()));
        using var forged = request.Create(certificate.SubjectName, new Generator(key), Clock.Now.AddDays(-1), Clock.Now.AddDays(30), [1, 2, 3]);
        return forged.RawData;
    }

    private sealed class Generator(Sm2PrivateKey key) : X509SignatureGenerator
    {
        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) => Convert.FromHexString("300A06082A811CCF55018375");

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) => Sm2Algorithm.Sign(key, data);

        protected override PublicKey BuildPublicKey() => PublicKey.CreateFromSubjectPublicKeyInfo(key.PublicKey.ExportSubjectPublicKeyInfo(), out _);
    }

    private static CertificateValidity Days(int days) => CertificateValidity.StartingNow(Clock, TimeSpan.FromDays(days));
}

using DataHub.Crypto.Certificates;
using DataHub.Crypto.Signing;
using DataHub.Crypto.Sm2;
using DataHub.Crypto.Tests.Certificates;
using Signature = DataHub.Crypto.Sm2.Sm2;

namespace DataHub.Crypto.Tests.Signing;

public sealed class Sm2FileSignerTests : IDisposable
{
    private static readonly FixedClock Clock = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));
    private static readonly LicenceIssuerName Issuer = new("市不动产登记中心", "12330100470103281X");

    private readonly TempFolder _folder = new();
    private readonly LicenceAuthority _authority;

    public Sm2FileSignerTests() =>
        _authority = LicenceAuthority.Create(_folder.File("root"), new LicenceIssuerName("Root", "11330100002489559R"), Days(3650), "root pass");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void IssueSigner_OpenedAgain_SignsWhatItsChainVerifies()
    {
        var path = _folder.File("issuer.pem");
        _authority.IssueSigner(path, Issuer, Days(365), "pass");

        var signer = Sm2FileSigner.Open(path, "pass");
        var signature = signer.Sign("licence"u8);

        var verdict = LicenceChain.Verify(signer.CertificateChain[0], signer.CertificateChain[1], Clock.Now);
        Assert.True(verdict.IsValid);
        Assert.True(Signature.Verify(verdict.Leaf!.PublicKey, "licence"u8, signature));
        Assert.Equal("SM2-with-SM3", signer.Algorithm);
        Assert.Equal(_authority.Root.Der.ToArray(), signer.CertificateChain[^1].ToArray());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Contains("ENCRYPTED PRIVATE KEY", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Open_MissingOrWithoutKey_IsRefused()
    {
        Refused.With("PEM_FILE", () => Sm2FileSigner.Open(_folder.File("nowhere.pem"), "x"));
        Refused.With("PEM_FILE", () => Sm2FileSigner.Open(_folder.File("root/licence-root.crt"), "x"));
    }

    [Fact]
    public void Create_CertificateOfAnotherKey_IsRefusedAndNothingWritten()
    {
        var chain = _authority.Certify(Issuer, Sm2PrivateKey.Generate().PublicKey, Days(365));

        Refused.With("SIGNER_MISMATCH", () => Sm2FileSigner.Create(_folder.File("s.pem"), Sm2PrivateKey.Generate(), chain, "x"));
        Refused.With("SIGNER_MISMATCH", () => Sm2FileSigner.Create(_folder.File("s.pem"), Sm2PrivateKey.Generate(), [], "x"));

        Assert.False(File.Exists(_folder.File("s.pem")));
    }

    [Fact]
    public void AuthorityLoad_WhatCreateWrote_IssuesUnderTheSameRoot()
    {
        var loaded = LicenceAuthority.Load(_folder.File("root"), "root pass");

        var chain = loaded.Certify(Issuer, Sm2PrivateKey.Generate().PublicKey, Days(365));

        Assert.True(LicenceChain.Verify(chain[0], _authority.Root.Der, Clock.Now).IsValid);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.File("root/licence-root.key")));
    }

    [Fact]
    public void AuthorityCreate_FolderInUse_IsRefused() =>
        Assert.Throws<IOException>(() => LicenceAuthority.Create(_folder.File("root"), Issuer, Days(1), "x"));

    [Fact]
    public void Certify_LongerThanTheRoot_IsRefused() =>
        Refused.With("VALIDITY_OUTSIDE_AUTHORITY", () => _authority.Certify(Issuer, Sm2PrivateKey.Generate().PublicKey, Days(3651)));

    [Fact]
    public void Validity_EndBeforeBeginning_IsRefused() =>
        Refused.With("VALIDITY_ORDER", () => _ = new CertificateValidity(Clock.Now, Clock.Now.AddMilliseconds(500)));

    private static CertificateValidity Days(int days) => CertificateValidity.StartingNow(Clock, TimeSpan.FromDays(days));
}

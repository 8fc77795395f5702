using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DataHub.Crypto.Certificates;
using DataHub.Crypto.Signing;
using DataHub.Crypto.Tests.Certificates;

namespace DataHub.Crypto.Tests.Signing;

public sealed class P256FileSignerTests : IDisposable
{
    private static readonly FixedClock Clock = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));
    private static readonly LicenceIssuerName Hub = new("DataHub receipts", "11330382MB9902916X");
    private static readonly BigInteger Order = Number(Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"));

    private readonly TempFolder _folder = new();
    private readonly TlsAuthority _authority;

    public P256FileSignerTests() => _authority = TlsAuthority.Create(_folder.File("tls"), "Root", Days(3650));

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void IssueSigner_OpenedAgain_SignsWhatItsChainVerifies()
    {
        var path = _folder.File("receipts.pem");
        _authority.IssueSigner(path, Hub, SignerPurpose.Receipts, Days(365), "pass").Dispose();

        using var signer = P256FileSigner.Open(path, "pass");
        var signature = signer.Sign("a flush"u8);

        var key = SignerTrust.PublicKeyOf(signer.CertificateChain, _authority.Roots, Clock.Now, SignerPurpose.Receipts);
        Assert.NotNull(key);
        Assert.Equal("ES256", signer.Algorithm);
        Assert.Equal(64, signature.Length);
        Assert.True(P256.Verify(key, "a flush"u8, signature));
        Assert.False(P256.Verify(key, "a flusH"u8, signature));
        Assert.Contains("ENCRYPTED PRIVATE KEY", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Refused.With("KEY_PASSPHRASE", () => P256FileSigner.Open(path, "another"));
    }

    [Fact]
    public void PublicKeyOf_OtherPurposeRootOrInstant_IsNull()
    {
        using var signer = _authority.IssueSigner(_folder.File("s.pem"), Hub, SignerPurpose.Documents, Days(365), "pass");
        using var other = TlsAuthority.Create(_folder.File("other"), "Root", Days(3650));
        using var client = _authority.IssueClient(new TlsIdentity("fep", "11330100002489559R", "consumer"), Days(7));
        var chain = signer.CertificateChain;

        Assert.NotNull(SignerTrust.PublicKeyOf(chain, _authority.Roots, Clock.Now, SignerPurpose.Documents));
        Assert.Null(SignerTrust.PublicKeyOf(chain, _authority.Roots, Clock.Now, SignerPurpose.Receipts));
        Assert.Null(SignerTrust.PublicKeyOf(chain, other.Roots, Clock.Now, SignerPurpose.Documents));
        Assert.Null(SignerTrust.PublicKeyOf(chain, _authority.Roots, Clock.Now.AddDays(366), SignerPurpose.Documents));
        Assert.Null(SignerTrust.PublicKeyOf(chain, _authority.Roots, Clock.Now.AddDays(-1), SignerPurpose.Documents));
        Assert.Null(SignerTrust.PublicKeyOf([client.Certificate.RawData], _authority.Roots, Clock.Now, SignerPurpose.Documents));
        Assert.Null(SignerTrust.PublicKeyOf([], _authority.Roots, Clock.Now, SignerPurpose.Documents));
        Assert.Null(SignerTrust.PublicKeyOf([new byte[] { 0x30, 0x80 }], _authority.Roots, Clock.Now, SignerPurpose.Documents));
    }

    [Fact]
    public void SignerCertificate_AsTlsEnd_IsRefused()
    {
        using var signer = _authority.IssueSigner(_folder.File("s.pem"), Hub, SignerPurpose.Receipts, Days(365), "pass");
        using var certificate = X509CertificateLoader.LoadCertificate(signer.CertificateChain[0].Span);

        Assert.False(TlsTrust.IsTrustedClient(certificate, _authority.Roots, Clock.Now));
        Assert.False(TlsTrust.IsTrustedServer(certificate, _authority.Roots, Clock.Now));
    }

    [Fact]
    public void Verify_OtherFormsOfASignature_AreRefused()
    {
        using var signer = _authority.IssueSigner(_folder.File("s.pem"), Hub, SignerPurpose.Receipts, Days(365), "pass");
        var key = signer.PublicKey.Span;
        byte[] message = [1, 2, 3];
        var signature = signer.Sign(message);
        using var platform = ECDsa.Create();
        platform.ImportSubjectPublicKeyInfo(key, out _);

        var twin = Twin(signature);
        Assert.True(platform.VerifyData(message, twin, HashAlgorithmName.SHA256));
        Assert.False(P256.Verify(key, message, twin));
        Assert.False(P256.Verify(key, message, signature.AsSpan(0, 63)));
        Assert.False(P256.Verify(key, message, [.. signature, 0]));
        Assert.False(P256.Verify(key, message, new byte[64]));
        Assert.False(P256.Verify(key, message, [.. signature[..32], .. new byte[32]]));
        Assert.False(P256.Verify(key, message, [.. Bytes(Order), .. signature[32..]]));
        Assert.False(P256.Verify([], message, signature));
        Assert.False(P256.Verify([0x30, 0x80], message, signature));
    }

    [Fact]
    public void Sign_ManyTimes_AlwaysTheLowerS()
    {
        using var signer = _authority.IssueSigner(_folder.File("s.pem"), Hub, SignerPurpose.Receipts, Days(365), "pass");

        for (var i = 0; i < 200; i++)
        {
            var signature = signer.Sign([(byte)i]);
            Assert.True(Number(signature[32..]) <= Order / 2);
            Assert.True(P256.Verify(signer.PublicKey.Span, [(byte)i], signature));
        }
    }

    [Fact]
    public void Verify_KeyOnAnotherCurve_IsRefused()
    {
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);

        Assert.False(P256.Verify(p384.ExportSubjectPublicKeyInfo(), "x"u8, p384.SignData("x"u8, HashAlgorithmName.SHA256).AsSpan(0, 64)));
    }

    [Fact]
    public async Task Sign_OpenSslAgrees()
    {
        using var signer = _authority.IssueSigner(_folder.File("s.pem"), Hub, SignerPurpose.Receipts, Days(365), "pass");
        var signature = signer.Sign("message"u8);
        var der = AsnSequence(signature);
        _folder.Write("key.pem", PemEncoding.WriteString("PUBLIC KEY", signer.PublicKey.Span));
        _folder.Write("message", "message");
        await File.WriteAllBytesAsync(_folder.File("sig"), der, TestContext.Current.CancellationToken);

        await OpenSsl.SucceedsAsync("dgst", "-sha256", "-verify", _folder.File("key.pem"), "-signature", _folder.File("sig"), _folder.File("message"));
    }

    private static byte[] AsnSequence(byte[] signature)
    {
        var writer = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(Number(signature[..32]));
            writer.WriteInteger(Number(signature[32..]));
        }

        return writer.Encode();
    }

    private static byte[] Twin(byte[] signature) => [.. signature[..32], .. Bytes(Order - Number(signature[32..]))];

    private static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static byte[] Bytes(BigInteger number)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }

    private static CertificateValidity Days(int days) => CertificateValidity.StartingNow(Clock, TimeSpan.FromDays(days));
}

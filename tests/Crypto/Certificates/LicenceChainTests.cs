using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DataHub.Crypto.Certificates;
using DataHub.Crypto.Sm2;

namespace DataHub.Crypto.Tests.Certificates;

public sealed class LicenceChainTests : IClassFixture<LicenceChainTests.Issued>
{
    private readonly Issued _issued;

    public LicenceChainTests(Issued issued) => _issued = issued;

    /// <summary>One authority and one issuer for all tests: the key derivation is meant to cost something.</summary>
    public sealed class Issued : IDisposable
    {
        internal static readonly FixedClock Clock = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));

        public Issued()
        {
            Authority = LicenceAuthority.Create(Folder.File("root"), new LicenceIssuerName("市数据资源管理局", "11330100002489559R"), Days(3650), "root pass");
            Key = Sm2PrivateKey.Generate();
            Chain = Authority.Certify(new LicenceIssuerName("市不动产登记中心", "12330100470103281X"), Key.PublicKey, Days(365));
        }

        public TempFolder Folder { get; } = new();

        public LicenceAuthority Authority { get; }

        public Sm2PrivateKey Key { get; }

        public IReadOnlyList<ReadOnlyMemory<byte>> Chain { get; }

        public static CertificateValidity Days(int days) => CertificateValidity.StartingNow(Clock, TimeSpan.FromDays(days));

        public void Dispose() => Folder.Dispose();
    }

    private ReadOnlyMemory<byte> Leaf => _issued.Chain[0];

    private ReadOnlyMemory<byte> Root => _issued.Chain[1];

    private static DateTimeOffset Now => Issued.Clock.Now;

    [Fact]
    public void Verify_IssuedLeaf_IsValidAndSaysWhoItIs()
    {
        var verdict = LicenceChain.Verify(Leaf, Root, Now);

        Assert.Equal(ChainOutcome.Valid, verdict.Outcome);
        Assert.Equal("市不动产登记中心", verdict.Leaf!.Authority);
        Assert.Equal("12330100470103281X", verdict.Leaf.Organisation);
        Assert.True(verdict.Leaf.PublicKey.IsSameAs(_issued.Key.PublicKey));
        Assert.Equal(32, verdict.Leaf.SerialNumber.Length);
        Assert.Equal(Now.AddDays(365), verdict.Leaf.Validity.To);
    }

    [Fact]
    public void Verify_AtTheEdgesOfValidity_IsInclusive()
    {
        Assert.Equal(ChainOutcome.NotYetValid, LicenceChain.Verify(Leaf, Root, Now.AddMinutes(-5).AddSeconds(-1)).Outcome);
        Assert.Equal(ChainOutcome.Valid, LicenceChain.Verify(Leaf, Root, Now.AddMinutes(-5)).Outcome);
        Assert.Equal(ChainOutcome.Valid, LicenceChain.Verify(Leaf, Root, Now.AddDays(365)).Outcome);
        Assert.Equal(ChainOutcome.Expired, LicenceChain.Verify(Leaf, Root, Now.AddDays(365).AddSeconds(1)).Outcome);
    }

    [Fact]
    public void Verify_OtherAuthorityOfTheSameName_IsRefused()
    {
        var impostor = LicenceAuthority.Create(_issued.Folder.File(Guid.NewGuid().ToString()), new LicenceIssuerName("市数据资源管理局", "11330100002489559R"), Issued.Days(3650), "x");

        Assert.Equal(ChainOutcome.OtherIssuerKey, LicenceChain.Verify(Leaf, impostor.Root.Der, Now).Outcome);
    }

    [Fact]
    public void Verify_OtherAuthority_IsRefused()
    {
        var other = LicenceAuthority.Create(_issued.Folder.File(Guid.NewGuid().ToString()), new LicenceIssuerName("Other", "11330100002489559R"), Issued.Days(3650), "x");

        Assert.Equal(ChainOutcome.OtherIssuer, LicenceChain.Verify(Leaf, other.Root.Der, Now).Outcome);
    }

    [Fact]
    public void Verify_RootAsLeafOrLeafAsRoot_IsRefused()
    {
        Assert.Equal(ChainOutcome.LeafIsAuthority, LicenceChain.Verify(Root, Root, Now).Outcome);
        Assert.Equal(ChainOutcome.RootNotAuthority, LicenceChain.Verify(Leaf, Leaf, Now).Outcome);
    }

    [Fact]
    public void Verify_Unreadable_SaysWhichOne()
    {
        Assert.Equal(ChainOutcome.LeafUnreadable, LicenceChain.Verify(default, Root, Now).Outcome);
        Assert.Equal(ChainOutcome.RootUnreadable, LicenceChain.Verify(Leaf, new byte[] { 0x30, 0x80 }, Now).Outcome);
    }

    [Fact]
    public void Verify_EcdsaCertificate_IsUnreadable()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256).CreateSelfSigned(Now, Now.AddDays(1));

        Assert.Equal(ChainOutcome.LeafUnreadable, LicenceChain.Verify(certificate.RawData, Root, Now).Outcome);
    }

    [Fact]
    public void Verify_100000MutatedLeaves_NoneValidNoneThrows()
    {
        var random = new Random(20263);
        var original = Leaf.ToArray();
        var outcomes = new Dictionary<ChainOutcome, int>();
        for (var i = 0; i < 100_000; i++)
        {
            var mutated = Mutation.Of(original, random);
            var outcome = LicenceChain.Verify(mutated, Root, Now).Outcome;
            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
            if (outcome is ChainOutcome.Valid)
            {
                Assert.Fail($"Valid at step {i}: {Convert.ToHexString(mutated)}");
            }
        }

        // The cases reach every depth of the check, not only its first door.
        Assert.InRange(outcomes[ChainOutcome.LeafUnreadable], 1_000, 99_000);
        Assert.InRange(outcomes[ChainOutcome.BadSignature], 1_000, 99_000);
    }

    [Fact]
    public async Task Verify_OpenSsl_AgreesOnTheChainAndOnOneChangedByte()
    {
        var at = Now.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        var leaf = _issued.Folder.Write("leaf.crt", PemEncoding.WriteString("CERTIFICATE", Leaf.Span));
        var changed = Leaf.ToArray();
        changed[^1] ^= 1;
        var forged = _issued.Folder.Write("forged.crt", PemEncoding.WriteString("CERTIFICATE", changed));
        string[] command = ["verify", "-attime", at, "-x509_strict", "-vfyopt", OpenSsl.UserId, "-CAfile", _issued.Folder.File("root/licence-root.crt")];

        Assert.Contains("OK", await OpenSsl.SucceedsAsync([.. command, leaf]), StringComparison.Ordinal);
        Assert.NotEqual(0, (await OpenSsl.RunAsync([.. command, forged])).ExitCode);
        Assert.Equal(ChainOutcome.BadSignature, LicenceChain.Verify(changed, Root, Now).Outcome);
        Assert.NotEqual(0, (await OpenSsl.RunAsync("verify", "-attime", at, "-CAfile", _issued.Folder.File("root/licence-root.crt"), leaf)).ExitCode);
    }

    [Fact]
    public async Task Certificates_OpenSslReadsTheirProfile()
    {
        var root = await OpenSsl.SucceedsAsync("x509", "-in", _issued.Folder.File("root/licence-root.crt"), "-noout", "-text");
        var leaf = await OpenSsl.SucceedsAsync("x509", "-in", _issued.Folder.Write("profile.crt", PemEncoding.WriteString("CERTIFICATE", Leaf.Span)), "-noout", "-text");

        Assert.All((string[])["SM2-with-SM3", "CA:TRUE", "Certificate Sign, CRL Sign", "Subject Key Identifier", "ASN1 OID: SM2"], part => Assert.Contains(part, root, StringComparison.Ordinal));
        Assert.All((string[])["SM2-with-SM3", "CA:FALSE", "Digital Signature, Non Repudiation", "Authority Key Identifier", "12330100470103281X"], part => Assert.Contains(part, leaf, StringComparison.Ordinal));
    }

    // The other way round: a chain that OpenSSL made.
    [Fact]
    public async Task Verify_ChainMadeByOpenSsl_IsValidUntilUsageIsWrong()
    {
        var folder = _issued.Folder;
        await OpenSsl.SucceedsAsync("req", "-new", "-x509", "-newkey", "SM2", "-nodes", "-keyout", folder.File("o.key"), "-sm3", "-sigopt", OpenSsl.UserId, "-subj", "/C=CN/O=Hub/CN=Root", "-days", "3650", "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-out", folder.File("o.crt"));
        await OpenSsl.SucceedsAsync("req", "-new", "-newkey", "SM2", "-nodes", "-keyout", folder.File("l.key"), "-sm3", "-sigopt", OpenSsl.UserId, "-subj", "/C=CN/O=Hub/CN=Seal", "-out", folder.File("l.csr"));
        const string Identifiers = "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n";
        var good = await OpenSslLeafAsync("basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature,nonRepudiation\n" + Identifiers);
        var root = ReadPem(folder.File("o.crt"));
        var at = LicenceCertificate.Parse(good).Validity.To;

        Assert.Equal(ChainOutcome.Valid, LicenceChain.Verify(good, root, at).Outcome);
        Assert.Equal(ChainOutcome.WrongKeyUsage, await OutcomeAsync("basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n" + Identifiers));
        Assert.Equal(ChainOutcome.WrongKeyUsage, await OutcomeAsync("basicConstraints=critical,CA:FALSE\n" + Identifiers));
        Assert.Equal(ChainOutcome.LeafIsAuthority, await OutcomeAsync("keyUsage=critical,digitalSignature,nonRepudiation\n" + Identifiers));
        Assert.Equal(ChainOutcome.LeafIsAuthority, await OutcomeAsync("basicConstraints=critical,CA:TRUE\nkeyUsage=critical,digitalSignature,nonRepudiation\n" + Identifiers));
        Assert.Equal(ChainOutcome.OtherIssuerKey, await OutcomeAsync("basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature,nonRepudiation\nauthorityKeyIdentifier=none\n"));
        Assert.Equal(ChainOutcome.LeafUnreadable, await OutcomeAsync("basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature,nonRepudiation\nnameConstraints=critical,permitted;DNS:x\n" + Identifiers));

        async Task<ChainOutcome> OutcomeAsync(string extensions) => LicenceChain.Verify(await OpenSslLeafAsync(extensions), root, at).Outcome;

        async Task<byte[]> OpenSslLeafAsync(string extensions)
        {
            await OpenSsl.SucceedsAsync("x509", "-req", "-in", folder.File("l.csr"), "-CA", folder.File("o.crt"), "-CAkey", folder.File("o.key"), "-CAcreateserial", "-sm3", "-sigopt", OpenSsl.UserId, "-vfyopt", OpenSsl.UserId, "-days", "365", "-extfile", folder.Write("l.ext", extensions), "-out", folder.File("l.crt"));
            return ReadPem(folder.File("l.crt"));
        }
    }

    private static byte[] ReadPem(string path)
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(path);
        return certificate.RawData;
    }
}

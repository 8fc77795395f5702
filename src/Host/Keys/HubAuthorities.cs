using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DataHub.Crypto.Certificates;
using DataHub.Crypto.Signing;

namespace DataHub.Host.Keys;

/// <summary>
/// The authorities and the hub's own signers as their files stood at one moment; immutable. Whoever holds the data folder may renew them while the hub runs: then a newly opened one takes its
/// place, and calls under way finish with the one they began with.
/// </summary>
internal sealed class HubAuthorities : IDisposable
{
    private const string RootName = "DataHub TLS root";
    private const string Organisation = "11330382MB9902916X";

    private HubAuthorities(Stamps stamp, TlsAuthority tls, LicenceAuthority licences, P256FileSigner receipts, Sm2FileSigner ledger, OutsideAuthorities outside)
    {
        Stamp = stamp;
        Tls = tls;
        TlsRoots = tls.Roots;
        TlsBetween = tls.Between;
        Licences = licences;
        Receipts = receipts;
        Ledger = ledger;
        Outside = outside;
    }

    /// <summary>The files it was read from, as they were.</summary>
    public Stamps Stamp { get; }

    public TlsAuthority Tls { get; }

    public X509Certificate2Collection TlsRoots { get; }

    /// <summary>What may stand between a client's certificate and a root.</summary>
    public X509Certificate2Collection TlsBetween { get; }

    public LicenceAuthority Licences { get; }

    public P256FileSigner Receipts { get; }

    public Sm2FileSigner Ledger { get; }

    public OutsideAuthorities Outside { get; }

    /// <summary>
    /// Opens the authorities, making those that are missing altogether. Folders of format 1, whose roots sign by themselves and whose TLS root's key lies in the clear, get an issuing key under the
    /// root and the root's key is encrypted; what the root signed goes on to hold.
    /// </summary>
    public static HubAuthorities Open(HubFolder folder, TimeProvider time, string passphrase)
    {
        HubFolder.MakeOnce(folder.Tls, part => MakeTls(part, time, passphrase));
        HubFolder.MakeOnce(folder.Licences, part => MakeLicences(part, time, passphrase));
        if (TlsAuthority.HasRootKey(folder.Tls))
        {
            TlsAuthority.Protect(folder.Tls, passphrase);
        }

        if (!TlsAuthority.HasIssuing(folder.Tls))
        {
            RenewTlsIssuing(folder.Tls, time, passphrase, rootElsewhere: null);
        }

        if (!LicenceAuthority.HasIssuing(folder.Licences))
        {
            RenewLicenceIssuing(folder.Licences, time, passphrase, rootElsewhere: null);
        }

        return Read(folder, time, passphrase);
    }

    /// <summary>Opens anew what changed in the files or is worn; null where nothing did. Opening a key costs a few tenths of a second on purpose, so what did not change is kept.</summary>
    public HubAuthorities? IfChanged(HubFolder folder, TimeProvider time, string passphrase)
    {
        var now = time.GetUtcNow();
        var keepsReceipts = !KeyLives.IsWorn(Receipts.Validity, now);
        var keepsLedger = !KeyLives.IsWorn(Ledger.Certificate.Validity, now);
        return Stamps.Of(folder) == Stamp && keepsReceipts && keepsLedger ? null : Read(folder, time, passphrase, this);
    }

    public static void RenewTlsIssuing(string folder, TimeProvider time, string passphrase, string? rootElsewhere) => TlsAuthority.RenewIssuing(
        folder, Dated("DataHub TLS issuing", time), KeyLives.Window(time, KeyLives.Issuing, EndOf(TlsTrust.ReadRoots(Path.Combine(folder, "tls-root.crt"))[0])), passphrase, rootElsewhere);

    public static void RenewLicenceIssuing(string folder, TimeProvider time, string passphrase, string? rootElsewhere) => LicenceAuthority.RenewIssuing(
        folder, new LicenceIssuerName(Dated("DataHub licence issuing", time), Organisation), KeyLives.Window(time, KeyLives.Issuing, EndOf(TlsTrust.ReadRoots(Path.Combine(folder, "licence-root.crt"))[0])), passphrase, rootElsewhere);

    public static void RenewTlsRoot(string folder, TimeProvider time, string passphrase, string? rootElsewhere)
    {
        TlsAuthority.RenewRoot(folder, Dated(RootName, time), CertificateValidity.StartingNow(time, KeyLives.Root), passphrase, rootElsewhere);
        RenewTlsIssuing(folder, time, passphrase, rootElsewhere);
    }

    public static void RenewLicenceRoot(string folder, TimeProvider time, string passphrase, string? rootElsewhere)
    {
        LicenceAuthority.RenewRoot(folder, new LicenceIssuerName(Dated("DataHub licence root", time), Organisation), CertificateValidity.StartingNow(time, KeyLives.Root), passphrase, rootElsewhere);
        RenewLicenceIssuing(folder, time, passphrase, rootElsewhere);
    }

    public void Dispose()
    {
        Tls.Dispose();
        Receipts.Dispose();
    }

    private static void MakeTls(string folder, TimeProvider time, string passphrase)
    {
        TlsAuthority.Create(folder, RootName, CertificateValidity.StartingNow(time, KeyLives.Root), passphrase).Dispose();
        RenewTlsIssuing(folder, time, passphrase, rootElsewhere: null);
    }

    private static void MakeLicences(string folder, TimeProvider time, string passphrase)
    {
        LicenceAuthority.Create(folder, new LicenceIssuerName("DataHub licence root", Organisation), CertificateValidity.StartingNow(time, KeyLives.Root), passphrase);
        RenewLicenceIssuing(folder, time, passphrase, rootElsewhere: null);
    }

    private static HubAuthorities Read(HubFolder folder, TimeProvider time, string passphrase, HubAuthorities? before = null)
    {
        // Taken first: what changes while we read is read again.
        var stamps = Stamps.Of(folder);
        var tls = before is not null && before.Stamp.Tls == stamps.Tls ? before.Tls : TlsAuthority.Load(folder.Tls, passphrase);
        var licences = before is not null && before.Stamp.Licences == stamps.Licences ? before.Licences : LicenceAuthority.Load(folder.Licences, passphrase);
        var signers = new HubSigners(folder, time, passphrase);
        var receipts = signers.Receipts(tls, before is not null && before.Stamp.Receipts == stamps.Receipts ? before.Receipts : null);
        var ledger = signers.Ledger(licences, before is not null && before.Stamp.Ledger == stamps.Ledger ? before.Ledger : null);
        var outside = before is not null && before.Stamp.Trusted == stamps.Trusted ? before.Outside : OutsideAuthorities.Read(folder);
        stamps = stamps with { Receipts = Stamps.Of(folder).Receipts, Ledger = Stamps.Of(folder).Ledger };
        return new HubAuthorities(stamps, tls, licences, receipts, ledger, outside);
    }

    // Two authorities of one kind never have the same name, whatever the clock says.
    private static string Dated(string name, TimeProvider time) => $"{name} {time.GetUtcNow():yyyy-MM-dd} {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(2))}";

    private static DateTimeOffset EndOf(X509Certificate2 certificate) => certificate.NotAfter.ToUniversalTime();

    /// <summary>Names, lengths and times of files, by what is read from them.</summary>
    internal sealed record Stamps(string Tls, string Receipts, string Licences, string Ledger, string Trusted)
    {
        public static Stamps Of(HubFolder folder) =>
            new(In(folder.Tls, "tls-*"), In(folder.Tls, "receipts.pem"), In(folder.Licences, "licence-*"), In(folder.Licences, "ledger.pem"), In(folder.Trusted, "*.crt"));

        private static string In(string folder, string pattern) => string.Join('\n', (Directory.Exists(folder) ? Directory.GetFiles(folder, pattern) : [])
            .Order(StringComparer.Ordinal).Select(file => new FileInfo(file)).Where(file => file.Exists).Select(file => $"{file.Name} {file.Length} {file.LastWriteTimeUtc.Ticks}"));
    }
}

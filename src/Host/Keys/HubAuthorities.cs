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

    private HubAuthorities(string stamp, TlsAuthority tls, LicenceAuthority licences, P256FileSigner receipts, Sm2FileSigner ledger, OutsideAuthorities outside)
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

    /// <summary>Names, lengths and times of the files it was read from.</summary>
    public string Stamp { get; }

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

    /// <summary>Opens them anew where a file changed; null where none did.</summary>
    public HubAuthorities? IfChanged(HubFolder folder, TimeProvider time, string passphrase) =>
        StampOf(folder) == Stamp && !KeyLives.IsWorn(Receipts.Validity, time.GetUtcNow()) && !KeyLives.IsWorn(Ledger.Certificate.Validity, time.GetUtcNow())
            ? null
            : Read(folder, time, passphrase);

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

    private static HubAuthorities Read(HubFolder folder, TimeProvider time, string passphrase)
    {
        var tls = TlsAuthority.Load(folder.Tls, passphrase);
        var licences = LicenceAuthority.Load(folder.Licences, passphrase);
        var signers = new HubSigners(folder, time, passphrase);
        var receipts = signers.Receipts(tls);
        var ledger = signers.Ledger(licences);
        return new HubAuthorities(StampOf(folder), tls, licences, receipts, ledger, OutsideAuthorities.Read(folder));
    }

    private static string StampOf(HubFolder folder)
    {
        var files = new[] { folder.Tls, folder.Trusted, folder.Licences }.Where(Directory.Exists).SelectMany(Directory.GetFiles).Where(file => Path.GetFileName(file) != HubFolder.ServerFile);
        return string.Join('\n', files.Order(StringComparer.Ordinal).Select(file => new FileInfo(file)).Select(file => $"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}"));
    }

    // Two authorities of one kind never have the same name, whatever the clock says.
    private static string Dated(string name, TimeProvider time) => $"{name} {time.GetUtcNow():yyyy-MM-dd} {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(2))}";

    private static DateTimeOffset EndOf(X509Certificate2 certificate) => certificate.NotAfter.ToUniversalTime();
}

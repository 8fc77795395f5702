using System.Collections.Concurrent;
using System.Net;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DataHub.Crypto.Certificates;
using DataHub.Crypto.Sealing;
using DataHub.Crypto.Signing;
using DataHub.Kernel.Access;
using DataHub.Kernel.Faults;
using DataHub.Licences;

namespace DataHub.Host.Keys;

/// <summary>
/// Every key of a hub: sealing keys, the TLS authority with the server's certificate, and the SM2 authority with the issuers' signers.
/// Made on first start; the passphrase of the licence keys comes from <c>DATAHUB_KEY_PASSPHRASE</c> or the file <c>keys/passphrase</c>.
/// </summary>
public sealed class HubKeys : ISignerDirectory, IDisposable
{
    private static readonly TimeSpan RootLife = TimeSpan.FromDays(3650);
    private static readonly TimeSpan ServerLife = TimeSpan.FromDays(90);
    private static readonly TimeSpan SystemLife = TimeSpan.FromDays(7);
    private static readonly TimeSpan SignerLife = TimeSpan.FromDays(730);
    private static readonly TimeSpan IssuerLife = TimeSpan.FromDays(1095);

    private readonly HubFolder _folder;
    private readonly TimeProvider _time;
    private readonly TlsAuthority _tls;
    private readonly LicenceAuthority _licences;
    private readonly string _passphrase;
    private readonly ConcurrentDictionary<string, ISigner> _signers = new(StringComparer.Ordinal);

    private P256FileSigner? _receipts;
    private Sm2FileSigner? _ledger;

    private HubKeys(HubFolder folder, TimeProvider time, KeyRing ring, TlsAuthority tls, LicenceAuthority licences, string passphrase)
    {
        _folder = folder;
        _time = time;
        _tls = tls;
        _licences = licences;
        _passphrase = passphrase;
        Ring = ring;
        TlsRoots = tls.Roots;
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Root => _licences.Root.Der;

    /// <summary>Roots that client certificates must come from.</summary>
    public X509Certificate2Collection TlsRoots { get; }

    /// <summary>
    /// Signs receipts (P-256, ES256, purpose <see cref="SignerPurpose.Receipts"/>). Take it anew for each signature and its chain from the same object: it is replaced before its certificate ends.
    /// </summary>
    public ISigner ReceiptSigner => _receipts!;

    /// <summary>Signs heads of the ledger (SM2, under the licence root). Take it anew for each signature, as <see cref="ReceiptSigner"/>.</summary>
    public ISigner LedgerSigner => _ledger!;

    /// <summary>Sealing keys.</summary>
    internal KeyRing Ring { get; }

    /// <summary>Opens the keys of a data folder on which a hub has been started.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="time">Clock.</param>
    /// <exception cref="FaultException">No hub was ever started on it, or a key is damaged or missing.</exception>
    public static HubKeys OpenExisting(HubFolder folder, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return folder.IsMade ? Open(folder, time) : throw HostFaults.NoHub(folder.Path);
    }

    /// <summary>Opens the keys of a data folder, making those that are missing altogether.</summary>
    /// <param name="folder">The folder, opened.</param>
    /// <param name="time">Clock.</param>
    /// <exception cref="FaultException">A key is damaged or partly missing: <c>DATA_FOLDER_KEYS</c>.</exception>
    internal static HubKeys Open(HubFolder folder, TimeProvider time)
    {
        try
        {
            HubFolder.MakeOnce(folder.Keys, MakeSealingKeys);
            var passphrase = GivenPassphrase ?? File.ReadAllText(Path.Combine(folder.Keys, "passphrase"));
            HubFolder.MakeOnce(folder.Tls, part => TlsAuthority.Create(part, "DataHub TLS root", CertificateValidity.StartingNow(time, RootLife)).Dispose());
            HubFolder.MakeOnce(folder.Licences, part => LicenceAuthority.Create(part, RootName, CertificateValidity.StartingNow(time, RootLife), passphrase));
            var keys = new HubKeys(folder, time, KeyRing.Read(folder.Keys), TlsAuthority.Load(folder.Tls), LicenceAuthority.Load(folder.Licences, passphrase), passphrase);
            keys.RenewSigners();
            return keys;
        }
        catch (Exception e) when (e is InvalidDataException or FileNotFoundException or FaultException)
        {
            throw HostFaults.HalfMade(folder.Path, e);
        }
    }

    /// <inheritdoc/>
    public ISigner? Find(string organisation)
    {
        // Opening a key costs a few tenths of a second on purpose, so an opened one is kept.
        var path = SignerFile(organisation);
        return _signers.TryGetValue(organisation, out var signer) ? signer
            : File.Exists(path) ? _signers.GetOrAdd(organisation, Sm2FileSigner.Open(path, _passphrase))
            : null;
    }

    /// <summary>Makes a signing key and certificate for an issuing authority, unless it has one.</summary>
    /// <param name="authority">Name of the authority as on its licences.</param>
    /// <param name="organisation">Its unified social credit code.</param>
    /// <returns>Path of the signer's file.</returns>
    /// <exception cref="FaultException">A name or code that a certificate cannot carry.</exception>
    public string EnsureIssuer(string authority, string organisation)
    {
        var name = new LicenceIssuerName(authority, organisation);
        var path = SignerFile(organisation);
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            _licences.IssueSigner(path, name, CertificateValidity.StartingNow(_time, IssuerLife), _passphrase);
        }

        return path;
    }

    /// <summary>Issues a certificate for a system and writes it with its key to <c>systems/{system}.pem</c>, replacing an earlier one.</summary>
    /// <param name="systemId">Id of the system.</param>
    /// <param name="organisation">Unified social credit code of its organisation.</param>
    /// <param name="roles">What it may be.</param>
    /// <returns>Path of the PEM file.</returns>
    /// <exception cref="FaultException">An id, organisation or role that a certificate cannot carry.</exception>
    public string IssueSystem(string systemId, string organisation, params IReadOnlyList<SystemRole> roles)
    {
        var identity = new TlsIdentity(systemId, organisation, [.. roles.Select(role => role.ToString().ToLowerInvariant())]);
        using var credential = _tls.IssueClient(identity, CertificateValidity.StartingNow(_time, SystemLife));
        var path = Path.Combine(_folder.Systems, $"{systemId}.pem");
        credential.Save(path);
        File.Copy(Path.Combine(_folder.Tls, "tls-root.crt"), Path.Combine(_folder.Systems, "tls-root.crt"), overwrite: true);
        return path;
    }

    /// <summary>
    /// Opens the hub's own signers, making those that are missing and replacing those with less than a third of their life left. The certificate of a replaced one is kept as
    /// <c>receipts-{serial}.crt</c> or <c>ledger-{serial}.crt</c>, its key is not: what it signed stays provable, nothing more is signed with it.
    /// </summary>
    internal void RenewSigners()
    {
        var file = Path.Combine(_folder.Tls, "receipts.pem");
        _receipts ??= File.Exists(file) ? P256FileSigner.Open(file, _passphrase) : null;
        if (_receipts is null || IsWorn(_receipts.Validity))
        {
            KeepCertificate(_receipts, file);
            _receipts = _tls.IssueSigner(file, new LicenceIssuerName("DataHub receipts", RootName.Organisation), SignerPurpose.Receipts, CertificateValidity.StartingNow(_time, SignerLife), _passphrase);
        }

        file = Path.Combine(_folder.Licences, "ledger.pem");
        _ledger ??= File.Exists(file) ? Sm2FileSigner.Open(file, _passphrase) : null;
        if (_ledger is null || IsWorn(_ledger.Certificate.Validity))
        {
            KeepCertificate(_ledger, file);
            _ledger = _licences.IssueSigner(file, new LicenceIssuerName("DataHub ledger", RootName.Organisation), CertificateValidity.StartingNow(_time, SignerLife), _passphrase);
        }
    }

    /// <summary>A certificate for the server, new at each start.</summary>
    internal TlsCredential IssueServer(IPAddress address) =>
        _tls.IssueServer(["localhost", Dns.GetHostName()], IsAny(address) ? LocalAddresses() : [address], CertificateValidity.StartingNow(_time, ServerLife));

    /// <summary>Lets go of the private keys.</summary>
    public void Dispose() => _tls.Dispose();

    // Where the passphrase is given from outside, none is written beside the keys.
    private static string? GivenPassphrase => Environment.GetEnvironmentVariable("DATAHUB_KEY_PASSPHRASE") is { Length: > 0 } given ? given : null;

    private static LicenceIssuerName RootName => new("DataHub licence root", "11330382MB9902916X");

    private static void MakeSealingKeys(string folder)
    {
        KeyRing.Create(folder);
        if (GivenPassphrase is not null)
        {
            return;
        }

        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
        using var writer = new StreamWriter(Path.Combine(folder, "passphrase"), options);
        writer.Write(Convert.ToBase64String(RandomNumberGenerator.GetBytes(24)));
    }

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static List<IPAddress> LocalAddresses() =>
        [.. NetworkInterface.GetAllNetworkInterfaces().SelectMany(network => network.GetIPProperties().UnicastAddresses).Select(unicast => unicast.Address).Distinct()];

    private bool IsWorn(CertificateValidity validity) => validity.To - _time.GetUtcNow() < (validity.To - validity.From) / 3;

    private static void KeepCertificate(ISigner? signer, string file)
    {
        if (signer is null)
        {
            return;
        }

        using var certificate = X509CertificateLoader.LoadCertificate(signer.CertificateChain[0].Span);
        var kept = Path.ChangeExtension(file, null) + $"-{certificate.SerialNumber.ToLowerInvariant()}.crt";
        HubFolder.Replace(kept, string.Join('\n', signer.CertificateChain.Select(der => PemEncoding.WriteString("CERTIFICATE", der.Span))) + "\n");
    }

    private string SignerFile(string organisation) => Path.Combine(_folder.Licences, "issuers", $"{organisation}.pem");
}

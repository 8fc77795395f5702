using System.Collections.Concurrent;
using System.Net;
using System.Net.NetworkInformation;
using System.Security.Cryptography.X509Certificates;
using DataHub.Crypto.Certificates;
using DataHub.Crypto.Sealing;
using DataHub.Crypto.Signing;
using DataHub.Kernel.Access;
using DataHub.Kernel.Faults;
using DataHub.Licences;

namespace DataHub.Host.Keys;

/// <summary>
/// Every key of a hub: sealing keys, the TLS authority, the SM2 authority with the issuers' signers, and the hub's own signers. Made on first start; all private keys are encrypted under the
/// passphrase from <c>DATAHUB_KEY_PASSPHRASE</c> or the file <c>keys/passphrase</c>.
/// </summary>
public sealed class HubKeys : ISignerDirectory, IDisposable
{
    private readonly HubFolder _folder;
    private readonly TimeProvider _time;
    private readonly string _passphrase;
    private readonly ConcurrentDictionary<string, ISigner> _signers = new(StringComparer.Ordinal);
    private volatile HubAuthorities _authorities;

    private HubKeys(HubFolder folder, TimeProvider time, KeyRing ring, string passphrase, HubAuthorities authorities)
    {
        _folder = folder;
        _time = time;
        _passphrase = passphrase;
        _authorities = authorities;
        Ring = ring;
    }

    /// <inheritdoc/>
    public IReadOnlyList<ReadOnlyMemory<byte>> Roots => [.. _authorities.Licences.Roots.Select(root => root.Der)];

    /// <summary>The hub's TLS roots, newest first: two while one takes the other's place. Ask anew each time.</summary>
    public X509Certificate2Collection TlsRoots => _authorities.TlsRoots;

    /// <summary>
    /// Signs receipts (P-256, ES256, purpose <see cref="SignerPurpose.Receipts"/>). Take it anew for each signature and its chain from the same object: it is replaced before its certificate ends.
    /// </summary>
    public ISigner ReceiptSigner => _authorities.Receipts;

    /// <summary>Signs heads of the ledger (SM2, under the licence root). Take it anew for each signature, as <see cref="ReceiptSigner"/>.</summary>
    public ISigner LedgerSigner => _authorities.Ledger;

    /// <summary>Sealing keys.</summary>
    internal KeyRing Ring { get; }

    /// <summary>Authorities and signers as they are now.</summary>
    internal HubAuthorities Authorities => _authorities;

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
            HubFolder.MakeOnce(folder.Keys, HubPassphrase.MakeKeys);
            var passphrase = HubPassphrase.Read(folder);
            return new HubKeys(folder, time, KeyRing.Read(folder.Keys), passphrase, HubAuthorities.Open(folder, time, passphrase));
        }
        catch (Exception e) when (e is InvalidDataException or FileNotFoundException or FaultException)
        {
            throw HostFaults.HalfMade(folder.Path, e);
        }
    }

    /// <summary>Takes in what whoever holds the data folder renewed meanwhile, and renews signers that are worn.</summary>
    /// <returns>Whether anything changed.</returns>
    internal bool Refresh()
    {
        if (_authorities.IfChanged(_folder, _time, _passphrase) is not { } changed)
        {
            return false;
        }

        // The set before is left to the garbage collector: calls under way still sign with it.
        _authorities = changed;
        _signers.Clear();
        return true;
    }

    /// <summary>Whether a client certificate may pass the handshake: it leads to one of the hub's roots or to an outside authority. Who it is, is decided call by call.</summary>
    /// <param name="certificate">The client's certificate.</param>
    /// <param name="sent">Certificates the client sent beside it.</param>
    internal bool IsTrustedClient(X509Certificate2 certificate, X509Certificate2Collection? sent)
    {
        var authorities = _authorities;
        var now = _time.GetUtcNow();
        return TlsTrust.IsTrustedClient(certificate, authorities.TlsRoots, now, authorities.TlsBetween) || authorities.Outside.Admits(certificate, sent, now);
    }

    /// <summary>Key identifier of the outside authority that vouches for a certificate which passed the handshake, lower-case hex; null where the hub's own does.</summary>
    /// <param name="certificate">The client's certificate.</param>
    internal string? OutsideAuthorityOf(X509Certificate2 certificate)
    {
        var authorities = _authorities;
        return authorities.Outside.All.Count == 0 ? null : authorities.Outside.VouchedBy(certificate, _time.GetUtcNow());
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

    /// <summary>The P-256 signer of an issuing authority, purpose <see cref="SignerPurpose.Documents"/>; null when it has none here.</summary>
    /// <param name="organisation">Unified social credit code of the authority.</param>
    public ISigner? FindP256(string organisation)
    {
        var path = P256SignerFile(organisation);
        return _signers.TryGetValue(path, out var signer) ? signer
            : File.Exists(path) ? _signers.GetOrAdd(path, P256FileSigner.Open(path, _passphrase))
            : null;
    }

    /// <summary>Makes signing keys and certificates for an issuing authority, one SM2 and one P-256, unless it has them.</summary>
    /// <param name="authority">Name of the authority as on its licences.</param>
    /// <param name="organisation">Its unified social credit code.</param>
    /// <returns>Path of the SM2 signer's file; the P-256 one lies beside it.</returns>
    /// <exception cref="FaultException">A name or code that a certificate cannot carry.</exception>
    public string EnsureIssuer(string authority, string organisation)
    {
        var name = new LicenceIssuerName(authority, organisation);
        var path = SignerFile(organisation);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var (licences, tls) = (_authorities.Licences, _authorities.Tls);
        if (!File.Exists(path))
        {
            licences.IssueSigner(path, name, KeyLives.Window(_time, KeyLives.Issuer, licences.Issuer.Validity.To), _passphrase);
        }

        if (!File.Exists(P256SignerFile(organisation)))
        {
            tls.IssueSigner(P256SignerFile(organisation), name, SignerPurpose.Documents, KeyLives.Window(_time, KeyLives.Issuer, tls.NotAfter), _passphrase).Dispose();
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
        using var credential = _authorities.Tls.IssueClient(identity, KeyLives.Window(_time, KeyLives.Account, _authorities.Tls.NotAfter));
        var path = Path.Combine(_folder.Systems, $"{systemId}.pem");
        credential.Save(path);
        File.Copy(Path.Combine(_folder.Tls, "tls-root.crt"), Path.Combine(_folder.Systems, "tls-root.crt"), overwrite: true);
        return path;
    }

    /// <summary>A certificate for an account that made its own key.</summary>
    /// <param name="pkcs10">Its certificate request.</param>
    /// <param name="identity">Who it is.</param>
    /// <exception cref="FaultException"><c>DER_REFUSED</c>, <c>CERTIFICATE_REQUEST_INVALID</c>.</exception>
    internal X509Certificate2Collection Certify(ReadOnlySpan<byte> pkcs10, TlsIdentity identity)
    {
        var tls = _authorities.Tls;
        return tls.CertifyClient(pkcs10, identity, KeyLives.Window(_time, KeyLives.Account, tls.NotAfter));
    }

    /// <summary>A certificate for the server.</summary>
    internal TlsCredential IssueServer(IPAddress address)
    {
        var tls = _authorities.Tls;
        return tls.IssueServer(["localhost", Dns.GetHostName()], IsAny(address) ? LocalAddresses() : [address], KeyLives.Window(_time, KeyLives.Server, tls.NotAfter));
    }

    /// <summary>Opens a certificate and key brought from outside; the key may be encrypted under the hub's passphrase.</summary>
    internal TlsCredential OpenCredential(string file) => TlsCredential.Load(file, _passphrase);

    /// <summary>Every certificate in the data folder: authorities, signers, the server's, outside authorities.</summary>
    public IReadOnlyList<KeptCertificate> Certificates() => KeptCertificates.In(_folder);

    /// <summary>Lets go of the private keys.</summary>
    public void Dispose() => _authorities.Dispose();

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static List<IPAddress> LocalAddresses() =>
        [.. NetworkInterface.GetAllNetworkInterfaces().SelectMany(network => network.GetIPProperties().UnicastAddresses).Select(unicast => unicast.Address).Distinct()];

    private string SignerFile(string organisation) => Path.Combine(_folder.Licences, "issuers", $"{organisation}.pem");

    private string P256SignerFile(string organisation) => Path.Combine(_folder.Licences, "issuers", $"{organisation}-p256.pem");
}

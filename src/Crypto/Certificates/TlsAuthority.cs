using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DataHub.Crypto.Der;
using DataHub.Crypto.Signing;
using DataHub.Kernel.Faults;

namespace DataHub.Crypto.Certificates;

/// <summary>
/// The authority behind the hub's TLS certificates, ECDSA P-256 with SHA-256, in a folder: <c>tls-root.crt</c>, handed to everyone who connects, <c>tls-root.key</c>, which may be kept
/// elsewhere, and <c>tls-issuing.pem</c>, which signs. Safe for use by many at once.
/// </summary>
public sealed class TlsAuthority : IDisposable
{
    private readonly OpenedAuthority _authority;

    private TlsAuthority(OpenedAuthority authority) => _authority = authority;

    /// <summary>Roots that those who connect must trust, newest first; a new copy each time, independent of this object's life.</summary>
    public X509Certificate2Collection Roots => [.. _authority.Roots.Select(root => X509CertificateLoader.LoadCertificate(root.RawData))];

    /// <summary>What may stand between a certificate and a root: issuing authorities, the present and earlier ones, and new roots certified by old ones. A new copy each time.</summary>
    public X509Certificate2Collection Between =>
        [.. _authority.Intermediates.Concat(_authority.Between).Select(between => X509CertificateLoader.LoadCertificate(between.RawData)).DistinctBy(between => between.Thumbprint)];

    /// <summary>Certificate of the key that signs.</summary>
    public X509Certificate2 Issuer => _authority.Issuer;

    /// <summary>Last instant at which what this authority issues can hold.</summary>
    public DateTimeOffset NotAfter => _authority.NotAfter;

    /// <summary>Makes a new root, which signs by itself until <see cref="RenewIssuing"/>, and writes it to a folder.</summary>
    /// <param name="folder">Folder; made if missing, for its owner only.</param>
    /// <param name="name">Common name of the root, 1 to 64 characters.</param>
    /// <param name="validity">Validity of the root.</param>
    /// <param name="passphrase">Passphrase for the private key; null leaves it to the file's mode 0600.</param>
    /// <exception cref="IOException">The folder holds an authority already.</exception>
    public static TlsAuthority Create(string folder, string name, CertificateValidity validity, string? passphrase = null) =>
        new(FilesIn(folder).CreateRoot(NameOf(name), validity, passphrase));

    /// <summary>Reads an authority from its folder: the issuing key, or the root's where there is no other.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="passphrase">Passphrase of the private key; null where it has none.</param>
    /// <exception cref="FaultException">
    /// A file is missing or not what it should be: <c>PEM_FILE</c>, <c>KEY_UNREADABLE</c>, <c>KEY_PASSPHRASE</c>; key and certificate do not
    /// belong together: <c>SIGNER_MISMATCH</c>.
    /// </exception>
    public static TlsAuthority Load(string folder, string? passphrase = null) => new(FilesIn(folder).Open(passphrase));

    /// <summary>Makes a new issuing key under the root; what earlier ones issued goes on to hold.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">Common name of the issuing authority, 1 to 64 characters.</param>
    /// <param name="validity">Its validity.</param>
    /// <param name="passphrase">Passphrase of the root's key and for the new one.</param>
    /// <param name="rootElsewhere">Folder that holds the root's key; null = the same.</param>
    /// <exception cref="FaultException">The root's key is not there: <c>AUTHORITY_OFFLINE</c>; longer than the root's: <c>VALIDITY_OUTSIDE_AUTHORITY</c>.</exception>
    public static void RenewIssuing(string folder, string name, CertificateValidity validity, string passphrase, string? rootElsewhere = null) =>
        FilesIn(folder).RenewIssuing(NameOf(name), validity, passphrase, rootElsewhere);

    /// <summary>Makes a new root beside the old one, which certifies it; renew the issuing key next. The key of the old one is destroyed.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">Common name of the new root, different from the old one's.</param>
    /// <param name="validity">Its validity.</param>
    /// <param name="passphrase">Passphrase of the old root's key and for the new one.</param>
    /// <param name="rootElsewhere">Folder that holds the root's key; null = the same.</param>
    /// <exception cref="FaultException">The root's key is not there: <c>AUTHORITY_OFFLINE</c>.</exception>
    public static void RenewRoot(string folder, string name, CertificateValidity validity, string passphrase, string? rootElsewhere = null) =>
        FilesIn(folder).RenewRoot(NameOf(name), validity, passphrase, rootElsewhere);

    /// <summary>Encrypts a root's key that an earlier version left in the clear.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="passphrase">Passphrase, not empty.</param>
    public static void Protect(string folder, string passphrase) => FilesIn(folder).Protect(passphrase);

    /// <summary>Whether an issuing key signs, so that the root's may be elsewhere.</summary>
    /// <param name="folder">The folder.</param>
    public static bool HasIssuing(string folder) => FilesIn(folder).HasIssuing;

    /// <summary>Whether the root's key is in the folder.</summary>
    /// <param name="folder">The folder.</param>
    public static bool HasRootKey(string folder) => File.Exists(FilesIn(folder).RootKeyFile());

    /// <summary>Moves the root's key to another folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="target">Where it goes; made if missing.</param>
    /// <exception cref="FaultException">No issuing key: <c>AUTHORITY_WITHOUT_ISSUING</c>; gone already: <c>AUTHORITY_OFFLINE</c>.</exception>
    public static void TakeRootOffline(string folder, string target) => FilesIn(folder).TakeOffline(target);

    /// <summary>A certificate and key for a server of the hub.</summary>
    /// <param name="dnsNames">Names it is reached by.</param>
    /// <param name="addresses">Addresses it is reached by; a name or an address must be given.</param>
    /// <param name="validity">Its validity.</param>
    /// <exception cref="FaultException">Neither name nor address: <c>SERVER_NAMES_REQUIRED</c>; longer than the authority's: <c>VALIDITY_OUTSIDE_AUTHORITY</c>.</exception>
    public TlsCredential IssueServer(IReadOnlyList<string> dnsNames, IReadOnlyList<IPAddress> addresses, CertificateValidity validity)
    {
        using var key = TlsKey.Generate();
        return Join(key, Sign(TlsRequests.Server(dnsNames, addresses, new PublicKey(key)), Oids.ServerAuthentication, validity));
    }

    /// <summary>A certificate and key for a system that calls the hub.</summary>
    /// <param name="identity">Who it is.</param>
    /// <param name="validity">Its validity.</param>
    /// <exception cref="FaultException">Longer than the authority's: <c>VALIDITY_OUTSIDE_AUTHORITY</c>.</exception>
    public TlsCredential IssueClient(TlsIdentity identity, CertificateValidity validity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        using var key = TlsKey.Generate();
        return Join(key, Sign(TlsRequests.Client(identity, new PublicKey(key)), Oids.ClientAuthentication, validity));
    }

    /// <summary>
    /// A certificate for a system that made its own key. Only the key is taken from the request, after its signature was checked; name and
    /// purposes are the ones given here.
    /// </summary>
    /// <param name="pkcs10">Certificate request (RFC 2986), DER, with a P-256 key.</param>
    /// <param name="identity">Who it is.</param>
    /// <param name="validity">Its validity.</param>
    /// <returns>The certificate first, then authorities between it and the roots.</returns>
    /// <exception cref="FaultException"><c>DER_REFUSED</c>, <c>CERTIFICATE_REQUEST_INVALID</c>, <c>VALIDITY_OUTSIDE_AUTHORITY</c>.</exception>
    public X509Certificate2Collection CertifyClient(ReadOnlySpan<byte> pkcs10, TlsIdentity identity, CertificateValidity validity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        DerGate.Admit(pkcs10, DerLimits.Certificate);
        var certificate = Sign(TlsRequests.Client(identity, TlsRequests.KeyOf(pkcs10)), Oids.ClientAuthentication, validity);
        return [certificate, .. Intermediates()];
    }

    /// <summary>The key a certificate request is for.</summary>
    /// <param name="pkcs10">Certificate request (RFC 2986), DER, with a P-256 key.</param>
    /// <returns>SubjectPublicKeyInfo, DER; the request was signed by it.</returns>
    /// <exception cref="FaultException"><c>DER_REFUSED</c>, <c>CERTIFICATE_REQUEST_INVALID</c>.</exception>
    public static byte[] PublicKeyOf(ReadOnlySpan<byte> pkcs10)
    {
        DerGate.Admit(pkcs10, DerLimits.Certificate);
        return TlsRequests.KeyOf(pkcs10).ExportSubjectPublicKeyInfo();
    }

    /// <summary>Makes a P-256 signer's key, certifies it and keeps both in one file.</summary>
    /// <param name="path">The file; one that is there is replaced in one step.</param>
    /// <param name="name">Whom the certificate names.</param>
    /// <param name="purpose">The one thing the key may sign.</param>
    /// <param name="validity">Validity of the certificate.</param>
    /// <param name="passphrase">Passphrase for the private key, not empty.</param>
    /// <exception cref="FaultException">Longer than the authority's: <c>VALIDITY_OUTSIDE_AUTHORITY</c>.</exception>
    public P256FileSigner IssueSigner(string path, LicenceIssuerName name, SignerPurpose purpose, CertificateValidity validity, string passphrase)
    {
        ArgumentNullException.ThrowIfNull(name);
        var key = TlsKey.Generate();
        try
        {
            var request = new CertificateRequest(name.ToName(), key, HashAlgorithmName.SHA256);
            using var certificate = Sign(request, Oids.Of(purpose), validity, X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation, onlyPurpose: true);
            var intermediates = _authority.Intermediates.Take(1).Where(issuer => issuer == _authority.Issuer).Select(issuer => (ReadOnlyMemory<byte>)issuer.RawData);
            return P256FileSigner.Create(path, key, [certificate.RawData, .. intermediates, _authority.Root.RawData], passphrase);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>Lets go of the private key.</summary>
    public void Dispose() => _authority.Dispose();

    private static AuthorityFiles FilesIn(string folder) => new(folder, AuthorityKind.Tls);

    private static X500DistinguishedName NameOf(string name)
    {
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(Require.Text(name, "name", maxLength: 64));
        return subject.Build();
    }

    private X509Certificate2 Sign(
        CertificateRequest request, string purpose, CertificateValidity validity, X509KeyUsageFlags usage = X509KeyUsageFlags.DigitalSignature, bool onlyPurpose = false)
    {
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: onlyPurpose));
        return _authority.CertifyLeaf(request, validity, usage);
    }

    private TlsCredential Join(ECDsa key, X509Certificate2 certificate)
    {
        using (certificate)
        {
            return new TlsCredential(certificate.CopyWithPrivateKey(key), [.. Intermediates()]);
        }
    }

    private IEnumerable<X509Certificate2> Intermediates() =>
        _authority.Intermediates.Select(intermediate => X509CertificateLoader.LoadCertificate(intermediate.RawData));
}

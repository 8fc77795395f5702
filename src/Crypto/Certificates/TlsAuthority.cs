using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DataHub.Crypto.Der;
using DataHub.Crypto.Signing;
using DataHub.Kernel.Faults;

namespace DataHub.Crypto.Certificates;

/// <summary>
/// The authority behind the hub's TLS certificates, ECDSA P-256 with SHA-256, in a folder: <c>tls-root.crt</c>, handed to everyone
/// who connects, and <c>tls-root.key</c>. Callers know roots and credentials only, so an issuing authority under the root changes
/// nothing for them.
/// </summary>
public sealed class TlsAuthority : IDisposable
{
    private const string CertificateFile = "tls-root.crt";
    private const string KeyFile = "tls-root.key";

    private readonly X509Certificate2 _issuer;
    private readonly ECDsa _key;

    private TlsAuthority(X509Certificate2 issuer, ECDsa key)
    {
        _issuer = issuer;
        _key = key;
    }

    /// <summary>Roots that those who connect must trust; a new copy each time, independent of this object's life.</summary>
    public X509Certificate2Collection Roots => [X509CertificateLoader.LoadCertificate(_issuer.RawData)];

    /// <summary>Last instant at which what this authority issues can hold.</summary>
    public DateTimeOffset NotAfter => _issuer.NotAfter.ToUniversalTime();

    /// <summary>Makes a new authority and writes it to a folder.</summary>
    /// <param name="folder">Folder; made if missing, for its owner only.</param>
    /// <param name="name">Common name of the root, 1 to 64 characters.</param>
    /// <param name="validity">Validity of the root.</param>
    /// <param name="passphrase">Passphrase for the private key; null leaves it to the file's mode 0600.</param>
    /// <exception cref="IOException">The folder holds an authority already.</exception>
    public static TlsAuthority Create(string folder, string name, CertificateValidity validity, string? passphrase = null)
    {
        var key = TlsKey.Generate();
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(Require.Text(name, "name", maxLength: 64));
        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        CertificateParts.AddAuthority(request);
        var root = request.Create(request.SubjectName, X509SignatureGenerator.CreateForECDsa(key), validity.From, validity.To, CertificateParts.Serial());

        AuthorityFolder.Write(folder, (KeyFile, TlsKey.Export(key, passphrase)), (CertificateFile, PemFile.Certificate(root.RawData)));
        return new TlsAuthority(root, key);
    }

    /// <summary>Reads an authority from its folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="passphrase">Passphrase of the private key; null where it has none.</param>
    /// <exception cref="FaultException">
    /// A file is missing or not what it should be: <c>PEM_FILE</c>, <c>KEY_UNREADABLE</c>, <c>KEY_PASSPHRASE</c>; key and certificate do not
    /// belong together: <c>SIGNER_MISMATCH</c>.
    /// </exception>
    public static TlsAuthority Load(string folder, string? passphrase = null)
    {
        var root = TlsTrust.ReadCertificate(PemFile.Read(Path.Combine(folder, CertificateFile)).SingleCertificate());
        var keyPath = Path.Combine(folder, KeyFile);
        var key = TlsKey.Import(keyPath, PemFile.Read(keyPath), passphrase);
        using var joined = TlsKey.Join(root, key);
        return new TlsAuthority(root, key);
    }

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
    /// <returns>The certificate first, then authorities between it and the root.</returns>
    /// <exception cref="FaultException"><c>DER_REFUSED</c>, <c>CERTIFICATE_REQUEST_INVALID</c>, <c>VALIDITY_OUTSIDE_AUTHORITY</c>.</exception>
    public X509Certificate2Collection CertifyClient(ReadOnlySpan<byte> pkcs10, TlsIdentity identity, CertificateValidity validity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        DerGate.Admit(pkcs10, DerLimits.Certificate);
        return [Sign(TlsRequests.Client(identity, TlsRequests.KeyOf(pkcs10)), Oids.ClientAuthentication, validity)];
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
            return P256FileSigner.Create(path, key, [certificate.RawData, _issuer.RawData], passphrase);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>Lets go of the private key.</summary>
    public void Dispose()
    {
        _key.Dispose();
        _issuer.Dispose();
    }

    private X509Certificate2 Sign(
        CertificateRequest request, string purpose, CertificateValidity validity, X509KeyUsageFlags usage = X509KeyUsageFlags.DigitalSignature, bool onlyPurpose = false)
    {
        if (validity.To > NotAfter)
        {
            throw CryptoFaults.OutlivesAuthority(NotAfter);
        }

        CertificateParts.AddLeaf(request, usage, _issuer.PublicKey);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: onlyPurpose));
        return request.Create(_issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), validity.From, validity.To, CertificateParts.Serial());
    }

    private static TlsCredential Join(ECDsa key, X509Certificate2 certificate)
    {
        using (certificate)
        {
            return new TlsCredential(certificate.CopyWithPrivateKey(key), intermediates: []);
        }
    }
}

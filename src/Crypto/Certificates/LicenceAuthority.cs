using System.Security.Cryptography.X509Certificates;
using DataHub.Crypto.Signing;
using DataHub.Crypto.Sm2;
using DataHub.Kernel.Faults;

namespace DataHub.Crypto.Certificates;

/// <summary>
/// The SM2 authority that vouches for licence issuers' keys (GB/T 20518 profile of RFC 5280), in a folder: <c>licence-root.crt</c>,
/// which verifiers pin, and <c>licence-root.key</c>, always encrypted.
/// </summary>
public sealed class LicenceAuthority
{
    private const string CertificateFile = "licence-root.crt";
    private const string KeyFile = "licence-root.key";

    private readonly Sm2PrivateKey _key;
    private readonly LicenceCertificate _root;
    private readonly X500DistinguishedName _name;

    private LicenceAuthority(Sm2PrivateKey key, LicenceCertificate root)
    {
        _key = key;
        _root = root.PublicKey.IsSameAs(key.PublicKey) ? root : throw CryptoFaults.SignerMismatch();
        _name = new X500DistinguishedName(root.SubjectDer.Span);
    }

    /// <summary>The root certificate.</summary>
    public LicenceCertificate Root => _root;

    /// <summary>Makes a new authority and writes it to a folder.</summary>
    /// <param name="folder">Folder; made if missing, for its owner only.</param>
    /// <param name="name">Whom the root names.</param>
    /// <param name="validity">Validity of the root.</param>
    /// <param name="passphrase">Passphrase for the private key, not empty.</param>
    /// <exception cref="IOException">The folder holds an authority already.</exception>
    public static LicenceAuthority Create(string folder, LicenceIssuerName name, CertificateValidity validity, string passphrase)
    {
        ArgumentNullException.ThrowIfNull(name);
        var key = Sm2PrivateKey.Generate();
        var generator = new Sm2SignatureGenerator(key);
        var request = new CertificateRequest(name.ToName(), generator.PublicKey, Sm2SignatureGenerator.HashName);
        CertificateParts.AddAuthority(request);
        using var root = request.Create(request.SubjectName, generator, validity.From, validity.To, CertificateParts.Serial());

        AuthorityFolder.Write(folder, (KeyFile, key.ExportEncryptedPem(passphrase)), (CertificateFile, PemFile.Certificate(root.RawData)));
        return new LicenceAuthority(key, LicenceCertificate.Parse(root.RawData));
    }

    /// <summary>Reads an authority from its folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="passphrase">Passphrase of the private key.</param>
    /// <exception cref="FaultException">
    /// A file is missing or not what it should be: <c>PEM_FILE</c>, <c>KEY_UNREADABLE</c>, <c>KEY_PASSPHRASE</c>, <c>CERTIFICATE_UNREADABLE</c>; key
    /// and certificate do not belong together: <c>SIGNER_MISMATCH</c>.
    /// </exception>
    public static LicenceAuthority Load(string folder, string passphrase)
    {
        var root = LicenceCertificate.Parse(PemFile.Read(Path.Combine(folder, CertificateFile)).SingleCertificate());
        var key = Sm2PrivateKey.FromEncryptedPkcs8(PemFile.Read(Path.Combine(folder, KeyFile)).EncryptedKey(), passphrase);
        return new LicenceAuthority(key, root);
    }

    /// <summary>Certifies an issuer's public key, wherever its private key is kept.</summary>
    /// <param name="issuer">Whom the certificate names.</param>
    /// <param name="key">The issuer's public key; that its owner holds the private one is for the caller to have seen.</param>
    /// <param name="validity">Its validity.</param>
    /// <returns>The chain: DER of the issuer's certificate, then of the root.</returns>
    /// <exception cref="FaultException">Longer than the authority's: <c>VALIDITY_OUTSIDE_AUTHORITY</c>.</exception>
    public IReadOnlyList<ReadOnlyMemory<byte>> Certify(LicenceIssuerName issuer, Sm2PublicKey key, CertificateValidity validity)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        ArgumentNullException.ThrowIfNull(key);
        if (validity.To > _root.Validity.To)
        {
            throw CryptoFaults.OutlivesAuthority(_root.Validity.To);
        }

        var request = new CertificateRequest(issuer.ToName(), Sm2SignatureGenerator.PublicKeyOf(key), Sm2SignatureGenerator.HashName);
        var generator = new Sm2SignatureGenerator(_key);
        CertificateParts.AddLeaf(request, X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation, generator.PublicKey);
        using var leaf = request.Create(_name, generator, validity.From, validity.To, CertificateParts.Serial());
        return [leaf.RawData, _root.Der];
    }

    /// <summary>Makes an issuer's key, certifies it and keeps both in one file.</summary>
    /// <param name="path">The file; one that is there is replaced in one step.</param>
    /// <param name="issuer">Whom the certificate names.</param>
    /// <param name="validity">Its validity.</param>
    /// <param name="passphrase">Passphrase for the private key, not empty.</param>
    /// <exception cref="FaultException">Longer than the authority's: <c>VALIDITY_OUTSIDE_AUTHORITY</c>.</exception>
    public Sm2FileSigner IssueSigner(string path, LicenceIssuerName issuer, CertificateValidity validity, string passphrase)
    {
        var key = Sm2PrivateKey.Generate();
        return Sm2FileSigner.Create(path, key, Certify(issuer, key.PublicKey, validity), passphrase);
    }
}

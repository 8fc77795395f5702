using System.Security.Cryptography.X509Certificates;
using DataHub.Crypto.Signing;
using DataHub.Crypto.Sm2;
using DataHub.Kernel.Faults;

namespace DataHub.Crypto.Certificates;

/// <summary>
/// The SM2 authority that vouches for licence issuers' keys (GB/T 20518 profile of RFC 5280), in a folder: <c>licence-root.crt</c>, which verifiers pin, <c>licence-root.key</c>, which may be
/// kept elsewhere, and <c>licence-issuing.pem</c>, which signs. Keys are always encrypted.
/// </summary>
public sealed class LicenceAuthority
{
    private readonly OpenedAuthority _authority;

    private LicenceAuthority(OpenedAuthority authority)
    {
        _authority = authority;
        Roots = [.. authority.Roots.Select(root => LicenceCertificate.Parse(root.RawData))];
        Issuer = LicenceCertificate.Parse(authority.Issuer.RawData);
    }

    /// <summary>The newest root certificate.</summary>
    public LicenceCertificate Root => Roots[0];

    /// <summary>All root certificates, newest first; ended ones among them, for what was signed while they held.</summary>
    public IReadOnlyList<LicenceCertificate> Roots { get; }

    /// <summary>Certificate of the key that signs.</summary>
    public LicenceCertificate Issuer { get; }

    /// <summary>Makes a new root, which signs by itself until <see cref="RenewIssuing"/>, and writes it to a folder.</summary>
    /// <param name="folder">Folder; made if missing, for its owner only.</param>
    /// <param name="name">Whom the root names.</param>
    /// <param name="validity">Validity of the root.</param>
    /// <param name="passphrase">Passphrase for the private key, not empty.</param>
    /// <exception cref="IOException">The folder holds an authority already.</exception>
    public static LicenceAuthority Create(string folder, LicenceIssuerName name, CertificateValidity validity, string passphrase)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new LicenceAuthority(FilesIn(folder).CreateRoot(name.ToName(), validity, passphrase));
    }

    /// <summary>Reads an authority from its folder: the issuing key, or the root's where there is no other.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="passphrase">Passphrase of the private key.</param>
    /// <exception cref="FaultException">
    /// A file is missing or not what it should be: <c>PEM_FILE</c>, <c>KEY_UNREADABLE</c>, <c>KEY_PASSPHRASE</c>, <c>CERTIFICATE_UNREADABLE</c>; key
    /// and certificate do not belong together: <c>SIGNER_MISMATCH</c>.
    /// </exception>
    public static LicenceAuthority Load(string folder, string passphrase) => new(FilesIn(folder).Open(passphrase));

    /// <summary>Makes a new issuing key under the root; what earlier ones signed goes on to hold.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">Whom the issuing authority's certificate names.</param>
    /// <param name="validity">Its validity.</param>
    /// <param name="passphrase">Passphrase of the root's key and for the new one.</param>
    /// <param name="rootElsewhere">Folder that holds the root's key; null = the same.</param>
    /// <exception cref="FaultException">The root's key is not there: <c>AUTHORITY_OFFLINE</c>; longer than the root's: <c>VALIDITY_OUTSIDE_AUTHORITY</c>.</exception>
    public static void RenewIssuing(string folder, LicenceIssuerName name, CertificateValidity validity, string passphrase, string? rootElsewhere = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        FilesIn(folder).RenewIssuing(name.ToName(), validity, passphrase, rootElsewhere);
    }

    /// <summary>Makes a new root beside the old one; renew the issuing key next. Verifiers pin both. The key of the old one is destroyed.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">Whom the root names, different from the old one's.</param>
    /// <param name="validity">Its validity.</param>
    /// <param name="passphrase">Passphrase of the old root's key and for the new one.</param>
    /// <param name="rootElsewhere">Folder that holds the root's key; null = the same.</param>
    /// <exception cref="FaultException">The root's key is not there: <c>AUTHORITY_OFFLINE</c>.</exception>
    public static void RenewRoot(string folder, LicenceIssuerName name, CertificateValidity validity, string passphrase, string? rootElsewhere = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        FilesIn(folder).RenewRoot(name.ToName(), validity, passphrase, rootElsewhere);
    }

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

    /// <summary>Certifies an issuer's public key, wherever its private key is kept.</summary>
    /// <param name="issuer">Whom the certificate names.</param>
    /// <param name="key">The issuer's public key; that its owner holds the private one is for the caller to have seen.</param>
    /// <param name="validity">Its validity.</param>
    /// <returns>The chain: DER of the issuer's certificate, of the issuing authority if there is one, of the root.</returns>
    /// <exception cref="FaultException">Longer than the authority's: <c>VALIDITY_OUTSIDE_AUTHORITY</c>.</exception>
    public IReadOnlyList<ReadOnlyMemory<byte>> Certify(LicenceIssuerName issuer, Sm2PublicKey key, CertificateValidity validity)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        ArgumentNullException.ThrowIfNull(key);
        var request = new CertificateRequest(issuer.ToName(), Sm2SignatureGenerator.PublicKeyOf(key), Sm2SignatureGenerator.HashName);
        using var leaf = _authority.CertifyLeaf(request, validity, X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation);
        ReadOnlyMemory<byte> root = _authority.Root.RawData;
        return Issuer.Der.Span.SequenceEqual(root.Span) ? [leaf.RawData, root] : [leaf.RawData, Issuer.Der, root];
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

    private static AuthorityFiles FilesIn(string folder) => new(folder, AuthorityKind.Licence);
}

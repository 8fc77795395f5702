using DataHub.Crypto.Certificates;
using DataHub.Crypto.Sm2;
using DataHub.Kernel.Faults;

namespace DataHub.Crypto.Signing;

/// <summary>An SM2 signer whose key and certificate chain stand in one PEM file, mode 0600, the key encrypted.</summary>
public sealed class Sm2FileSigner : ISigner
{
    private readonly Sm2PrivateKey _key;

    private Sm2FileSigner(Sm2PrivateKey key, IReadOnlyList<ReadOnlyMemory<byte>> chain)
    {
        _key = key;
        CertificateChain = chain;
        Certificate = chain.Count > 0 ? LicenceCertificate.Parse(chain[0]) : throw CryptoFaults.SignerMismatch();
        if (!Certificate.PublicKey.IsSameAs(key.PublicKey))
        {
            throw CryptoFaults.SignerMismatch();
        }
    }

    /// <inheritdoc/>
    public string Algorithm => SignatureAlgorithms.Sm2WithSm3;

    /// <inheritdoc/>
    public IReadOnlyList<ReadOnlyMemory<byte>> CertificateChain { get; }

    /// <summary>The signer's own certificate, read.</summary>
    public LicenceCertificate Certificate { get; }

    /// <summary>Writes a signer's file, replacing one that is there in one step, and opens it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">The private key.</param>
    /// <param name="chain">DER certificates, the signer's own first.</param>
    /// <param name="passphrase">Passphrase for the key, not empty.</param>
    /// <exception cref="FaultException">The first certificate is not this key's: <c>SIGNER_MISMATCH</c>.</exception>
    public static Sm2FileSigner Create(string path, Sm2PrivateKey key, IReadOnlyList<ReadOnlyMemory<byte>> chain, string passphrase)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(chain);
        var signer = new Sm2FileSigner(key, chain);
        var certificates = chain.Select(der => PemFile.Certificate(der.Span));
        PemFile.Replace(path, string.Join('\n', [.. certificates, key.ExportEncryptedPem(passphrase)]) + "\n");
        return signer;
    }

    /// <summary>Opens a signer's file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="passphrase">Passphrase of the key.</param>
    /// <exception cref="FaultException">
    /// Missing blocks: <c>PEM_FILE</c>; other passphrase: <c>KEY_PASSPHRASE</c>; key and certificate do not belong together:
    /// <c>SIGNER_MISMATCH</c>; or what <see cref="LicenceCertificate.Parse"/> refuses.
    /// </exception>
    public static Sm2FileSigner Open(string path, string passphrase)
    {
        var pem = PemFile.Read(path);
        return new Sm2FileSigner(Sm2PrivateKey.FromEncryptedPkcs8(pem.EncryptedKey(), passphrase), pem.Certificates);
    }

    /// <inheritdoc/>
    public byte[] Sign(ReadOnlySpan<byte> message) => Sm2.Sm2.Sign(_key, message);
}

using System.Security.Cryptography;
using DataHub.Crypto.Certificates;
using DataHub.Kernel.Faults;

namespace DataHub.Crypto.Signing;

/// <summary>A P-256 signer whose key and certificate chain stand in one PEM file, mode 0600, the key encrypted. Signs as <see cref="P256"/> checks.</summary>
public sealed class P256FileSigner : ISigner, IDisposable
{
    private readonly ECDsa _key;

    private P256FileSigner(ECDsa key, IReadOnlyList<ReadOnlyMemory<byte>> chain)
    {
        _key = key;
        CertificateChain = chain;
        using var certificate = chain.Count > 0 ? TlsTrust.ReadCertificate(chain[0]) : throw CryptoFaults.SignerMismatch();
        PublicKey = certificate.PublicKey.ExportSubjectPublicKeyInfo();
        Validity = new CertificateValidity(certificate.NotBefore, certificate.NotAfter);
        if (!key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(PublicKey.Span))
        {
            throw CryptoFaults.SignerMismatch();
        }
    }

    /// <inheritdoc/>
    public string Algorithm => SignatureAlgorithms.Es256;

    /// <inheritdoc/>
    public IReadOnlyList<ReadOnlyMemory<byte>> CertificateChain { get; }

    /// <summary>SubjectPublicKeyInfo, DER.</summary>
    public ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>When its certificate holds.</summary>
    public CertificateValidity Validity { get; }

    /// <summary>Writes a signer's file, replacing one that is there in one step, and opens it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">The P-256 private key, the signer's from now on.</param>
    /// <param name="chain">DER certificates, the signer's own first, the root last.</param>
    /// <param name="passphrase">Passphrase for the key, not empty.</param>
    /// <exception cref="FaultException">The first certificate is not this key's: <c>SIGNER_MISMATCH</c>.</exception>
    public static P256FileSigner Create(string path, ECDsa key, IReadOnlyList<ReadOnlyMemory<byte>> chain, string passphrase)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(chain);
        ArgumentException.ThrowIfNullOrEmpty(passphrase);
        var signer = new P256FileSigner(key, chain);
        var certificates = chain.Select(der => PemFile.Certificate(der.Span));
        PemFile.Replace(path, string.Join('\n', [.. certificates, TlsKey.Export(key, passphrase)]) + "\n");
        return signer;
    }

    /// <summary>Opens a signer's file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="passphrase">Passphrase of the key.</param>
    /// <exception cref="FaultException">
    /// Missing blocks: <c>PEM_FILE</c>; other passphrase: <c>KEY_PASSPHRASE</c>; not a P-256 key: <c>KEY_UNREADABLE</c>; key and certificate do not belong together: <c>SIGNER_MISMATCH</c>.
    /// </exception>
    public static P256FileSigner Open(string path, string passphrase)
    {
        var pem = PemFile.Read(path);
        pem.EncryptedKey();
        var key = TlsKey.Import(path, pem, passphrase);
        try
        {
            return new P256FileSigner(key, pem.Certificates);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        // The platform's key handles are not promised to be thread-safe.
        lock (_key)
        {
            return P256.Sign(_key, message);
        }
    }

    /// <summary>Lets go of the private key.</summary>
    public void Dispose() => _key.Dispose();
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DataHub.Kernel.Faults;

namespace DataHub.Crypto.Certificates;

/// <summary>
/// A certificate with its private key and the authorities between it and the root: what one end of a TLS connection shows. On disk one
/// PEM file (certificate, intermediates, key), mode 0600, replaced in one step, so that a renewal cut short leaves a pair that fits.
/// curl, openssl and gRPC clients take the same file for certificate and key.
/// </summary>
public sealed class TlsCredential : IDisposable
{
    internal TlsCredential(X509Certificate2 certificate, IReadOnlyList<X509Certificate2> intermediates)
    {
        Certificate = certificate;
        Intermediates = [.. intermediates];
    }

    /// <summary>The certificate, with its private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Certificates of issuing authorities, nearest first, without the root; empty where the root issued it.</summary>
    public X509Certificate2Collection Intermediates { get; }

    /// <summary>Reads a file written by <see cref="Save"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="passphrase">Passphrase of the key; null where it is not encrypted.</param>
    /// <exception cref="FaultException">
    /// Missing file or blocks: <c>PEM_FILE</c>; other passphrase: <c>KEY_PASSPHRASE</c>; key and certificate do not belong together: <c>SIGNER_MISMATCH</c>.
    /// </exception>
    public static TlsCredential Load(string path, string? passphrase = null)
    {
        var pem = PemFile.Read(path);
        using var key = TlsKey.Import(path, pem, passphrase);
        return pem.Certificates.Count > 0 ? Of(key, pem.Certificates) : throw CryptoFaults.Pem(path, "must hold a certificate");
    }

    /// <summary>Puts a key made here and the chain an authority answered with together.</summary>
    /// <param name="key">The P-256 private key; copied.</param>
    /// <param name="chain">DER certificates: the key's own, then authorities between it and the root.</param>
    /// <exception cref="FaultException">Not certificates: <c>DER_REFUSED</c>, <c>CERTIFICATE_UNREADABLE</c>; none, or for another key: <c>SIGNER_MISMATCH</c>.</exception>
    public static TlsCredential Of(ECDsa key, IReadOnlyList<ReadOnlyMemory<byte>> chain)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(chain);
        if (chain.Count == 0)
        {
            throw CryptoFaults.SignerMismatch();
        }

        using var certificate = TlsTrust.ReadCertificate(chain[0]);
        return new TlsCredential(TlsKey.Join(certificate, key), [.. chain.Skip(1).Select(TlsTrust.ReadCertificate)]);
    }

    /// <summary>Writes the file, replacing one that is there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="passphrase">Passphrase for the key; null writes it in the clear, protected by the file's mode alone.</param>
    public void Save(string path, string? passphrase = null)
    {
        using var key = Certificate.GetECDsaPrivateKey()!;
        var certificates = Intermediates.Prepend(Certificate).Select(certificate => PemFile.Certificate(certificate.RawData));
        PemFile.Replace(path, string.Join('\n', [.. certificates, TlsKey.Export(key, passphrase)]) + "\n");
    }

    /// <summary>Lets go of certificate and key.</summary>
    public void Dispose()
    {
        Certificate.Dispose();
        foreach (var intermediate in Intermediates)
        {
            intermediate.Dispose();
        }
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DataHub.Crypto.Sm2;

namespace DataHub.Crypto.Certificates;

/// <summary>P-256 keys in PEM.</summary>
internal static class TlsKey
{
    private static readonly PbeParameters Scheme = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, iterationCount: 600_000);

    public static ECDsa Generate() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public static string Export(ECDsa key, string? passphrase) =>
        passphrase is null ? key.ExportPkcs8PrivateKeyPem() : key.ExportEncryptedPkcs8PrivateKeyPem(passphrase, Scheme);

    public static ECDsa Import(string path, PemFile pem, string? passphrase)
    {
        var (label, der) = pem.SingleKey();
        if (label is EncryptedPkcs8.PemLabel && passphrase is null)
        {
            throw CryptoFaults.Pem(path, "holds an encrypted private key and no passphrase was given");
        }

        return label is EncryptedPkcs8.PemLabel ? ImportPlain(EncryptedPkcs8.Decrypt(der, passphrase!)) : ImportPlain(der);
    }

    /// <summary>The certificate with its key.</summary>
    public static X509Certificate2 Join(X509Certificate2 certificate, ECDsa key)
    {
        try
        {
            return certificate.CopyWithPrivateKey(key);
        }
        catch (ArgumentException)
        {
            throw CryptoFaults.SignerMismatch();
        }
    }

    private static ECDsa ImportPlain(byte[] pkcs8)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportPkcs8PrivateKey(pkcs8, out _);
            return key;
        }
        catch (CryptographicException e)
        {
            key.Dispose();
            throw CryptoFaults.Key("it is not an EC private key in PKCS#8", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }
}

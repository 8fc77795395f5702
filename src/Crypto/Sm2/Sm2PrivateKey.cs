using System.Formats.Asn1;
using System.Security.Cryptography;
using DataHub.Kernel.Faults;
using Org.BouncyCastle.Crypto.Parameters;

namespace DataHub.Crypto.Sm2;

/// <summary>
/// A private key on sm2p256v1 held in memory. It leaves the process encrypted or not at all. The arithmetic is not constant-time:
/// sign from queues and timers, not on a path whose timing a stranger can measure; production issuers belong in an HSM.
/// </summary>
public sealed class Sm2PrivateKey
{
    private readonly byte[] _d;

    private Sm2PrivateKey(byte[] d)
    {
        _d = d;
        Parameters = Sm2Curve.PrivateKey(d);
        PublicKey = Sm2PublicKey.FromPoint(Sm2Curve.PointOf(Parameters));
    }

    /// <summary>The key that verifies what this one signs.</summary>
    public Sm2PublicKey PublicKey { get; }

    internal ECPrivateKeyParameters Parameters { get; }

    /// <summary>A new key from the operating system's random numbers.</summary>
    public static Sm2PrivateKey Generate()
    {
        var d = new byte[Sm2Curve.CoordinateBytes];
        do
        {
            RandomNumberGenerator.Fill(d);
        }
        while (!Sm2Curve.IsPrivateKey(d));
        return new Sm2PrivateKey(d);
    }

    /// <summary>Reads PEM, label ENCRYPTED PRIVATE KEY: PKCS#8 under PBES2 with PBKDF2-HMAC-SHA256 and AES-256-CBC (RFC 8018).</summary>
    /// <param name="pem">The text; what stands around the block is ignored.</param>
    /// <param name="passphrase">Its passphrase, as UTF-8.</param>
    /// <exception cref="FaultException">
    /// Another form or another scheme: <c>KEY_UNREADABLE</c>, <c>DER_REFUSED</c>; another passphrase: <c>KEY_PASSPHRASE</c>.
    /// </exception>
    public static Sm2PrivateKey FromEncryptedPem(ReadOnlySpan<char> pem, string passphrase) =>
        PemEncoding.TryFind(pem, out var found) && pem[found.Label] is EncryptedPkcs8.PemLabel
            ? FromEncryptedPkcs8(Convert.FromBase64String(pem[found.Base64Data].ToString()), passphrase)
            : throw CryptoFaults.Key("it is not a PEM block ENCRYPTED PRIVATE KEY");

    /// <summary>PEM, label ENCRYPTED PRIVATE KEY, as <see cref="FromEncryptedPem"/> and OpenSSL read it.</summary>
    /// <param name="passphrase">Passphrase, not empty; 600,000 rounds of PBKDF2 stand before it.</param>
    public string ExportEncryptedPem(string passphrase)
    {
        var pkcs8 = Sm2KeyFormat.WritePkcs8(_d, PublicKey.ExportPoint());
        var encrypted = EncryptedPkcs8.Encrypt(pkcs8, passphrase);
        CryptographicOperations.ZeroMemory(pkcs8);
        return PemEncoding.WriteString(EncryptedPkcs8.PemLabel, encrypted);
    }

    /// <summary>A key from its number, 32 bytes big-endian.</summary>
    internal static Sm2PrivateKey FromNumber(ReadOnlySpan<byte> d) =>
        Sm2Curve.IsPrivateKey(d) ? new Sm2PrivateKey(d.ToArray()) : throw CryptoFaults.Key("its number is out of range");

    internal static Sm2PrivateKey FromEncryptedPkcs8(ReadOnlyMemory<byte> der, string passphrase)
    {
        var pkcs8 = EncryptedPkcs8.Decrypt(der, passphrase);
        try
        {
            return FromNumber(Sm2KeyFormat.ReadPkcs8(pkcs8));
        }
        catch (AsnContentException e)
        {
            throw CryptoFaults.Key("it is not PKCS#8 around an EC private key", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }
}

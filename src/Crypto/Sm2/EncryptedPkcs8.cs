using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;
using DataHub.Crypto.Der;

namespace DataHub.Crypto.Sm2;

/// <summary>
/// EncryptedPrivateKeyInfo (RFC 5958) with one scheme and no other: PBES2 (RFC 8018), PBKDF2 with HMAC-SHA256, AES-256-CBC. A file that
/// asks for an older scheme or for more rounds than a start may cost is refused.
/// </summary>
internal static class EncryptedPkcs8
{
    public const string PemLabel = "ENCRYPTED PRIVATE KEY";

    private const int Rounds = 600_000;
    private const int MaxRounds = 10_000_000;
    private const int SaltBytes = 16;
    private const int KeyBytes = 32;
    private const int BlockBytes = 16;

    public static byte[] Encrypt(ReadOnlySpan<byte> plain, string passphrase)
    {
        ArgumentException.ThrowIfNullOrEmpty(passphrase);
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var iv = RandomNumberGenerator.GetBytes(BlockBytes);
        using var aes = Cipher(passphrase, salt, Rounds);
        var encrypted = aes.EncryptCbc(plain, iv);

        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            WriteScheme(writer, salt, iv);
            writer.WriteOctetString(encrypted);
        }

        return writer.Encode();
    }

    public static byte[] Decrypt(ReadOnlyMemory<byte> der, string passphrase)
    {
        ArgumentException.ThrowIfNullOrEmpty(passphrase);
        DerGate.Admit(der.Span, DerLimits.Key);
        try
        {
            var info = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
            var (salt, rounds, iv) = ReadScheme(info.ReadSequence());
            using var aes = Cipher(passphrase, salt, rounds);
            return aes.DecryptCbc(info.ReadOctetString(), iv);
        }
        catch (AsnContentException e)
        {
            throw CryptoFaults.Key("it is not an encrypted PKCS#8 structure", e);
        }
        catch (CryptographicException e)
        {
            throw CryptoFaults.Passphrase(e);
        }
    }

    private static Aes Cipher(string passphrase, byte[] salt, int rounds)
    {
        var aes = Aes.Create();
        aes.Key = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(passphrase), salt, rounds, HashAlgorithmName.SHA256, KeyBytes);
        return aes;
    }

    private static void WriteScheme(AsnWriter writer, byte[] salt, byte[] iv)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Oids.Pbes2);
            using (writer.PushSequence())
            {
                WriteDerivation(writer, salt);
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(Oids.Aes256Cbc);
                    writer.WriteOctetString(iv);
                }
            }
        }
    }

    private static void WriteDerivation(AsnWriter writer, byte[] salt)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Oids.Pbkdf2);
            using (writer.PushSequence())
            {
                writer.WriteOctetString(salt);
                writer.WriteInteger(Rounds);
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(Oids.HmacSha256);
                    writer.WriteNull();
                }
            }
        }
    }

    private static (byte[] Salt, int Rounds, byte[] Iv) ReadScheme(AsnReader scheme)
    {
        Expect(scheme, Oids.Pbes2);
        var parameters = scheme.ReadSequence();
        var (salt, rounds) = ReadDerivation(parameters.ReadSequence());
        var cipher = parameters.ReadSequence();
        Expect(cipher, Oids.Aes256Cbc);
        var iv = cipher.ReadOctetString();
        return iv.Length == BlockBytes ? (salt, rounds, iv) : throw CryptoFaults.Key("its initialisation vector is not 16 bytes");
    }

    private static (byte[] Salt, int Rounds) ReadDerivation(AsnReader derivation)
    {
        Expect(derivation, Oids.Pbkdf2);
        var parameters = derivation.ReadSequence();
        var salt = parameters.ReadOctetString();
        if (!parameters.TryReadInt32(out var rounds) || rounds is < 1 or > MaxRounds)
        {
            throw CryptoFaults.Key($"its PBKDF2 rounds are not between 1 and {MaxRounds}");
        }

        // OpenSSL writes the optional key length in some versions.
        if (parameters.HasData && parameters.PeekTag() == Asn1Tag.Integer)
        {
            parameters.ReadInteger();
        }

        if (!parameters.HasData)
        {
            throw CryptoFaults.Key("PBKDF2 with HMAC-SHA1 is not accepted");
        }

        Expect(parameters.ReadSequence(), Oids.HmacSha256);
        return (salt, rounds);
    }

    private static void Expect(AsnReader reader, string oid)
    {
        if (reader.ReadObjectIdentifier() != oid)
        {
            throw CryptoFaults.Key("only PBES2 with PBKDF2-HMAC-SHA256 and AES-256-CBC is accepted");
        }
    }
}

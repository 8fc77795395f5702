using System.Security.Cryptography;
using DataHub.Crypto.Sm2;
using Signature = DataHub.Crypto.Sm2.Sm2;

namespace DataHub.Crypto.Tests.Sm2;

public sealed class Sm2KeyTests
{
    // Made once: 600,000 rounds of key derivation are meant to cost something.
    private static readonly Sm2PrivateKey Key = Sm2PrivateKey.Generate();
    private static readonly string Pem = Key.ExportEncryptedPem("correct horse");

    [Fact]
    public void FromPoint_WhatWasExported_IsTheSameKey() =>
        Assert.True(Sm2PublicKey.FromPoint(Key.PublicKey.ExportPoint()).IsSameAs(Key.PublicKey));

    [Fact]
    public void FromPoint_NotAPointInTheOnlyForm_IsRefused()
    {
        var point = Key.PublicKey.ExportPoint();
        var offCurve = point.ToArray();
        offCurve[64] ^= 1;
        var p = Convert.FromHexString("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF");
        byte[][] refused =
        [
            [], [0x00], point[..64], [.. point, 0], [0x06, .. point[1..]], [(byte)(0x02 + (point[64] & 1)), .. point[1..33]],
            offCurve, new byte[65], [0x04, .. new byte[64]], [0x04, .. p, .. point[33..]], [0x04, .. point[1..33], .. p],
        ];

        Assert.All(refused, bytes => Refused.With("SM2_POINT_INVALID", () => Sm2PublicKey.FromPoint(bytes)));
    }

    [Fact]
    public void FromPoint_Generator_IsAcceptedAndComesBackAsItWas()
    {
        var generator = Convert.FromHexString("0432C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0");

        Assert.Equal(generator, Sm2PublicKey.FromPoint(generator).ExportPoint());
    }

    [Fact]
    public void FromPem_WhatWasExported_IsTheSameKey() =>
        Assert.True(Sm2PublicKey.FromPem("text before\n" + Key.PublicKey.ExportPem()).IsSameAs(Key.PublicKey));

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN PUBLIC KEY-----")]
    [InlineData("-----BEGIN CERTIFICATE-----\nBQA=\n-----END CERTIFICATE-----")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nBQA=\n-----END PUBLIC KEY-----")]
    public void FromPem_OtherText_IsRefused(string pem) => Refused.With("KEY_UNREADABLE", () => Sm2PublicKey.FromPem(pem));

    [Fact]
    public void FromSubjectPublicKeyInfo_KeyOnAnotherCurve_IsRefused()
    {
        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);

        Refused.With("KEY_UNREADABLE", () => Sm2PublicKey.FromSubjectPublicKeyInfo(p256.ExportSubjectPublicKeyInfo()));
        Refused.With("KEY_UNREADABLE", () => Sm2PublicKey.FromSubjectPublicKeyInfo(rsa.ExportSubjectPublicKeyInfo()));
    }

    [Fact]
    public void FromEncryptedPem_WhatWasExported_SignsForTheSameKey()
    {
        var read = Sm2PrivateKey.FromEncryptedPem(Pem, "correct horse");

        Assert.True(read.PublicKey.IsSameAs(Key.PublicKey));
        Assert.True(Signature.Verify(Key.PublicKey, "m"u8, Signature.Sign(read, "m"u8)));
    }

    [Fact]
    public void FromEncryptedPem_OtherPassphrase_IsRefused()
    {
        // With luck of 1 in 256 the padding fits another passphrase's garbage; then the structure does not.
        var fault = Assert.Throws<DataHub.Kernel.Faults.FaultException>(() => Sm2PrivateKey.FromEncryptedPem(Pem, "correct house"));

        Assert.Contains(fault.Code, (string[])["KEY_PASSPHRASE", "KEY_UNREADABLE", "DER_REFUSED"]);
    }

    [Fact]
    public void ExportEncryptedPem_EmptyPassphrase_IsRefused() => Assert.Throws<ArgumentException>(() => Key.ExportEncryptedPem(""));

    [Fact]
    public void ExportEncryptedPem_SameKeyTwice_IsNeverTheSame() => Assert.NotEqual(Pem, Key.ExportEncryptedPem("correct horse"));

    // Old schemes of PKCS#5 and PKCS#12, PBKDF2 with SHA-1, other ciphers.
    [Theory]
    [InlineData(PbeEncryptionAlgorithm.TripleDes3KeyPkcs12, "SHA1")]
    [InlineData(PbeEncryptionAlgorithm.Aes128Cbc, "SHA256")]
    [InlineData(PbeEncryptionAlgorithm.Aes256Cbc, "SHA1")]
    [InlineData(PbeEncryptionAlgorithm.Aes256Cbc, "SHA512")]
    public void FromEncryptedPem_OtherScheme_IsRefused(PbeEncryptionAlgorithm cipher, string hash)
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = ecdsa.ExportEncryptedPkcs8PrivateKeyPem("x", new PbeParameters(cipher, new HashAlgorithmName(hash), 1_000));

        Refused.With("KEY_UNREADABLE", () => Sm2PrivateKey.FromEncryptedPem(pem, "x"));
    }

    [Fact]
    public void FromEncryptedPem_TooManyRounds_IsRefusedBeforeAnyIsDone()
    {
        // The rounds, 600,000 in three bytes, become 2,000,000,000 in four; the four lengths around them grow by one.
        var der = Convert.FromBase64String(string.Concat(Pem.Split('\n').Where(line => line.Length > 0 && !line.StartsWith('-'))));
        var at = der.AsSpan().IndexOf(new byte[] { 0x02, 0x03, 0x09, 0x27, 0xC0 });
        Assert.True(at > 0, "600,000 stands in the structure");
        byte[] changed = [.. der[..at], 0x02, 0x04, 0x77, 0x35, 0x94, 0x00, .. der[(at + 5)..]];
        foreach (var length in LengthsAround(der, at))
        {
            changed[length]++;
        }

        var fault = Refused.With("KEY_UNREADABLE", () => Sm2PrivateKey.FromEncryptedPem(PemEncoding.WriteString("ENCRYPTED PRIVATE KEY", changed), "correct horse"));

        Assert.Contains("rounds", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromEncryptedPem_KeyOnAnotherCurve_IsRefused()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = ecdsa.ExportEncryptedPkcs8PrivateKeyPem("x", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1_000));

        Refused.With("KEY_UNREADABLE", () => Sm2PrivateKey.FromEncryptedPem(pem, "x"));
    }

    /// <summary>Places of the last length byte of every constructed element that holds <paramref name="at"/>.</summary>
    private static List<int> LengthsAround(byte[] der, int at)
    {
        var places = new List<int>();
        for (var i = 0; i < at;)
        {
            var lengthBytes = der[i + 1] < 0x80 ? 0 : der[i + 1] & 0x7F;
            var length = lengthBytes == 0 ? der[i + 1] : der.Skip(i + 2).Take(lengthBytes).Aggregate(0, (sum, b) => (sum << 8) | b);
            var content = i + 2 + lengthBytes;
            var holds = (der[i] & 0x20) != 0 && content + length > at;
            if (holds)
            {
                places.Add(content - 1);
            }

            i = holds ? content : content + length;
        }

        return places;
    }
}

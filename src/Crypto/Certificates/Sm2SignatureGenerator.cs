using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DataHub.Crypto.Sm2;

namespace DataHub.Crypto.Certificates;

/// <summary>Lets the platform build certificates and the hub sign them: SM2 with SM3, OID 1.2.156.10197.1.501 without parameters.</summary>
internal sealed class Sm2SignatureGenerator(Sm2PrivateKey key) : X509SignatureGenerator
{
    /// <summary>The platform knows no SM3; the name is only handed through to <see cref="SignData"/>.</summary>
    public static HashAlgorithmName HashName { get; } = new("SM3");

    public static PublicKey PublicKeyOf(Sm2PublicKey key) => PublicKey.CreateFromSubjectPublicKeyInfo(key.ExportSubjectPublicKeyInfo(), out _);

    public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Oids.Sm2WithSm3);
        }

        return writer.Encode();
    }

    public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) => Sm2.Sm2.Sign(key, data);

    protected override PublicKey BuildPublicKey() => PublicKeyOf(key.PublicKey);
}

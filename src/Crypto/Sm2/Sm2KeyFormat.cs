using System.Formats.Asn1;
using DataHub.Crypto.Der;

namespace DataHub.Crypto.Sm2;

/// <summary>PKCS#8 (RFC 5208) around an ECPrivateKey (RFC 5915), and the algorithm identifier both key forms share.</summary>
internal static class Sm2KeyFormat
{
    private static readonly Asn1Tag CurveTag = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag PointTag = new(TagClass.ContextSpecific, 1, isConstructed: true);

    public static void WriteAlgorithm(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Oids.EcPublicKey);
            writer.WriteObjectIdentifier(Oids.Sm2Curve);
        }
    }

    public static void ReadAlgorithm(AsnReader reader)
    {
        var algorithm = reader.ReadSequence();
        if (algorithm.ReadObjectIdentifier() != Oids.EcPublicKey || algorithm.ReadObjectIdentifier() != Oids.Sm2Curve)
        {
            throw CryptoFaults.Key("it is not a key on the curve sm2p256v1");
        }

        algorithm.ThrowIfNotEmpty();
    }

    public static byte[] WritePkcs8(ReadOnlySpan<byte> d, ReadOnlySpan<byte> point)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(0);
            WriteAlgorithm(writer);
            using (writer.PushOctetString())
            using (writer.PushSequence())
            {
                writer.WriteInteger(1);
                writer.WriteOctetString(d);
                using (writer.PushSequence(PointTag))
                {
                    writer.WriteBitString(point);
                }
            }
        }

        return writer.Encode();
    }

    /// <summary>The private number; a point beside it is not believed but computed again by the caller.</summary>
    /// <exception cref="AsnContentException">Another structure.</exception>
    public static byte[] ReadPkcs8(ReadOnlyMemory<byte> der)
    {
        DerGate.Admit(der.Span, DerLimits.Key);
        var info = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        if (!info.TryReadInt32(out var version) || version != 0)
        {
            throw CryptoFaults.Key("its version is not 0");
        }

        ReadAlgorithm(info);
        return ReadEcPrivateKey(info.ReadOctetString());
    }

    private static byte[] ReadEcPrivateKey(byte[] der)
    {
        DerGate.Admit(der, DerLimits.Key);
        var key = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        if (!key.TryReadInt32(out var version) || version != 1)
        {
            throw CryptoFaults.Key("its inner version is not 1");
        }

        var d = key.ReadOctetString();
        if (key.HasData && key.PeekTag() == CurveTag && key.ReadSequence(CurveTag).ReadObjectIdentifier() != Oids.Sm2Curve)
        {
            throw CryptoFaults.Key("it names two curves");
        }

        return d;
    }
}

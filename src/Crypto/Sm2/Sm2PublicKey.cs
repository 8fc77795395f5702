using System.Formats.Asn1;
using System.Security.Cryptography;
using DataHub.Crypto.Der;
using DataHub.Kernel.Faults;
using Org.BouncyCastle.Crypto.Parameters;

namespace DataHub.Crypto.Sm2;

/// <summary>A public key on sm2p256v1; only valid points become one. Immutable and thread-safe.</summary>
public sealed class Sm2PublicKey
{
    private readonly byte[] _point;

    private Sm2PublicKey(byte[] point)
    {
        _point = point;
        Parameters = Sm2Curve.PublicKey(point);
    }

    internal ECPublicKeyParameters Parameters { get; }

    /// <summary>A key from its point.</summary>
    /// <param name="point">65 bytes: 04 ‖ X ‖ Y.</param>
    /// <exception cref="FaultException">Another form, or not on the curve: <c>SM2_POINT_INVALID</c>.</exception>
    public static Sm2PublicKey FromPoint(ReadOnlySpan<byte> point) =>
        Sm2Curve.Contains(point) ? new Sm2PublicKey(point.ToArray()) : throw CryptoFaults.Point();

    /// <summary>A key from its X.509 form (RFC 5480): id-ecPublicKey with the named curve sm2p256v1.</summary>
    /// <param name="der">SubjectPublicKeyInfo.</param>
    /// <exception cref="FaultException">Not such a structure: <c>DER_REFUSED</c>, <c>KEY_UNREADABLE</c>, <c>SM2_POINT_INVALID</c>.</exception>
    public static Sm2PublicKey FromSubjectPublicKeyInfo(ReadOnlyMemory<byte> der)
    {
        DerGate.Admit(der.Span, DerLimits.Key);
        try
        {
            return Read(new AsnReader(der, AsnEncodingRules.DER));
        }
        catch (AsnContentException e)
        {
            throw CryptoFaults.Key("it is not a SubjectPublicKeyInfo", e);
        }
    }

    /// <summary>A key from PEM, label PUBLIC KEY.</summary>
    /// <param name="pem">The text; what stands around the block is ignored.</param>
    /// <exception cref="FaultException">No such block or another key: <c>KEY_UNREADABLE</c>, <c>DER_REFUSED</c>, <c>SM2_POINT_INVALID</c>.</exception>
    public static Sm2PublicKey FromPem(ReadOnlySpan<char> pem) =>
        PemEncoding.TryFind(pem, out var found) && pem[found.Label] is "PUBLIC KEY"
            ? FromSubjectPublicKeyInfo(Convert.FromBase64String(pem[found.Base64Data].ToString()))
            : throw CryptoFaults.Key("it is not a PEM block PUBLIC KEY");

    /// <summary>The point.</summary>
    /// <returns>65 bytes: 04 ‖ X ‖ Y.</returns>
    public byte[] ExportPoint() => [.. _point];

    /// <summary>The X.509 form.</summary>
    public byte[] ExportSubjectPublicKeyInfo()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            Sm2KeyFormat.WriteAlgorithm(writer);
            writer.WriteBitString(_point);
        }

        return writer.Encode();
    }

    /// <summary>PEM as OpenSSL reads it.</summary>
    public string ExportPem() => PemEncoding.WriteString("PUBLIC KEY", ExportSubjectPublicKeyInfo());

    /// <summary>Whether both are the same point.</summary>
    /// <param name="other">The other key.</param>
    public bool IsSameAs(Sm2PublicKey other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return _point.AsSpan().SequenceEqual(other._point);
    }

    /// <summary>Reads a SubjectPublicKeyInfo that came through the gate, alone or within a certificate.</summary>
    /// <exception cref="AsnContentException">Another structure.</exception>
    internal static Sm2PublicKey Read(AsnReader reader)
    {
        var info = reader.ReadSequence();
        Sm2KeyFormat.ReadAlgorithm(info);
        var point = info.ReadBitString(out var unused);
        info.ThrowIfNotEmpty();
        reader.ThrowIfNotEmpty();
        return unused == 0 ? FromPoint(point) : throw CryptoFaults.Point();
    }
}

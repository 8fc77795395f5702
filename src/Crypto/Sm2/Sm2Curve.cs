using System.Numerics;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Crypto.Parameters;
using BigNumber = Org.BouncyCastle.Math.BigInteger;

namespace DataHub.Crypto.Sm2;

/// <summary>
/// The curve sm2p256v1 of GB/T 32918.5-2017. The arithmetic is Bouncy Castle's implementation of this one curve (five times as fast
/// as its general one); whether a point from outside lies on it is decided here, before Bouncy Castle sees it.
/// </summary>
internal static class Sm2Curve
{
    public const int CoordinateBytes = 32;
    public const int PointBytes = 1 + (2 * CoordinateBytes);
    public const byte UncompressedPoint = 0x04;

    private static readonly BigInteger P = Hex("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF");
    private static readonly BigInteger B = Hex("28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93");

    /// <summary>Order of the group; the cofactor is 1, so every point but infinity has this order.</summary>
    public static BigInteger Order { get; } = Hex("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123");

    /// <summary>The parameters as Bouncy Castle wants them.</summary>
    public static ECDomainParameters Domain { get; } = LoadDomain();

    /// <summary>Whether 65 bytes (04 ‖ X ‖ Y) are a point: coordinates below p, y² = x³ − 3x + b. Infinity has no such form.</summary>
    public static bool Contains(ReadOnlySpan<byte> point)
    {
        if (point.Length != PointBytes || point[0] != UncompressedPoint)
        {
            return false;
        }

        var x = Number(point.Slice(1, CoordinateBytes));
        var y = Number(point[^CoordinateBytes..]);
        return x < P && y < P && ((y * y) - (x * x * x) + (3 * x) - B) % P == BigInteger.Zero;
    }

    /// <summary>Whether <paramref name="d"/> is a private key: 1 ≤ d ≤ n − 2, because signing divides by 1 + d.</summary>
    public static bool IsPrivateKey(ReadOnlySpan<byte> d)
    {
        var number = Number(d);
        return d.Length == CoordinateBytes && number >= BigInteger.One && number <= Order - 2;
    }

    public static BigInteger Number(ReadOnlySpan<byte> bigEndian) => new(bigEndian, isUnsigned: true, isBigEndian: true);

    public static ECPublicKeyParameters PublicKey(ReadOnlySpan<byte> point) => new(Domain.Curve.DecodePoint(point.ToArray()), Domain);

    public static ECPrivateKeyParameters PrivateKey(ReadOnlySpan<byte> d) => new(new BigNumber(1, d.ToArray()), Domain);

    /// <summary>The point d·G.</summary>
    public static byte[] PointOf(ECPrivateKeyParameters key) => Domain.G.Multiply(key.D).Normalize().GetEncoded(compressed: false);

    private static ECDomainParameters LoadDomain()
    {
        var curve = CustomNamedCurves.GetByName("sm2p256v1");
        return new ECDomainParameters(curve.Curve, curve.G, curve.N, curve.H);
    }

    private static BigInteger Hex(string digits) => Number(Convert.FromHexString(digits));
}

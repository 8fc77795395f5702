using System.Security.Cryptography;
using DataHub.Crypto.Der;

namespace DataHub.Crypto.Signing;

/// <summary>
/// Checks ECDSA signatures on P-256 over SHA-256 as JOSE's ES256 prescribes them (RFC 7518, 3.4; IEEE P1363): R ‖ S, 32 bytes each, big-endian. Of the two signatures that
/// every ECDSA signature stands for only the one with the lower S is accepted, so that nobody can make a second out of it.
/// </summary>
public static class P256
{
    /// <summary>Length of a signature in bytes.</summary>
    public const int SignatureBytes = 64;

    private const int ScalarBytes = SignatureBytes / 2;

    // Order of the curve (FIPS 186-4, D.1.2.3).
    private static ReadOnlySpan<byte> Order =>
    [
        0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
    ];

    private static ReadOnlySpan<byte> HalfOrder =>
    [
        0x7F, 0xFF, 0xFF, 0xFF, 0x80, 0x00, 0x00, 0x00, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xDE, 0x73, 0x7D, 0x56, 0xD3, 0x8B, 0xCF, 0x42, 0x79, 0xDC, 0xE5, 0x61, 0x7E, 0x31, 0x92, 0xA8,
    ];

    /// <summary>Whether a signature is the key's over a message; bad input of any kind is false, never an exception.</summary>
    /// <param name="publicKey">SubjectPublicKeyInfo, DER, with a P-256 key.</param>
    /// <param name="message">The message (not its hash).</param>
    /// <param name="signature">64 bytes R ‖ S with 1 ≤ R &lt; n and 1 ≤ S ≤ n/2.</param>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (!IsInRange(signature) || !DerGate.Examine(publicKey, DerLimits.Key).Accepted)
        {
            return false;
        }

        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(publicKey, out _);
            return Verify(key, message, signature);
        }
        catch (CryptographicException)
        {
            // Not a key of an elliptic curve, or a point that is not on it: nobody's signature.
            return false;
        }
    }

    /// <summary>The same for a key that is open already.</summary>
    internal static bool Verify(ECDsa key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        IsInRange(signature) && IsP256(key) && key.VerifyData(message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    /// <summary>Signs, answering with the lower S.</summary>
    internal static byte[] Sign(ECDsa key, ReadOnlySpan<byte> message)
    {
        var signature = key.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        var s = signature.AsSpan(ScalarBytes);
        if (s.SequenceCompareTo(HalfOrder) > 0)
        {
            Negate(s);
        }

        return signature;
    }

    internal static bool IsP256(ECDsa key) =>
        key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value;

    private static bool IsInRange(ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureBytes)
        {
            return false;
        }

        var r = signature[..ScalarBytes];
        var s = signature[ScalarBytes..];
        return r.ContainsAnyExcept((byte)0) && r.SequenceCompareTo(Order) < 0
            && s.ContainsAnyExcept((byte)0) && s.SequenceCompareTo(HalfOrder) <= 0;
    }

    /// <summary>s := n − s, which verifies as well as s does.</summary>
    private static void Negate(Span<byte> s)
    {
        var borrow = 0;
        for (var i = ScalarBytes - 1; i >= 0; i--)
        {
            var difference = Order[i] - s[i] - borrow;
            s[i] = (byte)difference;
            borrow = difference < 0 ? 1 : 0;
        }
    }
}

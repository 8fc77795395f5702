using System.Diagnostics.Metrics;
using System.Formats.Asn1;
using System.Text;
using DataHub.Crypto.Der;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;

namespace DataHub.Crypto.Sm2;

/// <summary>
/// SM2 signatures with SM3 (GB/T 32918.2-2016) for the user id 1234567812345678, which is also the one inside certificates
/// (GM/T 0009). A signature is DER SEQUENCE { r, s }; OpenSSL verifies it with <c>distid:1234567812345678</c>. Thread-safe.
/// </summary>
public static class Sm2
{
    private static readonly byte[] UserId = Encoding.ASCII.GetBytes("1234567812345678");
    private static readonly Meter Meter = new("DataHub.Crypto");
    private static readonly Counter<long> VerifierFailures = Meter.CreateCounter<long>(
        "datahub.crypto.sm2.verifier_failures", description: "Verifications that ended in an exception and were answered 'invalid'.");

    /// <summary>Signs a message (not its hash).</summary>
    /// <param name="key">Key to sign with.</param>
    /// <param name="message">The message; may be empty.</param>
    /// <returns>DER, 70 to 72 bytes as a rule and 80 at most.</returns>
    public static byte[] Sign(Sm2PrivateKey key, ReadOnlySpan<byte> message)
    {
        ArgumentNullException.ThrowIfNull(key);

        // A signer is good for one operation: used again it makes signatures that do not verify.
        var signer = new SM2Signer();
        signer.Init(forSigning: true, new ParametersWithID(new ParametersWithRandom(key.Parameters, new SecureRandom(new SystemRandom())), UserId));
        signer.BlockUpdate(message.ToArray(), 0, message.Length);
        return signer.GenerateSignature();
    }

    /// <summary>Whether the signature is this key's over this message. Bad input is an answer (false), never an exception.</summary>
    /// <param name="publicKey">Key to verify with.</param>
    /// <param name="message">The message that was signed.</param>
    /// <param name="derSignature">What claims to be its signature; above 80 bytes false.</param>
    public static bool Verify(Sm2PublicKey publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> derSignature)
    {
        ArgumentNullException.ThrowIfNull(publicKey);
        return IsWellFormed(derSignature) && VerifyWellFormed(publicKey, message, derSignature);
    }

    private static bool IsWellFormed(ReadOnlySpan<byte> der)
    {
        if (!DerGate.Examine(der, DerLimits.Signature).Accepted)
        {
            return false;
        }

        try
        {
            var pair = new AsnReader(der.ToArray(), AsnEncodingRules.DER).ReadSequence();
            return IsInRange(pair) && IsInRange(pair) && !pair.HasData;
        }
        catch (AsnContentException)
        {
            // Another structure: the answer is "invalid".
            return false;
        }
    }

    private static bool IsInRange(AsnReader pair)
    {
        var number = pair.ReadInteger();
        return number.Sign > 0 && number < Sm2Curve.Order;
    }

    private static bool VerifyWellFormed(Sm2PublicKey publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> derSignature)
    {
        try
        {
            var signer = new SM2Signer();
            signer.Init(forSigning: false, new ParametersWithID(publicKey.Parameters, UserId));
            signer.BlockUpdate(message.ToArray(), 0, message.Length);
            return signer.VerifySignature(derSignature.ToArray());
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Nothing is known that gets here past the checks above; whatever it is, it is not a valid signature, and it is counted.
            VerifierFailures.Add(1, new KeyValuePair<string, object?>("exception", e.GetType().Name));
            return false;
        }
    }
}

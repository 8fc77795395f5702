using System.Formats.Asn1;
using System.Numerics;
using System.Text;
using DataHub.Crypto.Sm2;
using FsCheck;
using FsCheck.Fluent;
using Signature = DataHub.Crypto.Sm2.Sm2;

namespace DataHub.Crypto.Tests.Sm2;

public sealed class Sm2Tests
{
    private const string Order = "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123";

    private static readonly Sm2PrivateKey Key = Sm2PrivateKey.Generate();

    // The example of GB/T 32918 on the curve of part 5.
    private static readonly Sm2PublicKey ReferenceKey = Sm2PublicKey.FromPoint(Convert.FromHexString(
        "0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"));

    private static readonly BigInteger ReferenceR = Number("F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3");
    private static readonly BigInteger ReferenceS = Number("B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA");

    [Fact]
    public void Verify_ReferenceVector_IsAccepted() =>
        Assert.True(Signature.Verify(ReferenceKey, "message digest"u8, Der(ReferenceR, ReferenceS)));

    [Fact]
    public void Verify_ReferenceVectorChanged_IsRefused()
    {
        Assert.False(Signature.Verify(ReferenceKey, "message digesT"u8, Der(ReferenceR, ReferenceS)));
        Assert.False(Signature.Verify(Key.PublicKey, "message digest"u8, Der(ReferenceR, ReferenceS)));
        Assert.False(Signature.Verify(ReferenceKey, "message digest"u8, Der(ReferenceS, ReferenceR)));
        Assert.False(Signature.Verify(ReferenceKey, "message digest"u8, Der(ReferenceR, Number(Order) - ReferenceS)));
    }

    [Fact]
    public void Verify_NumbersOutOfRange_IsRefused()
    {
        var n = Number(Order);
        foreach (var (r, s) in new[] { (BigInteger.Zero, ReferenceS), (ReferenceR, BigInteger.Zero), (ReferenceR + n, ReferenceS), (ReferenceR, ReferenceS + n), (n, n), (-ReferenceR, ReferenceS), (ReferenceR, n - ReferenceR), (BigInteger.One, BigInteger.One) })
        {
            Assert.False(Signature.Verify(ReferenceKey, "message digest"u8, Der(r, s)));
        }
    }

    [Fact]
    public void Verify_OtherStructures_IsRefused()
    {
        var raw = Der(ReferenceR, ReferenceS);
        Assert.False(Signature.Verify(ReferenceKey, "message digest"u8, []));
        Assert.False(Signature.Verify(ReferenceKey, "message digest"u8, [.. raw, 0]));
        Assert.False(Signature.Verify(ReferenceKey, "message digest"u8, [0x30, (byte)(raw[1] + 3), .. raw[2..], 0x02, 0x01, 0x01]));
        Assert.False(Signature.Verify(ReferenceKey, "message digest"u8, [0x31, .. raw[1..]]));
        Assert.False(Signature.Verify(ReferenceKey, "message digest"u8, new byte[83_000]));
        Assert.False(Signature.Verify(ReferenceKey, "message digest"u8, ReferenceR.ToByteArray(isUnsigned: true, isBigEndian: true)));
    }

    [Fact]
    public void Sign_AnyMessage_IsVerifiedAndOnlyForThatMessage() => Prop.ForAll((byte[] message) =>
    {
        var signature = Signature.Sign(Key, message);
        return signature.Length <= 80
            && Signature.Verify(Key.PublicKey, message, signature)
            && !Signature.Verify(Key.PublicKey, [.. message, 0], signature)
            && !Signature.Verify(ReferenceKey, message, signature);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    // A signer used twice makes a signature that does not verify; here each operation has its own.
    [Fact]
    public void Sign_SeveralInARowAndAtOnce_AllVerify()
    {
        var messages = Enumerable.Range(0, 64).Select(i => Encoding.ASCII.GetBytes($"message {i}")).ToArray();

        var signatures = messages.AsParallel().AsOrdered().Select(message => Signature.Sign(Key, message)).ToArray();

        Assert.All(messages.Zip(signatures), pair => Assert.True(Signature.Verify(Key.PublicKey, pair.First, pair.Second)));
    }

    [Fact]
    public void Sign_SameMessageTwice_UsesAnotherNonce() =>
        Assert.NotEqual(Signature.Sign(Key, "m"u8), Signature.Sign(Key, "m"u8));

    [Fact]
    public void Verify_100000MutatedSignatures_NoneAcceptedNoneThrows()
    {
        var random = new Random(20262);
        var message = "message"u8.ToArray();
        var signature = Signature.Sign(Key, message);
        for (var i = 0; i < 100_000; i++)
        {
            var mutated = Mutation.Of(signature, random);
            if (Signature.Verify(Key.PublicKey, message, mutated))
            {
                Assert.Fail($"Accepted at step {i}: {Convert.ToHexString(mutated)} for {Convert.ToHexString(signature)}");
            }
        }

        Assert.True(Signature.Verify(Key.PublicKey, message, signature));
    }

    private static BigInteger Number(string hex) => new(Convert.FromHexString(hex), isUnsigned: true, isBigEndian: true);

    private static byte[] Der(BigInteger r, BigInteger s)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(r);
            writer.WriteInteger(s);
        }

        return writer.Encode();
    }
}

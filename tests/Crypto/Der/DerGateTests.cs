using System.Formats.Asn1;
using System.Security.Cryptography;
using DataHub.Crypto.Der;

namespace DataHub.Crypto.Tests.Der;

public sealed class DerGateTests
{
    [Theory]
    [InlineData("0500", DerRefusal.None)]
    [InlineData("3000", DerRefusal.None)]
    [InlineData("300602010102017F", DerRefusal.None)]
    [InlineData("3006020101A0010500", DerRefusal.TrailingBytes)]
    [InlineData("3006020101A00105", DerRefusal.Truncated)]
    [InlineData("", DerRefusal.Empty)]
    [InlineData("30", DerRefusal.Truncated)]
    [InlineData("050000", DerRefusal.TrailingBytes)]
    [InlineData("3003020200", DerRefusal.Truncated)]
    [InlineData("1F8101003000", DerRefusal.HighTag)]
    [InlineData("30800000", DerRefusal.IndefiniteLength)]
    [InlineData("248000000000", DerRefusal.IndefiniteLength)]
    [InlineData("3081020500", DerRefusal.LengthNotMinimal)]
    [InlineData("308200020500", DerRefusal.LengthNotMinimal)]
    [InlineData("308400000002", DerRefusal.Truncated)]
    [InlineData("30FF", DerRefusal.Truncated)]
    [InlineData("0000", DerRefusal.WrongForm)]
    [InlineData("1000", DerRefusal.WrongForm)]
    [InlineData("2200", DerRefusal.WrongForm)]
    [InlineData("2403040100", DerRefusal.WrongForm)]
    [InlineData("0200", DerRefusal.ContentNotMinimal)]
    [InlineData("02020001", DerRefusal.ContentNotMinimal)]
    [InlineData("0202FF80", DerRefusal.ContentNotMinimal)]
    [InlineData("02020080", DerRefusal.None)]
    [InlineData("010101", DerRefusal.ContentNotMinimal)]
    [InlineData("0101FF", DerRefusal.None)]
    [InlineData("050100", DerRefusal.ContentNotMinimal)]
    [InlineData("030107", DerRefusal.ContentNotMinimal)]
    [InlineData("030207C0", DerRefusal.ContentNotMinimal)]
    [InlineData("03020780", DerRefusal.None)]
    [InlineData("0600", DerRefusal.BadOid)]
    [InlineData("060181", DerRefusal.BadOid)]
    [InlineData("0603288001", DerRefusal.BadOid)]
    public void Examine_ShortEncodings_SaysWhichRule(string hex, DerRefusal expected) =>
        Assert.Equal(expected, DerGate.Examine(Convert.FromHexString(hex), DerLimits.General).Refusal);

    [Theory]
    [InlineData(32, true)]
    [InlineData(33, false)]
    public void Examine_Nesting_EndsAtTheLimit(int levels, bool accepted) =>
        Assert.Equal(accepted, DerGate.Examine(Nested(levels), DerLimits.General).Accepted);

    // Sizes that end a process or cost it minutes when a recursive or quadratic parser sees them.
    [Theory]
    [InlineData(2_500)]
    [InlineData(15_000)]
    public void Examine_NestingBomb_IsRefusedAfterAFewNodes(int levels)
    {
        var verdict = DerGate.Examine(Nested(levels), DerLimits.General);

        Assert.Equal(DerRefusal.TooDeep, verdict.Refusal);
        Assert.InRange(verdict.Nodes, 1, 33);
    }

    [Fact]
    public void Examine_BombAboveTheSize_IsNotEvenEntered()
    {
        var verdict = DerGate.Examine(Nested(40_000), DerLimits.General);

        Assert.Equal(new DerVerdict(DerRefusal.TooLong, 0, 0), verdict);
    }

    [Fact]
    public void Examine_IndefiniteNestingBomb_IsRefusedAtItsFirstNode()
    {
        var bomb = Enumerable.Repeat<byte[]>([0x30, 0x80], 5_000).SelectMany(header => header).ToArray();

        Assert.Equal(new DerVerdict(DerRefusal.IndefiniteLength, 0, 1), DerGate.Examine(bomb, DerLimits.General));
    }

    [Theory]
    [InlineData(64, DerRefusal.None)]
    [InlineData(65, DerRefusal.BadOid)]
    [InlineData(10_000, DerRefusal.BadOid)]
    [InlineData(50_000, DerRefusal.BadOid)]
    public void Examine_ObjectIdentifiers_EndAtTheLimit(int contentBytes, DerRefusal expected)
    {
        byte[] content = [.. Enumerable.Repeat((byte)0xFF, contentBytes - 1), 0x7F];

        var verdict = DerGate.Examine(Element(0x06, content), DerLimits.General);

        Assert.Equal(expected, verdict.Refusal);
        Assert.Equal(1, verdict.Nodes);
    }

    [Theory]
    [InlineData(4_095, DerRefusal.None)]
    [InlineData(4_096, DerRefusal.TooManyNodes)]
    [InlineData(30_000, DerRefusal.TooManyNodes)]
    public void Examine_ManyElements_EndAtTheLimit(int children, DerRefusal expected)
    {
        var bytes = Element(0x30, [.. Enumerable.Repeat<byte[]>([0x05, 0x00], children).SelectMany(child => child)]);

        var verdict = DerGate.Examine(bytes, DerLimits.General);

        Assert.Equal(expected, verdict.Refusal);
        Assert.InRange(verdict.Nodes, 1, 4_097);
    }

    [Fact]
    public void Examine_ProfileSizes_AreThoseOfTheThreatModel()
    {
        Assert.Equal(DerRefusal.TooLong, DerGate.Examine(new byte[81], DerLimits.Signature).Refusal);
        Assert.Equal(DerRefusal.TooLong, DerGate.Examine(new byte[8193], DerLimits.Certificate).Refusal);
        Assert.Equal(DerRefusal.TooLong, DerGate.Examine(new byte[65537], DerLimits.General).Refusal);
        Assert.Equal(DerRefusal.None, DerGate.Examine(Element(0x04, new byte[65532]), DerLimits.General).Refusal);
    }

    [Theory]
    [InlineData("1.2.156.10197.1.301", DerRefusal.None)]
    [InlineData("1.2.840.10045.3.1.7", DerRefusal.None)]
    [InlineData("1.3.132.0.34", DerRefusal.None)]
    [InlineData("1.3.132.0.10", DerRefusal.CurveNotNamed)]
    [InlineData("1.3.132.0.1", DerRefusal.CurveNotNamed)]
    public void Examine_EcKey_OnlyNamedCurvesOfTheList(string curve, DerRefusal expected) =>
        Assert.Equal(expected, DerGate.Examine(EcAlgorithm(writer => writer.WriteObjectIdentifier(curve)), DerLimits.Key).Refusal);

    [Fact]
    public void Examine_EcKeyWithoutNamedCurve_IsRefused()
    {
        Assert.Equal(DerRefusal.CurveNotNamed, DerGate.Examine(EcAlgorithm(_ => { }), DerLimits.Key).Refusal);
        Assert.Equal(DerRefusal.CurveNotNamed, DerGate.Examine(EcAlgorithm(writer => writer.WriteNull()), DerLimits.Key).Refusal);
        Assert.Equal(DerRefusal.CurveNotNamed, DerGate.Examine(EcAlgorithm(writer => writer.WriteInteger(1)), DerLimits.Key).Refusal);
    }

    [Fact]
    public void Examine_ExplicitPrimeCurve_IsRefused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var again = ECDsa.Create(key.ExportExplicitParameters(includePrivateParameters: true));

        Assert.Equal(DerRefusal.CurveNotNamed, DerGate.Examine(again.ExportSubjectPublicKeyInfo(), DerLimits.Key).Refusal);
        Assert.Equal(DerRefusal.CurveNotNamed, DerGate.Examine(again.ExportPkcs8PrivateKey(), DerLimits.Key).Refusal);
        Assert.True(DerGate.Examine(key.ExportSubjectPublicKeyInfo(), DerLimits.Key).Accepted);
    }

    // A field of characteristic two with a huge degree: the 10 kB key that costs a parser 12 seconds.
    [Fact]
    public void Examine_BinaryFieldOutsideAnEcKey_IsRefusedToo()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("1.2.840.10045.1.2");
            writer.WriteInteger(System.Numerics.BigInteger.Pow(2, 80_000));
        }

        Assert.Equal(DerRefusal.CurveNotNamed, DerGate.Examine(writer.Encode(), DerLimits.General).Refusal);
    }

    [Fact]
    public void Admit_RefusedBytes_NamesReasonAndPlace()
    {
        var fault = Refused.With("DER_REFUSED", () => DerGate.Admit([0x30, 0x02, 0x05, 0x01], DerLimits.General));

        Assert.Contains("byte 2: Truncated", fault.Message, StringComparison.Ordinal);
    }

    // What the gate lets through, the platform's strict reader can walk to the end: it is DER.
    [Fact]
    public void Examine_100000RandomEncodings_NeverThrowsAndAcceptsOnlyDer()
    {
        var random = new Random(20261);
        var accepted = 0;
        for (var i = 0; i < 100_000; i++)
        {
            var bytes = RandomDer(random);
            if (DerGate.Examine(bytes, DerLimits.General).Accepted)
            {
                accepted++;
                Walk(bytes);
            }
        }

        Assert.InRange(accepted, 1_000, 99_000);
    }

    private static void Walk(byte[] bytes)
    {
        var open = new Stack<AsnReader>([new AsnReader(bytes, AsnEncodingRules.DER)]);
        while (open.TryPop(out var reader))
        {
            while (reader.HasData)
            {
                var tag = reader.PeekTag();
                var content = reader.PeekContentBytes();
                reader.ReadEncodedValue();
                if (tag.IsConstructed)
                {
                    open.Push(new AsnReader(content, AsnEncodingRules.DER));
                }
            }
        }
    }

    private static byte[] RandomDer(Random random)
    {
        byte[] tags = [0x02, 0x04, 0x05, 0x06, 0x0C, 0x30, 0x31, 0xA0, 0x80, 0x03];
        byte[] element = [];
        for (var parts = random.Next(1, 6); parts > 0; parts--)
        {
            byte[] content = random.Next(3) == 0 ? new byte[random.Next(4)] : element;
            element = Element(tags[random.Next(tags.Length)], content);
        }

        return random.Next(2) == 0 ? element : Mutation.Of(element, random);
    }

    private static byte[] EcAlgorithm(Action<AsnWriter> parameters)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier("1.2.840.10045.2.1");
                parameters(writer);
            }

            writer.WriteBitString(new byte[65]);
        }

        return writer.Encode();
    }

    private static byte[] Nested(int levels)
    {
        // Built from the inside out, headers in reverse.
        var reversed = new List<byte>();
        for (var i = 0; i < levels; i++)
        {
            reversed.AddRange(Header(0x30, reversed.Count).Reverse());
        }

        reversed.Reverse();
        return [.. reversed];
    }

    private static byte[] Element(byte tag, byte[] content) => [.. Header(tag, content.Length), .. content];

    private static byte[] Header(byte tag, int length) => length switch
    {
        < 0x80 => [tag, (byte)length],
        < 0x100 => [tag, 0x81, (byte)length],
        < 0x10000 => [tag, 0x82, (byte)(length >> 8), (byte)length],
        _ => [tag, 0x83, (byte)(length >> 16), (byte)(length >> 8), (byte)length],
    };
}

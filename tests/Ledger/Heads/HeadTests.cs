using System.Text;
using DataHub.Ledger.Heads;
using DataHub.Ledger.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace DataHub.Ledger.Tests.Heads;

public sealed class HeadTests
{
    private static readonly TreeHead Head = new(History.Hub, 12, Enumerable.Repeat((byte)7, 32).ToArray(), Signers.Start.AddMicroseconds(5), TreeHead.NoHead);

    [Fact]
    public void ToBytes_Head_IsFiveLines() => Assert.Equal(
        "datahub/town/ledger\n12\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n2026-03-01T08:00:00.000005Z\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        Encoding.ASCII.GetString(Head.ToBytes()));

    [Fact]
    public void Parse_WhatWasWritten_IsTheSame()
    {
        var parsed = TreeHead.Parse(Head.ToBytes());

        Assert.Equal((Head.Hub, Head.Size, Head.At), (parsed.Hub, parsed.Size, parsed.At));
        Assert.Equal(Head.Root.ToArray(), parsed.Root.ToArray());
        Assert.Equal(Head.Previous.ToArray(), parsed.Previous.ToArray());
    }

    [Fact]
    public void Parse_AnyOtherBytes_AreRefusedOrAreThoseOfTheHeadRead() => Prop.ForAll(
        (from at in Gen.Choose(0, Head.ToBytes().Length - 1) from value in Gen.Choose(0, 255) select (at, value)).ToArbitrary(),
        change =>
        {
            var bytes = Head.ToBytes();
            bytes[change.at] = (byte)change.value;
            try
            {
                return TreeHead.Parse(bytes).ToBytes().SequenceEqual(bytes);
            }
            catch (InvalidDataException)
            {
                return true;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Theory]
    [InlineData("")]
    [InlineData("datahub/ledger\n12\nB\nT\nP\n")]
    [InlineData("datahub/town/ledger\n012\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n2026-03-01T08:00:00.000005Z\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")]
    [InlineData("datahub/town/ledger\n-1\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n2026-03-01T08:00:00.000005Z\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")]
    [InlineData("datahub/town/ledger\n12\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwd=\n2026-03-01T08:00:00.000005Z\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")]
    [InlineData("datahub/town/ledger\n12\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n2026-03-01T08:00:00Z\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")]
    [InlineData("datahub/town/ledger\n12\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n2026-03-01T08:00:00.000005Z\nAAAA\n")]
    [InlineData("datahub/town/ledger\n12\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n2026-03-01T08:00:00.000005Z\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("datahub/ext/ledger\n12\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n2026-03-01T08:00:00.000005Z\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")]
    public void Parse_AnythingElse_IsRefused(string text) => Assert.Throws<InvalidDataException>(() => TreeHead.Parse(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Verify_Head_FindsEachReason()
    {
        var verifier = new HeadVerifier(Signers.Roots);
        var good = SignedHead.Sign(Head, Signers.Hub);

        Assert.Equal(HeadOutcome.Valid, verifier.Verify(good).Outcome);
        Assert.Equal(HeadOutcome.Form, verifier.Verify(good with { Text = "datahub"u8.ToArray() }).Outcome);
        Assert.Equal(HeadOutcome.Chain, verifier.Verify(good with { Certificates = [] }).Outcome);
        Assert.Equal(HeadOutcome.Chain, verifier.Verify(good with { Certificates = [new byte[3]] }).Outcome);
        Assert.Equal(HeadOutcome.Chain, verifier.Verify(SignedHead.Sign(Head, Signers.Stranger)).Outcome);
        Assert.Equal(HeadOutcome.Signer, verifier.Verify(SignedHead.Sign(Head, Signers.Issuer)).Outcome);
        Assert.Equal(HeadOutcome.Signature, verifier.Verify(good with { Text = (Head with { Size = 13 }).ToBytes() }).Outcome);
        Assert.Equal(HeadOutcome.Signature, verifier.Verify(good with { Signature = default }).Outcome);
        Assert.Equal(HeadOutcome.Chain, new HeadVerifier([]).Verify(good).Outcome);
    }

    [Fact]
    public void Verify_HeadOutsideTheValidityOfItsSigner_IsAChainEvenAfterAGoodOne()
    {
        var verifier = new HeadVerifier(Signers.Roots);

        Assert.True(verifier.Verify(SignedHead.Sign(Head, Signers.Hub)).IsValid);
        Assert.Equal(HeadOutcome.Chain, verifier.Verify(SignedHead.Sign(Head with { At = Signers.Start.AddYears(2) }, Signers.Hub)).Outcome);
        Assert.Equal(HeadOutcome.Chain, verifier.Verify(SignedHead.Sign(Head with { At = Signers.Start.AddDays(-2) }, Signers.Hub)).Outcome);
    }

    [Fact]
    public void HeadFile_SeveralHeadsAndOtherText_GivesTheHeads()
    {
        var heads = new[] { SignedHead.Sign(Head, Signers.Hub), SignedHead.Sign(Head with { Size = 13 }, Signers.Hub) };
        var text = "kept by processor-7\n" + HeadFile.Write(heads[0]) + "-----BEGIN NOTE-----\nAAAA\n-----END NOTE-----\n" + HeadFile.Write(heads[1]);

        Assert.Equal(heads.Select(head => head.ToBytes()), HeadFile.Read(text).Select(head => head.ToBytes()));
        Assert.Throws<InvalidDataException>(() => HeadFile.Read("nothing"));
        Assert.Throws<InvalidDataException>(() => HeadFile.Read("-----BEGIN DATAHUB LEDGER HEAD-----\nAAAA\n-----END DATAHUB LEDGER HEAD-----\n"));
    }
}

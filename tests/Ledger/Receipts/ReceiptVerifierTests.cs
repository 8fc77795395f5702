using DataHub.Crypto.Certificates;
using DataHub.Crypto.Signing;
using DataHub.Ledger.Entries;
using DataHub.Ledger.Receipts;
using DataHub.Ledger.Tests.Support;
using DataHub.Ledger.Tree;

namespace DataHub.Ledger.Tests.Receipts;

public sealed class ReceiptVerifierTests : IClassFixture<ReceiptVerifierTests.Issued>
{
    private static readonly byte[] Request = "request"u8.ToArray();
    private static readonly byte[] Answer = "answer"u8.ToArray();
    private static readonly byte[] Salt = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];

    private readonly Issued _issued;

    public ReceiptVerifierTests(Issued issued) => _issued = issued;

    /// <summary>Authorities and signers, made once.</summary>
    public sealed class Issued : IDisposable
    {
        private readonly TempFolder _folder = new();

        public Issued()
        {
            Authority = NewAuthority("authority");
            Stranger = NewAuthority("stranger");
            Signer = Issue(Authority, SignerPurpose.Receipts);
            OfDocuments = Issue(Authority, SignerPurpose.Documents);
            OfStranger = Issue(Stranger, SignerPurpose.Receipts);
        }

        public TlsAuthority Authority { get; }

        public TlsAuthority Stranger { get; }

        public P256FileSigner Signer { get; }

        public P256FileSigner OfDocuments { get; }

        public P256FileSigner OfStranger { get; }

        public static CertificateValidity Validity => new(Signers.Start.AddDays(-1), Signers.Start.AddDays(365));

        public void Dispose()
        {
            Signer.Dispose();
            OfDocuments.Dispose();
            OfStranger.Dispose();
            Authority.Dispose();
            Stranger.Dispose();
            _folder.Dispose();
        }

        private TlsAuthority NewAuthority(string name) => TlsAuthority.Create(_folder.File(name), name, Validity);

        private P256FileSigner Issue(TlsAuthority authority, SignerPurpose purpose) =>
            authority.IssueSigner(_folder.File($"{Guid.NewGuid():n}.pem"), new LicenceIssuerName("DataHub receipts", "11330100002489559R"), purpose, Validity, "pass");
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 3)]
    [InlineData(2, 3)]
    [InlineData(40, 64)]
    public void Verify_ReceiptAsIssued_IsValidAndSaysWhatWasRecorded(int ordinal, int count)
    {
        var verdict = Verify(Issue(ordinal, count));

        Assert.Equal(ReceiptOutcome.Valid, verdict.Outcome);
        Assert.Equal($"ZJ-{ordinal}", verdict.Entry!.CaseNo);
        Assert.Equal(77, verdict.Leaf!.Id);
    }

    [Fact]
    public void Read_WhatWasWritten_IsTheSame()
    {
        var bytes = Issue(2, 3).ToBytes();

        Assert.Equal(bytes, Receipt.Read(bytes).ToBytes());
    }

    [Fact]
    public void Verify_AnyByteChanged_IsNotValidAndNeverThrows()
    {
        var bytes = Issue(2, 3).ToBytes();
        var root = bytes.AsSpan().IndexOf(_issued.Authority.Roots[0].RawData);
        Assert.True(root > 0);
        for (var at = 0; at < root; at++)
        {
            var changed = bytes.ToArray();
            changed[at] ^= 1;
            Assert.False(ReceiptVerifier.Verify(changed, Request, Answer, _issued.Authority.Roots).IsValid, $"byte {at}");
        }
    }

    [Fact]
    public void Verify_CutOffAnywhere_IsAForm()
    {
        var bytes = Issue(2, 3).ToBytes();
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Equal(ReceiptOutcome.Form, ReceiptVerifier.Verify(bytes.AsMemory(0, length), Request, Answer, _issued.Authority.Roots).Outcome);
        }

        Assert.Equal(ReceiptOutcome.Form, ReceiptVerifier.Verify(new byte[] { 2 }, Request, Answer, _issued.Authority.Roots).Outcome);
        Assert.Equal(ReceiptOutcome.Form, ReceiptVerifier.Verify((byte[])[.. bytes, 0], Request, Answer, _issued.Authority.Roots).Outcome);
    }

    [Fact]
    public void Verify_AnotherRequestOrAnswer_IsACommitment()
    {
        var bytes = Issue(0, 3).ToBytes();

        Assert.Equal(ReceiptOutcome.Commitment, ReceiptVerifier.Verify(bytes, Answer, Answer, _issued.Authority.Roots).Outcome);
        Assert.Equal(ReceiptOutcome.Commitment, ReceiptVerifier.Verify(bytes, Request, Request, _issued.Authority.Roots).Outcome);
        Assert.Equal(ReceiptOutcome.Commitment, Verify(Issue(0, 3) with { Salt = new byte[16] }).Outcome);
    }

    [Fact]
    public void Verify_AnotherEntryOfTheSameLeaf_IsAPath()
    {
        var (one, other) = (Issue(0, 3), Issue(1, 3));

        Assert.Equal(ReceiptOutcome.Path, Verify(one with { Entry = other.Entry }).Outcome);
        Assert.Equal(ReceiptOutcome.Path, Verify(one with { Ordinal = 1 }).Outcome);
        Assert.Equal(ReceiptOutcome.Path, Verify(one with { Ordinal = -1 }).Outcome);
        Assert.Equal(ReceiptOutcome.Path, Verify(one with { Path = other.Path }).Outcome);
        Assert.Equal(ReceiptOutcome.Path, Verify(one with { Path = [] }).Outcome);
    }

    [Fact]
    public void Verify_LeafMadeUp_IsASignature()
    {
        var receipt = Issue(0, 1);
        var forged = EntryBytes.Of(EntryBytes.Read(receipt.Entry.Span) with { Outcome = "NOBODY_ASKED" });
        var leaf = (Leaf.Read(receipt.Leaf.Span) with { Root = Merkle.HashLeaf(forged) }).ToBytes();

        Assert.Equal(ReceiptOutcome.Signature, Verify(receipt with { Entry = forged, Leaf = leaf }).Outcome);
        Assert.Equal(ReceiptOutcome.Signature, Verify(receipt with { Signature = new byte[64] }).Outcome);
        Assert.Equal(ReceiptOutcome.Signature, Verify(receipt with { Signature = default }).Outcome);
    }

    [Fact]
    public void Verify_SignerOfSomethingElseOrOfAnotherRootOrAtAnotherTime_IsAChain()
    {
        Assert.Equal(ReceiptOutcome.Chain, Verify(Issue(0, 1, _issued.OfDocuments)).Outcome);
        Assert.Equal(ReceiptOutcome.Chain, Verify(Issue(0, 1, _issued.OfStranger)).Outcome);
        Assert.Equal(ReceiptOutcome.Chain, Verify(Issue(0, 1, _issued.Signer, Signers.Start.AddDays(366))).Outcome);
        Assert.Equal(ReceiptOutcome.Chain, Verify(Issue(0, 1, _issued.Signer, Signers.Start.AddDays(-2))).Outcome);
        Assert.Equal(ReceiptOutcome.Chain, Verify(Issue(0, 1) with { Certificates = [] }).Outcome);
        Assert.Equal(ReceiptOutcome.Chain, ReceiptVerifier.Verify(Issue(0, 1).ToBytes(), Request, Answer, []).Outcome);
    }

    [Fact]
    public void Verify_TlsCertificateOfAClient_IsAChain()
    {
        using var client = _issued.Authority.IssueClient(new TlsIdentity("consumer-1", "11330100002489559R"), Issued.Validity);

        Assert.Equal(ReceiptOutcome.Chain, Verify(Issue(0, 1) with { Certificates = [client.Certificate.RawData] }).Outcome);
    }

    [Fact]
    public void Verify_LeafOfEvents_IsAForm()
    {
        var receipt = Issue(0, 1);
        var leaf = (Leaf.Read(receipt.Leaf.Span) with { Kind = LeafKind.Events }).ToBytes();

        Assert.Equal(ReceiptOutcome.Form, Verify(receipt with { Leaf = leaf, Signature = _issued.Signer.Sign(leaf) }).Outcome);
    }

    [Fact]
    public void Of_SaltOfAnotherLength_IsRefused() => Assert.Throws<ArgumentException>(() => Commitment.Of(new byte[15], Request, Answer));

    private ReceiptVerdict Verify(Receipt receipt) => ReceiptVerifier.Verify(receipt.ToBytes(), Request, Answer, _issued.Authority.Roots);

    private Receipt Issue(int ordinal, int count, P256FileSigner? signer = null, DateTimeOffset? at = null)
    {
        signer ??= _issued.Signer;
        var entries = Enumerable.Range(0, count).Select(i => EntryBytes.Of(History.Act($"ZJ-{i}") with { Commitment = Commitment.Of(Salt, Request, Answer) })).ToList();
        var tree = new MerkleTree(entries.Select(entry => (ReadOnlyMemory<byte>)Merkle.HashLeaf(entry)));
        var leaf = new Leaf(77, LeafKind.Acts, at ?? Signers.Start, count, tree.Root).ToBytes();
        return new Receipt(entries[ordinal], Salt, leaf, ordinal, tree.PathOf(ordinal), signer.Sign(leaf), signer.CertificateChain);
    }
}

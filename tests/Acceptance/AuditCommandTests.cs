using DataHub.Acceptance.Tests.Support;
using DataHub.Crypto.Certificates;
using DataHub.Crypto.Signing;
using DataHub.Kernel;
using DataHub.Ledger.Entries;
using DataHub.Ledger.Export;
using DataHub.Ledger.Heads;
using DataHub.Ledger.Receipts;
using DataHub.Ledger.Tree;
using Google.Protobuf;

namespace DataHub.Acceptance.Tests;

/// <summary><c>hub audit verify</c> and <c>hub receipt verify</c>, run as an auditor does: without a hub.</summary>
public sealed class AuditCommandTests : IDisposable
{
    private const string Organisation = "11330100002489559R";

    private static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly CertificateValidity Validity = new(Start.AddDays(-1), Start.AddDays(365));

    private readonly TempFolder _folder = new();

    [Fact]
    public async Task AuditVerify_Export_ExitCodeSaysWhetherAllIsProven()
    {
        var (authority, signer) = HeadSigner();
        await File.WriteAllTextAsync(At("root.crt"), Pem(authority.Root.Der), TestContext.Current.CancellationToken);
        var leaves = Enumerable.Range(0, 4).Select(Leaf).ToList();
        var heads = new[] { Head(leaves, 2, TreeHead.NoHead, signer) };
        heads = [heads[0], Head(leaves, 4, heads[0].Hash(), signer)];
        await File.WriteAllTextAsync(At("heads.txt"), HeadFile.Write(heads[1]), TestContext.Current.CancellationToken);
        await ExportAsync("whole", leaves, heads);
        await ExportAsync("cut", leaves[..2], heads[..1]);
        await ExportAsync("edited", [leaves[0], leaves[1] with { Entries = leaves[2].Entries }, .. leaves[2..]], heads);

        var whole = await HubProcess.RunAsync("audit", "verify", At("whole"), "--root", At("root.crt"), "--heads", At("heads.txt"));
        Assert.Equal((0, ""), (await whole.ExitAsync(), whole.Errors));
        Assert.EndsWith("PROVEN 全部核验通过\n", whole.Output, StringComparison.Ordinal);

        var cut = await HubProcess.RunAsync("audit", "verify", At("cut"), "--root", At("root.crt"), "--heads", At("heads.txt"), "--json");
        Assert.Equal(2, await cut.ExitAsync());
        Assert.Contains("\"code\":\"HISTORY_TRUNCATED\"", cut.Output, StringComparison.Ordinal);

        var edited = await HubProcess.RunAsync("audit", "verify", At("edited"), "--root", At("root.crt"));
        Assert.Equal(2, await edited.ExitAsync());
        Assert.Contains("LEAF_CONTENT_CHANGED 存证叶内容被修改: Leaf 1 (number 2)", edited.Output, StringComparison.Ordinal);

        Assert.Equal(1, await (await HubProcess.RunAsync("audit", "verify", At("nothing"), "--root", At("root.crt"))).ExitAsync());
        Assert.Equal(1, await (await HubProcess.RunAsync("audit", "verify", At("whole"), "--root", At("nothing"))).ExitAsync());
        Assert.Equal(1, await (await HubProcess.RunAsync("audit", "verify", At("whole"), "--root", At("root.crt"), "--heads", At("root.crt"))).ExitAsync());
    }

    [Fact]
    public async Task ReceiptVerify_Receipt_ExitCodeSaysWhetherItProvesTheAnswer()
    {
        using var authority = TlsAuthority.Create(At("tls"), "test", Validity);
        using var signer = authority.IssueSigner(At("receipts.pem"), new LicenceIssuerName("DataHub receipts", Organisation), SignerPurpose.Receipts, Validity, "pass");
        var (request, answer, salt) = ("request"u8.ToArray(), "answer"u8.ToArray(), new byte[Commitment.SaltBytes]);
        var entry = EntryBytes.Of(Act(0) with { Commitment = Commitment.Of(salt, request, answer) });
        var leaf = new Leaf(1, LeafKind.Acts, Start, 1, Merkle.HashLeaf(entry)).ToBytes();
        var receipt = new Receipt(entry, salt, leaf, 0, [], signer.Sign(leaf), signer.CertificateChain).ToBytes();
        await File.WriteAllTextAsync(At("tls-root.crt"), Pem(authority.Roots[0].RawData), TestContext.Current.CancellationToken);
        foreach (var (name, bytes) in new[] { ("request", request), ("answer", answer), ("receipt", receipt), ("message", new V1.Receipt { Content = ByteString.CopyFrom(receipt) }.ToByteArray()) })
        {
            await File.WriteAllBytesAsync(At(name), bytes, TestContext.Current.CancellationToken);
        }

        var valid = await VerifyReceiptAsync("receipt", "answer");
        Assert.Equal(0, await valid.ExitAsync());
        Assert.StartsWith("VALID 回执有效", valid.Output, StringComparison.Ordinal);
        Assert.Equal(0, await (await VerifyReceiptAsync("message", "answer")).ExitAsync());
        var other = await VerifyReceiptAsync("receipt", "request");
        Assert.Equal(2, await other.ExitAsync());
        Assert.StartsWith("COMMITMENT", other.Output, StringComparison.Ordinal);
        Assert.Equal(2, await (await VerifyReceiptAsync("answer", "answer")).ExitAsync());
        Assert.Equal(1, await (await VerifyReceiptAsync("nothing", "answer")).ExitAsync());
    }

    public void Dispose() => _folder.Dispose();

    private static LedgerEntry Act(int number) => new() { Kind = EntryKind.Answered, Account = "consumer-1", Organisation = Organisation, Method = "VerificationService/Verify", Outcome = "OK", CaseNo = $"ZJ-{number}" };

    private static ExportedLeaf Leaf(int index)
    {
        var entry = EntryBytes.Of(Act(index));
        var leaf = new Leaf(index + 1, LeafKind.Acts, Start.AddSeconds(index), 1, Merkle.HashLeaf(entry));
        return new ExportedLeaf(index, index + 1, leaf.Hash(), leaf.ToBytes(), [entry], []);
    }

    private static SignedHead Head(IReadOnlyList<ExportedLeaf> leaves, int size, ReadOnlyMemory<byte> previous, Sm2FileSigner signer) =>
        SignedHead.Sign(new TreeHead(new HubName("town"), size, new MerkleTree(leaves.Take(size).Select(leaf => leaf.Hash)).Root, Start.AddSeconds(size), previous), signer);

    private static string Pem(ReadOnlyMemory<byte> der) => System.Security.Cryptography.PemEncoding.WriteString("CERTIFICATE", der.Span) + "\n";

    private (LicenceAuthority Authority, Sm2FileSigner Signer) HeadSigner()
    {
        var authority = LicenceAuthority.Create(At("sm2"), new LicenceIssuerName("市数据资源管理局", Organisation), Validity, "pass");
        return (authority, authority.IssueSigner(At("heads.pem"), new LicenceIssuerName(SignedHead.SignerName, Organisation), Validity, "pass"));
    }

    private Task<ExportCounts> ExportAsync(string name, IReadOnlyList<ExportedLeaf> leaves, IReadOnlyList<SignedHead> heads) => ExportWriter.WriteAsync(
        At(name),
        new HubName("town"),
        new ExportSource(leaves.ToAsyncEnumerable(), AsyncEnumerable.Empty<ExportedLeaf>(), heads.ToAsyncEnumerable(), AsyncEnumerable.Empty<ExportedEvent>()),
        TestContext.Current.CancellationToken);

    private Task<HubProcess> VerifyReceiptAsync(string receipt, string answer) =>
        HubProcess.RunAsync("receipt", "verify", At(receipt), "--request", At("request"), "--answer", At(answer), "--root", At("tls-root.crt"));

    private string At(string name) => _folder.Sub(name);
}

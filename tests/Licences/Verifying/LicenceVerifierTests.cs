using System.Text;
using System.Text.Json;
using DataHub.Licences.Minting;
using DataHub.Licences.Verifying;
using DataHub.V1;
using Google.Protobuf;

namespace DataHub.Licences.Tests.Verifying;

public sealed class LicenceVerifierTests(LicencesFixture run) : LicencesTest(run)
{
    [Fact]
    public async Task Verify_AsMinted_IsAcceptedInBothLanguages()
    {
        var verdict = await VerifyAsync(DocumentOf(await MintAsync(Orders.Of())));
        Assert.True(verdict.Accepted);
        Assert.Empty(verdict.Reasons);
        Assert.Equal(("证照有效", "The licence is valid.", LicenceState.Valid), (verdict.MessageZh, verdict.MessageEn, verdict.Status.State));
    }

    [Fact]
    public async Task Verify_KeysReordered_IsStillTheSameLicence()
    {
        var document = DocumentOf(await MintAsync(Orders.Of()));
        using var json = JsonDocument.Parse(document.Document.Memory);
        document.Document = ByteString.CopyFromUtf8("{" + string.Join(" , ", json.RootElement.EnumerateObject().Reverse().Select(p => $"\"{p.Name}\" : {p.Value.GetRawText()}")) + "}");
        Assert.True((await VerifyAsync(document)).Accepted);
    }

    [Fact]
    public async Task Verify_EachReason_IsFoundAlone()
    {
        await AssertReasonsAsync(["document"], null);
        await AssertReasonsAsync(["document"], new LicenceDocument { Document = ByteString.CopyFromUtf8("{}") });

        var minted = await MintAsync(Orders.Of());
        await AssertReasonsAsync(["chain"], Changed(minted, d => d.Chain.Clear()));
        await AssertReasonsAsync(["chain"], Changed(minted, d => d.Chain[0] = ByteString.CopyFrom(1, 2, 3)));
        await AssertReasonsAsync(["chain"], Changed(minted, d => d.Chain.Add([d.Chain[0], d.Chain[0]])));
        await AssertReasonsAsync(["signature"], Changed(minted, d => d.Signature = ByteString.Empty));

        // Another lawful issuer signs our words.
        var other = Run.Find(LicencesFixture.Health)!;
        await AssertReasonsAsync(["issuer"], SignedBy(other, minted.Paper.Document));

        // The lawful issuer signs what it never minted.
        var own = Run.Find(LicencesFixture.Builder)!;
        await AssertReasonsAsync(["differs"], SignedBy(own, Replaced(minted.Paper.Document, "建筑电工", "建筑焊工")));
        await AssertReasonsAsync(["unknown"], SignedBy(own, Replaced(minted.Paper.Document, ".001.", ".002.")));

        var later = await MintAsync(Orders.Of("2026000002", r => (r.ValidFrom, r.ValidTo) = ("2026-03-02", "2026-03-02")));
        await AssertReasonsAsync(["not_yet_valid"], DocumentOf(later));
        Time.Advance(TimeSpan.FromDays(2));
        await AssertReasonsAsync(["expired"], DocumentOf(later));

        await RevokeAsync(minted.Id);
        var verdict = await AssertReasonsAsync(["revoked"], DocumentOf(minted));
        Assert.Equal((LicenceState.Revoked, "培训考核记录失实"), (verdict.Status.State, verdict.Status.Reason));
    }

    [Fact]
    public void Texts_EveryReasonOfTheBook_IsToldInBothLanguages()
    {
        var assembly = typeof(VerdictTexts).Assembly;
        using var file = assembly.GetManifestResourceStream(assembly.GetManifestResourceNames().Single(name => name.EndsWith("reasons.json", StringComparison.Ordinal)))!;
        using var book = JsonDocument.Parse(file);
        string[] tested = ["document", "chain", "signature", "issuer", "unknown", "differs", "revoked", "expired", "not_yet_valid"];
        Assert.Equal(book.RootElement.EnumerateObject().Select(reason => reason.Name).Order(), tested.Order());
        Assert.Equal("The licence was not minted here; it has expired.", VerdictTexts.En(["unknown", "expired"]));
        Assert.Equal("本平台没有签发过此证照；证照已过有效期", VerdictTexts.Zh(["unknown", "expired"]));
    }

    [Fact]
    public async Task Verify_ChainOfAForeignRoot_IsNotBelievedWhateverItSays()
    {
        var minted = await MintAsync(Orders.Of());
        await AssertReasonsAsync(["chain"], SignedBy(Run.Stranger, minted.Paper.Document));
    }

    [Fact]
    public async Task Verify_IssuerCertificateExpiredMeanwhile_TheLicenceIsStillGood()
    {
        var minted = await MintAsync(Orders.Of(change: r => (r.ValidFrom, r.ValidTo) = ("2028-03-01", "2030-02-28")));
        Time.Advance(TimeSpan.FromDays(1_200));
        Assert.True((await VerifyAsync(DocumentOf(minted))).Accepted);
    }

    [Fact]
    public async Task Verify_LicenceOfAnotherHub_OfAnExpiredCertificate_IsNot()
    {
        var document = SignedBy(Run.Find(LicencesFixture.Builder)!, Replaced((await MintAsync(Orders.Of())).Paper.Document, ".001.", ".002."));
        Time.Advance(TimeSpan.FromDays(1_200));
        await AssertReasonsAsync(["chain", "unknown"], document);
    }

    [Fact]
    public async Task Verify_HolderErased_TheSignatureDecidesAndTheReasonIsGone()
    {
        var minted = await MintAsync(Orders.Of());
        var (valid, changed) = (DocumentOf(minted), Changed(minted, d => d.Document = ByteString.CopyFrom(Replaced(minted.Paper.Document, "建筑电工", "建筑焊工"))));
        await RevokeAsync((await MintAsync(Orders.Of("2026000002"))).Id);
        await EraseHolderAsync(Orders.Holder);
        Assert.True((await VerifyAsync(valid)).Accepted);
        await AssertReasonsAsync(["signature"], changed);
        await RefusedAsync("LICENCE_ERASED", () => RevokeAsync(minted.Id));
    }

    [Fact]
    public async Task Verify_HolderErasedAfterRevocation_StaysRevokedWithoutReason()
    {
        var minted = await MintAsync(Orders.Of());
        await RevokeAsync(minted.Id);
        await EraseHolderAsync(Orders.Holder);
        var verdict = await AssertReasonsAsync(["revoked"], DocumentOf(minted));
        Assert.Equal("", verdict.Status.Reason);
    }

    [Fact]
    public async Task Verify_EverySingleByteChanged_IsRefused()
    {
        var random = new Random(20260301);
        for (var licence = 0; licence < 5; licence++)
        {
            var minted = await MintAsync(Orders.Of($"BYTES{licence}"));
            for (var at = 0; at < minted.Paper.Document.Length; at++)
            {
                var bytes = minted.Paper.Document.ToArray();
                bytes[at] ^= (byte)random.Next(1, 256);
                var verdict = await VerifyAsync(Changed(minted, d => d.Document = ByteString.CopyFrom(bytes)));
                Assert.False(verdict.Accepted, $"byte {at}: {Encoding.UTF8.GetString(bytes)}");
            }

            for (var at = 0; at < minted.Paper.Signature.Length; at++)
            {
                var bytes = minted.Paper.Signature.ToArray();
                bytes[at] ^= (byte)random.Next(1, 256);
                Assert.Contains("signature", (await VerifyAsync(Changed(minted, d => d.Signature = ByteString.CopyFrom(bytes)))).Reasons);
            }
        }
    }

    [Fact]
    public async Task Minted_OpenSslAlone_VerifiesItAndRefusesOneByteChanged()
    {
        var minted = await MintAsync(Orders.Of());
        var folder = Directory.CreateTempSubdirectory("datahub-openssl-").FullName;
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, "licence.json"), minted.Paper.Document, Token);
            await File.WriteAllBytesAsync(Path.Combine(folder, "licence.sig"), minted.Paper.Signature, Token);
            await File.WriteAllTextAsync(Path.Combine(folder, "issuer.pem"), Pem(minted.Chain[0]), Token);
            await File.WriteAllTextAsync(Path.Combine(folder, "root.pem"), Pem(Run.Root.ToArray()), Token);
            minted.Paper.Document[^3] ^= 1;
            await File.WriteAllBytesAsync(Path.Combine(folder, "changed.json"), minted.Paper.Document, Token);

            // The clock of the test stands on 2026-03-01 08:00 in Shanghai.
            string[] chain = ["verify", "-attime", "1772323200", "-vfyopt", "distid:1234567812345678", "-CAfile", "root.pem", "issuer.pem"];
            await AcceptsAsync(true, folder, chain);
            await AcceptsAsync(true, folder, "x509", "-in", "issuer.pem", "-pubkey", "-noout", "-out", "issuer.pub");
            await AcceptsAsync(true, folder, SignatureOf("licence.json"));
            await AcceptsAsync(false, folder, SignatureOf("changed.json"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task AcceptsAsync(bool expected, string folder, params string[] arguments)
    {
        var (accepts, output) = await OpenSsl.RunAsync(folder, arguments);
        Assert.True(accepts == expected, $"openssl {string.Join(' ', arguments)}: {output}");
    }

    private static string[] SignatureOf(string document) =>
        ["pkeyutl", "-verify", "-pubin", "-inkey", "issuer.pub", "-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678", "-in", document, "-sigfile", "licence.sig"];

    private static string Pem(byte[] der) => $"-----BEGIN CERTIFICATE-----\n{Convert.ToBase64String(der, Base64FormattingOptions.InsertLineBreaks)}\n-----END CERTIFICATE-----\n";

    private async Task<VerifyLicenceReply> AssertReasonsAsync(string[] reasons, LicenceDocument? document)
    {
        var verdict = await Verifier.VerifyAsync(document, Token);
        Assert.Equal(reasons, verdict.Reasons);
        Assert.False(verdict.Accepted);
        return verdict;
    }

    private static LicenceDocument Changed(MintedLicence minted, Action<LicenceDocument> change)
    {
        var document = DocumentOf(minted);
        change(document);
        return document;
    }

    private static LicenceDocument SignedBy(Crypto.Signing.ISigner signer, byte[] document) => new()
    {
        Document = ByteString.CopyFrom(document),
        Signature = ByteString.CopyFrom(signer.Sign(document)),
        Chain = { signer.CertificateChain.Select(certificate => ByteString.CopyFrom(certificate.Span)) },
    };

    private static byte[] Replaced(byte[] document, string old, string now) =>
        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(document).Replace(old, now, StringComparison.Ordinal));
}

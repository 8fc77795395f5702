using DataHub.Crypto.Sm2;
using Signature = DataHub.Crypto.Sm2.Sm2;

namespace DataHub.Crypto.Tests.Sm2;

/// <summary>Keys and signatures of both sides, judged by the other.</summary>
public sealed class OpenSslCrossTests : IDisposable
{
    private static readonly byte[] Message = [.. Enumerable.Range(0, 1_000).Select(i => (byte)i)];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Sign_OurSignatures_OpenSslAcceptsAndRefusesOneChangedByte()
    {
        var key = Sm2PrivateKey.Generate();
        var publicKey = _folder.Write("pub.pem", key.PublicKey.ExportPem());
        var message = _folder.Write("m.bin", Message);
        byte[] changed = [.. Message];
        changed[500] ^= 1;
        var other = _folder.Write("other.bin", changed);
        for (var i = 0; i < 2; i++)
        {
            var signature = _folder.Write("m.sig", Signature.Sign(key, Message));

            Assert.Contains("Verified OK", await OpenSsl.SucceedsAsync("dgst", "-sm3", "-verify", publicKey, "-sigopt", OpenSsl.UserId, "-signature", signature, message), StringComparison.Ordinal);
            Assert.NotEqual(0, (await OpenSsl.RunAsync("dgst", "-sm3", "-verify", publicKey, "-sigopt", OpenSsl.UserId, "-signature", signature, other)).ExitCode);
            Assert.NotEqual(0, (await OpenSsl.RunAsync("dgst", "-sm3", "-verify", publicKey, "-sigopt", "distid:8765432187654321", "-signature", signature, message)).ExitCode);
        }
    }

    [Fact]
    public async Task Verify_OpenSslSignature_IsAccepted()
    {
        await OpenSsl.SucceedsAsync("genpkey", "-algorithm", "SM2", "-out", _folder.File("sm2.key"));
        await OpenSsl.SucceedsAsync("pkey", "-in", _folder.File("sm2.key"), "-pubout", "-out", _folder.File("sm2.pub"));
        await OpenSsl.SucceedsAsync("dgst", "-sm3", "-sign", _folder.File("sm2.key"), "-sigopt", OpenSsl.UserId, "-out", _folder.File("m.sig"), _folder.Write("m.bin", Message));
        var signature = await File.ReadAllBytesAsync(_folder.File("m.sig"), TestContext.Current.CancellationToken);
        var key = Sm2PublicKey.FromPem(await File.ReadAllTextAsync(_folder.File("sm2.pub"), TestContext.Current.CancellationToken));

        Assert.True(Signature.Verify(key, Message, signature));
        Assert.False(Signature.Verify(key, Message.AsSpan(1), signature));
    }

    [Fact]
    public async Task EncryptedKey_WrittenByEitherSide_IsReadByTheOther()
    {
        var ours = Sm2PrivateKey.Generate();
        var ourFile = _folder.Write("ours.key", ours.ExportEncryptedPem("pass word"));
        await OpenSsl.SucceedsAsync("pkey", "-in", ourFile, "-passin", "pass:pass word", "-pubout", "-out", _folder.File("ours.pub"));
        await OpenSsl.SucceedsAsync("pkey", "-in", ourFile, "-passin", "pass:pass word", "-aes-256-cbc", "-passout", "pass:other", "-out", _folder.File("theirs.key"));

        var theirPublic = Sm2PublicKey.FromPem(await File.ReadAllTextAsync(_folder.File("ours.pub"), TestContext.Current.CancellationToken));
        var theirs = Sm2PrivateKey.FromEncryptedPem(await File.ReadAllTextAsync(_folder.File("theirs.key"), TestContext.Current.CancellationToken), "other");

        Assert.True(theirPublic.IsSameAs(ours.PublicKey));
        Assert.True(theirs.PublicKey.IsSameAs(ours.PublicKey));
    }

    [Fact]
    public async Task FromPem_OpenSslKeyWithExplicitCurve_IsRefused()
    {
        await OpenSsl.SucceedsAsync("ecparam", "-name", "SM2", "-genkey", "-noout", "-param_enc", "explicit", "-out", _folder.File("ec.key"));
        await OpenSsl.SucceedsAsync("ec", "-in", _folder.File("ec.key"), "-pubout", "-param_enc", "explicit", "-out", _folder.File("ec.pub"));
        var pem = await File.ReadAllTextAsync(_folder.File("ec.pub"), TestContext.Current.CancellationToken);

        var fault = Refused.With("DER_REFUSED", () => Sm2PublicKey.FromPem(pem));

        Assert.Contains("CurveNotNamed", fault.Message, StringComparison.Ordinal);
    }
}

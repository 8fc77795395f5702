using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DataHub.Crypto.Sm2;

namespace DataHub.Crypto.Certificates;

/// <summary>The private key of an authority, of either kind.</summary>
internal abstract class AuthorityKey : IDisposable
{
    public abstract X509SignatureGenerator Generator { get; }

    public abstract HashAlgorithmName Hash { get; }

    public abstract string Export(string? passphrase);

    public bool Fits(X509Certificate2 certificate) =>
        certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(Generator.PublicKey.ExportSubjectPublicKeyInfo());

    public abstract void Dispose();
}

/// <summary>P-256 with SHA-256, for TLS.</summary>
internal sealed class P256AuthorityKey(ECDsa key) : AuthorityKey
{
    public override X509SignatureGenerator Generator { get; } = X509SignatureGenerator.CreateForECDsa(key);

    public override HashAlgorithmName Hash => HashAlgorithmName.SHA256;

    public override string Export(string? passphrase) => TlsKey.Export(key, passphrase);

    public override void Dispose() => key.Dispose();
}

/// <summary>SM2 with SM3, for licences.</summary>
internal sealed class Sm2AuthorityKey(Sm2PrivateKey key) : AuthorityKey
{
    public override X509SignatureGenerator Generator { get; } = new Sm2SignatureGenerator(key);

    public override HashAlgorithmName Hash => Sm2SignatureGenerator.HashName;

    public override string Export(string? passphrase) => key.ExportEncryptedPem(passphrase ?? "");

    public override void Dispose()
    {
        // The key is numbers in memory, nothing the platform holds.
    }
}

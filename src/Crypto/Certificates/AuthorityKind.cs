using DataHub.Crypto.Sm2;

namespace DataHub.Crypto.Certificates;

/// <summary>What the two authorities of a hub differ in: the names of their files and their keys.</summary>
internal sealed class AuthorityKind
{
    private AuthorityKind(string prefix, bool keepsEndedRoots, Func<AuthorityKey> generate, Func<string, PemFile, string?, AuthorityKey> import)
    {
        Prefix = prefix;
        KeepsEndedRoots = keepsEndedRoots;
        Generate = generate;
        Import = import;
    }

    public static AuthorityKind Tls { get; } = new(
        "tls", keepsEndedRoots: false, () => new P256AuthorityKey(TlsKey.Generate()), (path, pem, passphrase) => new P256AuthorityKey(TlsKey.Import(path, pem, passphrase)));

    /// <summary>Licences outlive the root they were signed under, so ended roots stay: a chain is judged at the instant of signing.</summary>
    public static AuthorityKind Licence { get; } = new(
        "licence",
        keepsEndedRoots: true,
        () => new Sm2AuthorityKey(Sm2PrivateKey.Generate()),
        (_, pem, passphrase) => new Sm2AuthorityKey(Sm2PrivateKey.FromEncryptedPkcs8(pem.EncryptedKey(), passphrase ?? "")));

    public string Prefix { get; }

    public bool KeepsEndedRoots { get; }

    public Func<AuthorityKey> Generate { get; }

    public Func<string, PemFile, string?, AuthorityKey> Import { get; }
}

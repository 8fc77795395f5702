using System.Security.Cryptography.X509Certificates;

namespace DataHub.Crypto.Certificates;

/// <summary>
/// An authority in a folder: <c>{kind}-root.crt</c> (roots, newest first), <c>{kind}-root.key</c> (key of the newest; may be kept elsewhere), <c>{kind}-issuing.pem</c> (certificate and key
/// that sign from day to day) and <c>{kind}-between.crt</c> (earlier issuing certificates, and new roots certified by old ones). Every file is replaced in one step, in an order that leaves a
/// working authority wherever it is cut short. Without an issuing file the root itself signs, as folders of format 1 do.
/// </summary>
internal sealed class AuthorityFiles(string folder, AuthorityKind kind)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private string RootsFile => Path.Combine(folder, $"{kind.Prefix}-root.crt");

    private string IssuingFile => Path.Combine(folder, $"{kind.Prefix}-issuing.pem");

    private string BetweenFile => Path.Combine(folder, $"{kind.Prefix}-between.crt");

    public bool HasIssuing => File.Exists(IssuingFile);

    public string RootKeyFile(string? elsewhere = null) => Path.Combine(elsewhere ?? folder, $"{kind.Prefix}-root.key");

    /// <summary>Makes a root; refuses before touching anything if one is there.</summary>
    public OpenedAuthority CreateRoot(X500DistinguishedName name, CertificateValidity validity, string? passphrase)
    {
        Directory.CreateDirectory(folder, OwnerOnly);
        if (File.Exists(RootKeyFile()) || File.Exists(RootsFile))
        {
            throw new IOException($"{folder} holds an authority already.");
        }

        var key = kind.Generate();
        var root = OpenedAuthority.SelfSign(key, name, validity);
        PemFile.CreateSecret(RootKeyFile(), key.Export(passphrase) + "\n");
        PemFile.CreatePublic(RootsFile, PemFile.Certificate(root.RawData) + "\n");
        return new OpenedAuthority(root, key, [root], []);
    }

    /// <summary>Opens what signs: the issuing authority, or the root where there is none.</summary>
    public OpenedAuthority Open(string? passphrase)
    {
        if (!HasIssuing)
        {
            return OpenRoot(elsewhere: null, passphrase);
        }

        var pem = PemFile.Read(IssuingFile);
        return new OpenedAuthority(TlsTrust.ReadCertificate(pem.SingleCertificate()), kind.Import(IssuingFile, pem, passphrase), ReadRoots(), ReadBetween());
    }

    /// <summary>Makes a new issuing key under the newest root. What earlier ones signed goes on to hold.</summary>
    public void RenewIssuing(X500DistinguishedName name, CertificateValidity validity, string passphrase, string? rootElsewhere)
    {
        using var root = OpenRoot(rootElsewhere, passphrase);
        using var key = kind.Generate();
        using var certificate = root.CertifyIssuing(name, key.Generator.PublicKey, validity);
        if (HasIssuing)
        {
            AddBetween(TlsTrust.ReadCertificate(PemFile.Read(IssuingFile).SingleCertificate()), validity.From);
        }

        PemFile.Replace(IssuingFile, $"{PemFile.Certificate(certificate.RawData)}\n{key.Export(passphrase)}\n");
    }

    /// <summary>Makes a new root beside the old one, which certifies it, so that those who know only the old one trust it too. The old root's key is destroyed.</summary>
    public void RenewRoot(X500DistinguishedName name, CertificateValidity validity, string passphrase, string? rootElsewhere)
    {
        using var old = OpenRoot(rootElsewhere, passphrase);
        using var key = kind.Generate();
        using var root = OpenedAuthority.SelfSign(key, name, validity);
        var crossEnd = validity.To < old.NotAfter ? validity.To : old.NotAfter;
        AddBetween(old.CertifyRoot(name, key.Generator.PublicKey, new CertificateValidity(validity.From, crossEnd)), validity.From);
        var kept = old.Roots.Where(other => kind.KeepsEndedRoots || other.NotAfter.ToUniversalTime() > validity.From);
        PemFile.ReplacePublic(RootsFile, Text(kept.Prepend(root)));

        // The key stands with its certificate: which of the roots it belongs to must not depend on two files.
        PemFile.Replace(RootKeyFile(rootElsewhere), $"{PemFile.Certificate(root.RawData)}\n{key.Export(passphrase)}\n");
    }

    /// <summary>Encrypts a root key that an earlier version left in the clear.</summary>
    public void Protect(string passphrase)
    {
        if (!File.Exists(RootKeyFile()) || PemFile.Read(RootKeyFile()).SingleKey().Label != PemFile.PlainKeyLabel)
        {
            return;
        }

        var pem = PemFile.Read(RootKeyFile());
        using var key = kind.Import(RootKeyFile(), pem, null);
        PemFile.Replace(RootKeyFile(), Text(pem.Certificates.Select(TlsTrust.ReadCertificate)) + key.Export(passphrase) + "\n");
    }

    /// <summary>Moves the root's key to a folder that is to be taken away. The hub must have an issuing key.</summary>
    public void TakeOffline(string target)
    {
        if (!HasIssuing)
        {
            throw CryptoFaults.NoIssuing(folder);
        }

        if (!File.Exists(RootKeyFile()))
        {
            throw CryptoFaults.RootOffline(RootKeyFile());
        }

        Directory.CreateDirectory(target, OwnerOnly);
        PemFile.CreateSecret(RootKeyFile(target), File.ReadAllText(RootKeyFile()));
        File.Delete(RootKeyFile());
    }

    public X509Certificate2Collection ReadRoots() => TlsTrust.ReadRoots(RootsFile);

    public X509Certificate2Collection ReadBetween() => File.Exists(BetweenFile) ? TlsTrust.ReadRoots(BetweenFile) : [];

    private OpenedAuthority OpenRoot(string? elsewhere, string? passphrase)
    {
        var roots = ReadRoots();
        var path = RootKeyFile(elsewhere);
        if (!File.Exists(path))
        {
            throw HasIssuing ? CryptoFaults.RootOffline(path) : CryptoFaults.Pem(path, "is missing");
        }

        var key = kind.Import(path, PemFile.Read(path), passphrase);
        var root = roots.FirstOrDefault(key.Fits) ?? throw CryptoFaults.SignerMismatch();
        return new OpenedAuthority(root, key, roots, ReadBetween());
    }

    private void AddBetween(X509Certificate2 certificate, DateTimeOffset now)
    {
        var kept = ReadBetween().Where(other => other.NotAfter.ToUniversalTime() > now || kind.KeepsEndedRoots);
        PemFile.ReplacePublic(BetweenFile, Text(kept.Prepend(certificate)));
    }

    private static string Text(IEnumerable<X509Certificate2> certificates) =>
        string.Concat(certificates.Select(certificate => PemFile.Certificate(certificate.RawData) + "\n"));
}

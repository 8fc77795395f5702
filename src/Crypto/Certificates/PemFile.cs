using System.Security.Cryptography;
using DataHub.Crypto.Der;
using DataHub.Crypto.Sm2;

namespace DataHub.Crypto.Certificates;

/// <summary>PEM files (RFC 7468) of certificates and at most one private key. Everything read comes through the DER gate.</summary>
internal sealed class PemFile
{
    public const string PlainKeyLabel = "PRIVATE KEY";

    private const string CertificateLabel = "CERTIFICATE";
    private const int MaxBytes = 256 * 1024;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Everyone = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly string _path;
    private readonly List<ReadOnlyMemory<byte>> _certificates = [];
    private readonly List<(string Label, byte[] Der)> _keys = [];

    private PemFile(string path) => _path = path;

    /// <summary>The certificates in their order.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Certificates => _certificates;

    public static PemFile Read(string path)
    {
        if (!File.Exists(path))
        {
            throw CryptoFaults.Pem(path, "is missing");
        }

        if (new FileInfo(path).Length > MaxBytes)
        {
            throw CryptoFaults.Pem(path, $"is larger than {MaxBytes} bytes");
        }

        var file = new PemFile(path);
        ReadOnlySpan<char> text = File.ReadAllText(path);
        while (PemEncoding.TryFind(text, out var found))
        {
            file.Add(text[found.Label], Convert.FromBase64String(text[found.Base64Data].ToString()));
            text = text[found.Location.End..];
        }

        return file;
    }

    public static string Certificate(ReadOnlySpan<byte> der) => PemEncoding.WriteString(CertificateLabel, der);

    /// <summary>Writes a file that only its owner reads, in one step: a crash leaves the old file or the new one.</summary>
    public static void Replace(string path, string text) => Replace(path, text, OwnerOnly);

    /// <summary>The same for a file that anyone may read.</summary>
    public static void ReplacePublic(string path, string text) => Replace(path, text, Everyone);

    /// <summary>Writes a secret that must not be there yet.</summary>
    public static void CreateSecret(string path, string text) => WriteNew(path, text, OwnerOnly);

    /// <summary>Writes a file anyone may read that must not be there yet.</summary>
    public static void CreatePublic(string path, string text) => WriteNew(path, text, Everyone);

    /// <summary>The one certificate of the file.</summary>
    public ReadOnlyMemory<byte> SingleCertificate() =>
        _certificates.Count == 1 ? _certificates[0] : throw CryptoFaults.Pem(_path, "must hold one certificate");

    /// <summary>The one private key of the file, which must be encrypted.</summary>
    public byte[] EncryptedKey() =>
        SingleKey() is (EncryptedPkcs8.PemLabel, var der) ? der : throw CryptoFaults.Pem(_path, "must hold an encrypted private key");

    /// <summary>The one private key of the file.</summary>
    public (string Label, byte[] Der) SingleKey() =>
        _keys.Count == 1 ? _keys[0] : throw CryptoFaults.Pem(_path, "must hold one private key (PKCS#8)");

    private void Add(ReadOnlySpan<char> label, byte[] der)
    {
        if (label is CertificateLabel)
        {
            DerGate.Admit(der, DerLimits.Certificate);
            _certificates.Add(der);
        }
        else if (label is PlainKeyLabel or EncryptedPkcs8.PemLabel)
        {
            DerGate.Admit(der, DerLimits.Key);
            _keys.Add((label.ToString(), der));
        }
    }

    private static void Replace(string path, string text, UnixFileMode mode)
    {
        var draft = $"{path}.{Guid.NewGuid():n}.new";
        WriteNew(draft, text, mode);
        File.Move(draft, path, overwrite: true);
    }

    private static void WriteNew(string path, string text, UnixFileMode mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode };
        using var file = new FileStream(path, options);
        using var writer = new StreamWriter(file);
        writer.Write(text);
        writer.Flush();
        file.Flush(flushToDisk: true);
    }
}

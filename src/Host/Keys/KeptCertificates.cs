using System.Security.Cryptography.X509Certificates;

namespace DataHub.Host.Keys;

/// <summary>Lists the certificates of a data folder by the files they are in.</summary>
internal static class KeptCertificates
{
    public static IReadOnlyList<KeptCertificate> In(HubFolder folder) =>
    [
        .. Authority(folder.Tls, "tls", "TLS"),
        .. Authority(folder.Licences, "licence", "licence"),
        .. First(Path.Combine(folder.Tls, "receipts.pem"), "receipt signer"),
        .. First(Path.Combine(folder.Licences, "ledger.pem"), "ledger signer"),
        .. First(Path.Combine(folder.Tls, HubFolder.ServerFile), "server"),
        .. Files(Path.Combine(folder.Licences, "issuers"), "*.pem").SelectMany(file => First(file, $"licence issuer {Path.GetFileNameWithoutExtension(file)}")),
        .. Files(folder.Trusted, "*.crt").SelectMany(file => First(file, $"outside authority {Path.GetFileNameWithoutExtension(file)}")),
        .. Files(folder.Tls, "receipts-*.crt").SelectMany(file => First(file, "earlier receipt signer", isHistory: true)),
        .. Files(folder.Licences, "ledger-*.crt").SelectMany(file => First(file, "earlier ledger signer", isHistory: true)),
    ];

    private static IEnumerable<KeptCertificate> Authority(string folder, string prefix, string name) =>
    [
        .. All(Path.Combine(folder, $"{prefix}-root.crt")).Select((root, index) => KeptCertificate.Of(index == 0 ? $"{name} root" : $"earlier {name} root", root, isHistory: index > 0)),
        .. First(Path.Combine(folder, $"{prefix}-issuing.pem"), $"{name} issuing authority"),
        .. All(Path.Combine(folder, $"{prefix}-between.crt")).Select(between => KeptCertificate.Of($"earlier {name} authority", between, isHistory: true)),
    ];

    private static IEnumerable<string> Files(string folder, string pattern) => Directory.Exists(folder) ? Directory.GetFiles(folder, pattern).Order(StringComparer.Ordinal) : [];

    private static IEnumerable<KeptCertificate> First(string file, string name, bool isHistory = false) =>
        All(file).Take(1).Select(certificate => KeptCertificate.Of(name, certificate, isHistory));

    // Only the certificates are read; keys in the same file stay closed.
    private static X509Certificate2Collection All(string file)
    {
        X509Certificate2Collection certificates = [];
        if (File.Exists(file))
        {
            certificates.ImportFromPem(File.ReadAllText(file));
        }

        return certificates;
    }
}

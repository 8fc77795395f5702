using System.Security.Cryptography;
using DataHub.Crypto.Certificates;

namespace DataHub.Cli;

/// <summary>Root certificates that verifiers pin, in PEM files.</summary>
internal static class RootFiles
{
    /// <summary>The hub's own SM2 root, beside whose database the auditor may sit.</summary>
    public static string OfLicences(string dataFolder) => Path.Combine(dataFolder, "licences", "licence-root.crt");

    /// <summary>The hub's own TLS root.</summary>
    public static string OfTls(string dataFolder) => Path.Combine(dataFolder, "systems", "tls-root.crt");

    /// <summary>DER of the SM2 roots of a file.</summary>
    /// <exception cref="Kernel.Faults.FaultException">Missing, or a block is no SM2 certificate: <c>FILE_MISSING</c>, <c>FILE_CONTENT</c>, and what <see cref="LicenceCertificate.Parse"/> refuses.</exception>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Read(string path)
    {
        var roots = new List<ReadOnlyMemory<byte>>();
        ReadOnlySpan<char> text = CliFiles.Text(path);
        while (PemEncoding.TryFind(text, out var found))
        {
            if (text[found.Label] is "CERTIFICATE")
            {
                roots.Add(LicenceCertificate.Parse(Convert.FromBase64String(text[found.Base64Data].ToString())).Der);
            }

            text = text[found.Location.End..];
        }

        return roots.Count > 0 ? roots : throw CliFaults.BadContent(path, new InvalidDataException("There is no certificate."));
    }
}

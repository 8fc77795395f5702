using System.Security.Cryptography;
using DataHub.V1;
using Google.Protobuf;

namespace DataHub.Cli;

/// <summary>A licence as files: what its holder keeps, and a script that checks it with OpenSSL alone.</summary>
internal static class LicenceFolder
{
    /// <summary>The commands that check a licence; run in its folder.</summary>
    public static readonly IReadOnlyList<string> Commands =
    [
        "openssl x509 -in signer.crt -pubkey -noout -out signer.pub",
        // One certificate at a time: OpenSSL 3.0 gives the SM2 identifier only to the certificate named.
        "openssl verify -CAfile root.crt -vfyopt distid:1234567812345678 issuing.crt",
        "openssl verify -partial_chain -CAfile issuing.crt -vfyopt distid:1234567812345678 signer.crt",
        "openssl dgst -sm3 -verify signer.pub -sigopt distid:1234567812345678 -signature signature.der document.json",
    ];

    public static void Write(string folder, LicenceDocument document)
    {
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllBytes(Path.Combine(folder, "document.json"), document.Document.ToByteArray());
        File.WriteAllBytes(Path.Combine(folder, "signature.der"), document.Signature.ToByteArray());
        WriteCertificates(Path.Combine(folder, "signer.crt"), document.Chain.Take(1));
        WriteCertificates(Path.Combine(folder, "issuing.crt"), document.Chain.Skip(1).Take(1));
        WriteCertificates(Path.Combine(folder, "chain.crt"), document.Chain.Skip(1));
        WriteCertificates(Path.Combine(folder, "root.crt"), document.Chain.TakeLast(1));
        var script = Path.Combine(folder, "verify.sh");
        File.WriteAllText(script, $"#!/bin/sh\nset -e\ncd \"$(dirname \"$0\")\"\n{string.Join('\n', Commands)}\n");
        File.SetUnixFileMode(script, File.GetUnixFileMode(script) | UnixFileMode.UserExecute);
    }

    /// <exception cref="Kernel.Faults.FaultException">A file is missing.</exception>
    public static LicenceDocument Read(string folder) => new()
    {
        Document = Bytes(folder, "document.json"),
        Signature = Bytes(folder, "signature.der"),
        Chain = { Certificates(folder, "signer.crt"), Certificates(folder, "chain.crt") },
    };

    private static void WriteCertificates(string path, IEnumerable<ByteString> certificates) =>
        File.WriteAllText(path, string.Concat(certificates.Select(der => PemEncoding.WriteString("CERTIFICATE", der.Span) + "\n")));

    private static ByteString Bytes(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        return File.Exists(path) ? ByteString.CopyFrom(File.ReadAllBytes(path)) : throw CliFaults.NoFile(path);
    }

    private static List<ByteString> Certificates(string folder, string name)
    {
        var pem = Bytes(folder, name).ToStringUtf8();
        var found = new List<ByteString>();
        for (var at = 0; PemEncoding.TryFind(pem.AsSpan(at), out var fields); at += fields.Location.End.Value)
        {
            found.Add(ByteString.FromBase64(pem[at..][fields.Base64Data]));
        }

        return found.Count > 0 ? found : throw CliFaults.BadOption(name, "is not a PEM certificate");
    }
}

using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DataHub.Crypto.Certificates;
using DataHub.Kernel.Faults;

namespace DataHub.Host.Keys;

/// <summary>
/// Authorities of others whose client certificates the hub takes, one file <c>tls/trusted/{name}.crt</c> each. They vouch only for accounts that are registered with them, whatever names their
/// certificates hold.
/// </summary>
internal sealed class OutsideAuthorities
{
    private const int MostRemembered = 10_000;

    private readonly ConcurrentDictionary<string, string> _found = new(StringComparer.Ordinal);

    private OutsideAuthorities(IReadOnlyList<OutsideAuthority> all) => All = all;

    public IReadOnlyList<OutsideAuthority> All { get; }

    public static OutsideAuthorities Read(HubFolder folder) => new(Directory.Exists(folder.Trusted)
        ? [.. Directory.GetFiles(folder.Trusted, "*.crt").Order(StringComparer.Ordinal).Select(Read)]
        : []);

    /// <summary>Takes an authority in.</summary>
    /// <exception cref="FaultException">Not one certificate of an authority with a key on P-256 or P-384: <c>DER_REFUSED</c>, <c>PEM_FILE</c>, <c>AUTHORITY_UNFIT</c>; known: <c>AUTHORITY_EXISTS</c>.</exception>
    public static OutsideAuthority Add(HubFolder folder, string name, string file)
    {
        var target = PathOf(folder, name);
        var authority = Read(file) with { Name = name };
        if (File.Exists(target) || Read(folder).All.Any(other => other.KeyId == authority.KeyId))
        {
            throw HostFaults.AuthorityExists(name);
        }

        Directory.CreateDirectory(folder.Trusted, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        HubFolder.Replace(target, PemEncoding.WriteString("CERTIFICATE", authority.Certificate.RawData) + "\n");
        return authority;
    }

    /// <exception cref="FaultException">There is none of that name: <c>AUTHORITY_UNKNOWN</c>.</exception>
    public static void Remove(HubFolder folder, string name)
    {
        var path = PathOf(folder, name);
        if (!File.Exists(path))
        {
            throw HostFaults.AuthorityUnknown(name);
        }

        File.Delete(path);
    }

    /// <summary>Whether one of them vouches for a client certificate, asked at the handshake; what was found is kept for the calls to come.</summary>
    public bool Admits(X509Certificate2 certificate, X509Certificate2Collection? sent, DateTimeOffset at)
    {
        if (Find(certificate, sent, at) is not { } keyId)
        {
            return false;
        }

        if (_found.Count >= MostRemembered)
        {
            _found.Clear();
        }

        _found[certificate.Thumbprint] = keyId;
        return true;
    }

    /// <summary>
    /// Key identifier of the one that vouches for a certificate which came through the handshake, lower-case hex; null where none does. Decided by the chain itself, not by what the certificate says
    /// of its issuer.
    /// </summary>
    public string? VouchedBy(X509Certificate2 certificate, DateTimeOffset at) =>
        _found.TryGetValue(certificate.Thumbprint, out var keyId) ? keyId : Find(certificate, sent: null, at);

    private string? Find(X509Certificate2 certificate, X509Certificate2Collection? sent, DateTimeOffset at) =>
        All.FirstOrDefault(authority => TlsTrust.IsTrustedClient(certificate, [authority.Certificate], at, sent))?.KeyId;

    private static string PathOf(HubFolder folder, string name) => name.Length is > 0 and <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
        ? Path.Combine(folder.Trusted, $"{name}.crt")
        : throw Require.Malformed("AUTHORITY_NAME", "name", "must be 1 to 64 of a-z, A-Z, 0-9, '-', '_'");

    private static OutsideAuthority Read(string file)
    {
        var certificates = TlsTrust.ReadRoots(file);
        return certificates.Count == 1 && TlsTrust.IsAuthority(certificates[0])
            ? new OutsideAuthority(Path.GetFileNameWithoutExtension(file), certificates[0])
            : throw HostFaults.AuthorityUnfit(file);
    }
}

/// <summary>An authority of others.</summary>
/// <param name="Name">What it is called here.</param>
/// <param name="Certificate">Its certificate.</param>
internal sealed record OutsideAuthority(string Name, X509Certificate2 Certificate)
{
    /// <summary>Its subject key identifier, lower-case hex; accounts are registered with it.</summary>
    public string KeyId { get; } = Certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault() is { } named
        ? Convert.ToHexStringLower(named.SubjectKeyIdentifierBytes.Span)
        : Convert.ToHexStringLower(SHA256.HashData(Certificate.PublicKey.ExportSubjectPublicKeyInfo()));
}

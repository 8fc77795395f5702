using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DataHub.Crypto.Certificates;

namespace DataHub.Host.Keys;

/// <summary>
/// What the port shows in the handshake. It changes while the hub runs: before two thirds of its life are over at the latest, when the issuing authority changed, when somebody removed
/// <c>tls/server.crt</c>, or, where a file was given, when that changed. Connections that are open go on with what they were opened with.
/// </summary>
internal sealed class ServerCertificate
{
    private readonly HubKeys _keys;
    private readonly HubFolder _folder;
    private readonly IPAddress _address;
    private readonly string? _file;
    private readonly TimeProvider _time;
    private volatile Shown _shown;

    /// <summary>Issues a certificate, or reads the one given.</summary>
    /// <exception cref="Kernel.Faults.FaultException">The file given holds no certificate with its key, or one that has ended.</exception>
    public ServerCertificate(HubKeys keys, HubFolder folder, IPAddress address, string? file, TimeProvider time)
    {
        _keys = keys;
        _folder = folder;
        _address = address;
        _file = file;
        _time = time;
        _shown = file is null ? Issue() : Read(file);
    }

    private string PublicFile => Path.Combine(_folder.Tls, HubFolder.ServerFile);

    /// <summary>The certificate shown now.</summary>
    public X509Certificate2 Certificate => _shown.Credential.Certificate;

    /// <summary>Roots that those who connect must trust: the hub's, newest first, and before them the one in a file given.</summary>
    public X509Certificate2Collection Roots => [.. _shown.Credential.Intermediates.Where(IsRoot), .. _keys.TlsRoots];

    /// <summary>SHA-256 of the root above the certificate shown, lower-case hex: what an enrolling system is told beside its token.</summary>
    public string RootFingerprint => Convert.ToHexStringLower(SHA256.HashData(Roots[0].RawData));

    /// <summary>Answers a handshake.</summary>
    public SslServerAuthenticationOptions Options() => new()
    {
        ServerCertificateContext = _shown.Context,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ClientCertificateRequired = true,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        RemoteCertificateValidationCallback = (_, certificate, chain, _) => IsAdmitted(certificate, chain),
    };

    /// <summary>Shows another certificate where it is time to.</summary>
    /// <returns>Whether it does.</returns>
    public bool Refresh()
    {
        if (_file is not null)
        {
            if (StampOf(_file) == _shown.Stamp)
            {
                return false;
            }

            _shown = Read(_file);
            return true;
        }

        var certificate = _shown.Credential.Certificate;
        var validity = new CertificateValidity(certificate.NotBefore, certificate.NotAfter);
        if (File.Exists(PublicFile) && _shown.Stamp == _keys.Authorities.Tls.Issuer.Thumbprint && !KeyLives.IsWorn(validity, _time.GetUtcNow()))
        {
            return false;
        }

        _shown = Issue();
        return true;
    }

    // Without a certificate the handshake passes: enrolment is open to strangers, everything else is refused call by call.
    private bool IsAdmitted(X509Certificate? certificate, X509Chain? chain) =>
        certificate is not X509Certificate2 given || _keys.IsTrustedClient(given, chain?.ChainPolicy.ExtraStore);

    private Shown Issue()
    {
        var credential = _keys.IssueServer(_address);
        HubFolder.Replace(PublicFile, PemEncoding.WriteString("CERTIFICATE", credential.Certificate.RawData) + "\n");
        return new Shown(credential, SslStreamCertificateContext.Create(credential.Certificate, credential.Intermediates, offline: true), _keys.Authorities.Tls.Issuer.Thumbprint);
    }

    private Shown Read(string file)
    {
        var stamp = StampOf(file);
        var credential = _keys.OpenCredential(file);
        if (credential.Certificate.NotAfter.ToUniversalTime() <= _time.GetUtcNow())
        {
            throw HostFaults.ServerCertificateEnded(file, credential.Certificate.NotAfter.ToUniversalTime());
        }

        return new Shown(credential, SslStreamCertificateContext.Create(credential.Certificate, credential.Intermediates, offline: true), stamp);
    }

    private static bool IsRoot(X509Certificate2 certificate) => certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);

    private static string StampOf(string file) => File.Exists(file) ? $"{new FileInfo(file).Length} {File.GetLastWriteTimeUtc(file).Ticks}" : "";

    private sealed record Shown(TlsCredential Credential, SslStreamCertificateContext Context, string Stamp);
}

using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DataHub.Crypto.Certificates;
using DataHub.Kernel.Faults;

namespace DataHub.FrontEnd.Enrolling;

/// <summary>
/// Who a program is towards the hub: a certificate with its key in one file, and the hub's roots in <c>tls-root.crt</c> beside it. Both may be replaced while channels run: connections that are
/// open go on with what they were opened with, new ones show the new certificate.
/// </summary>
public sealed class HubIdentity : IDisposable
{
    /// <summary>Name of the file with the hub's roots.</summary>
    public const string RootsFile = "tls-root.crt";

    private const UnixFileMode Public = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly string _file;
    private readonly TimeProvider _time;
    private volatile Held _held;

    private HubIdentity(string file, TimeProvider time, Held held)
    {
        _file = file;
        _time = time;
        _held = held;
    }

    /// <summary>Id of the account the certificate names; null where an outside authority names it otherwise.</summary>
    public string? Account => TlsIdentity.Read(_held.Credential.Certificate)?.SystemId;

    /// <summary>The present certificate with its key.</summary>
    public X509Certificate2 Certificate => _held.Credential.Certificate;

    /// <summary>The hub's roots.</summary>
    public X509Certificate2Collection Roots => _held.Roots;

    private string RootsPath => RootsPathOf(_file);

    /// <summary>Reads an identity.</summary>
    /// <param name="file">PEM file with certificate, authorities above it and key.</param>
    /// <param name="time">Clock.</param>
    /// <exception cref="FaultException">What <see cref="TlsCredential.Load"/> and <see cref="TlsTrust.ReadRoots"/> refuse.</exception>
    public static HubIdentity Load(string file, TimeProvider time) =>
        new(file, time, new Held(TlsCredential.Load(file), TlsTrust.ReadRoots(RootsPathOf(file))));

    /// <summary>Writes a new identity; one that is there is replaced in one step.</summary>
    /// <param name="file">The PEM file, for its owner only.</param>
    /// <param name="credential">The certificate with its key; the identity's from now on.</param>
    /// <param name="roots">The hub's roots.</param>
    /// <param name="time">Clock.</param>
    public static HubIdentity Create(string file, TlsCredential credential, X509Certificate2Collection roots, TimeProvider time)
    {
        var identity = new HubIdentity(file, time, new Held(credential, roots));
        identity.Save(credential, roots);
        return identity;
    }

    /// <summary>Takes the place of the present certificate, on disk first.</summary>
    /// <param name="credential">The certificate with its key; the identity's from now on.</param>
    /// <param name="roots">The hub's roots.</param>
    public void Replace(TlsCredential credential, X509Certificate2Collection roots)
    {
        ArgumentNullException.ThrowIfNull(credential);
        ArgumentNullException.ThrowIfNull(roots);
        Save(credential, roots);

        // The credential before is left to the garbage collector: a handshake under way may still show it.
        _held = new Held(credential, roots);
    }

    /// <summary>Takes over other roots, where they differ.</summary>
    /// <param name="roots">The hub's roots, as it told them over a connection that was trusted.</param>
    public void TakeRoots(X509Certificate2Collection roots)
    {
        ArgumentNullException.ThrowIfNull(roots);
        if (roots.Count > 0 && !roots.Select(root => root.Thumbprint).SequenceEqual(_held.Roots.Select(root => root.Thumbprint)))
        {
            SaveRoots(roots);
            _held = _held with { Roots = roots };
        }
    }

    /// <summary>A handler that connects as this identity, whatever certificate it has by then.</summary>
    public SocketsHttpHandler CreateHandler() => new()
    {
        KeepAlivePingDelay = TimeSpan.FromSeconds(30),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
        SslOptions = new SslClientAuthenticationOptions
        {
            LocalCertificateSelectionCallback = (_, _, _, _, _) => _held.Credential.Certificate,
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => IsTrusted(certificate, chain, errors),
            CertificateChainPolicy = ServerTrust.WithoutNetwork(),
        },
    };

    /// <summary>Lets go of certificate and key.</summary>
    public void Dispose() => _held.Credential.Dispose();

    private bool IsTrusted(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        ServerTrust.IsTrusted(certificate, chain, errors, _held.Roots, _time.GetUtcNow());

    private void Save(TlsCredential credential, X509Certificate2Collection roots)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(_file))!);
        SaveRoots(roots);
        credential.Save(_file);
    }

    private void SaveRoots(X509Certificate2Collection roots)
    {
        var draft = $"{RootsPath}.{Guid.NewGuid():n}.new";
        File.WriteAllText(draft, string.Concat(roots.Select(root => PemEncoding.WriteString("CERTIFICATE", root.RawData) + "\n")));
        File.SetUnixFileMode(draft, Public);
        File.Move(draft, RootsPath, overwrite: true);
    }

    private static string RootsPathOf(string file) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, RootsFile);

    private sealed record Held(TlsCredential Credential, X509Certificate2Collection Roots);
}

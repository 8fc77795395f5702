using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DataHub.Drills.Hostile.Attacks;

/// <summary>An authority that the hub does not know, under the names it knows.</summary>
internal sealed class Foreign : IDisposable
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const string SomeExtension = "1.3.6.1.4.1.99999.1";

    private readonly X509Certificate2 _root;

    public Foreign(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=DataHub TLS root", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        _root = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    public static X509Certificate2 SelfSigned(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Usable(Request(key, extraBytes: 0).CreateSelfSigned(now.AddHours(-1), now.AddHours(1)));
    }

    /// <summary>A certificate, longer by so many bytes of an extension.</summary>
    public X509Certificate2 Issue(DateTimeOffset now, int extraBytes)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Usable(Request(key, extraBytes).Create(_root, now.AddHours(-1), now.AddHours(1), [1, 2, 3, 4]).CopyWithPrivateKey(key));
    }

    public void Dispose() => _root.Dispose();

    private static CertificateRequest Request(ECDsa key, int extraBytes)
    {
        var request = new CertificateRequest("CN=attack-consumer-0, OU=consumer, O=11330382MB9902916X", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ClientAuthentication)], critical: false));
        if (extraBytes > 0)
        {
            request.CertificateExtensions.Add(new X509Extension(SomeExtension, new byte[extraBytes], critical: false));
        }

        return request;
    }

    // Through PKCS#12, because TLS can't use a key that only lives in this object.
    private static X509Certificate2 Usable(X509Certificate2 certificate) => X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
}

using System.Security.Cryptography.X509Certificates;
using DataHub.Kernel.Faults;

namespace DataHub.Crypto.Certificates;

/// <summary>An authority whose key is in memory.</summary>
internal sealed class OpenedAuthority : IDisposable
{
    private readonly AuthorityKey _key;
    private readonly Lock _gate = new();

    public OpenedAuthority(X509Certificate2 issuer, AuthorityKey key, X509Certificate2Collection roots, X509Certificate2Collection between)
    {
        _key = key.Fits(issuer) ? key : throw CryptoFaults.SignerMismatch();
        Issuer = issuer;
        Roots = roots;
        Between = between;
    }

    /// <summary>Certificate of the key that signs.</summary>
    public X509Certificate2 Issuer { get; }

    /// <summary>Roots trusted, newest first.</summary>
    public X509Certificate2Collection Roots { get; }

    /// <summary>Earlier issuing authorities, and roots certified by older roots.</summary>
    public X509Certificate2Collection Between { get; }

    public DateTimeOffset NotAfter => Issuer.NotAfter.ToUniversalTime();

    /// <summary>What a leaf is to be shown with: the issuing authority, and the way from its root to an older one. Empty where the only root issues.</summary>
    public IReadOnlyList<X509Certificate2> Intermediates
    {
        get
        {
            var root = RootOf(Issuer);
            var crosses = Between.Where(other => root is not null && IsSameKey(other, root));
            return [.. IsRoot(Issuer) ? crosses : crosses.Prepend(Issuer)];
        }
    }

    /// <summary>Root that vouches for the signing key, last of the chain of what it signs.</summary>
    public X509Certificate2 Root => RootOf(Issuer) ?? throw CryptoFaults.SignerMismatch();

    public static X509Certificate2 SelfSign(AuthorityKey key, X500DistinguishedName name, CertificateValidity validity)
    {
        var request = new CertificateRequest(name, key.Generator.PublicKey, key.Hash);
        CertificateParts.AddAuthority(request);
        return request.Create(name, key.Generator, validity.From, validity.To, CertificateParts.Serial());
    }

    public X509Certificate2 CertifyIssuing(X500DistinguishedName name, PublicKey key, CertificateValidity validity)
    {
        var request = new CertificateRequest(name, key, _key.Hash);
        CertificateParts.AddIssuing(request, Issuer.PublicKey);
        return Sign(request, validity);
    }

    public X509Certificate2 CertifyRoot(X500DistinguishedName name, PublicKey key, CertificateValidity validity)
    {
        var request = new CertificateRequest(name, key, _key.Hash);
        CertificateParts.AddCross(request, Issuer.PublicKey);
        return Sign(request, validity);
    }

    public X509Certificate2 CertifyLeaf(CertificateRequest request, CertificateValidity validity, X509KeyUsageFlags usage)
    {
        CertificateParts.AddLeaf(request, usage, Issuer.PublicKey);
        return Sign(request, validity);
    }

    public void Dispose()
    {
        _key.Dispose();
        Issuer.Dispose();
    }

    /// <exception cref="FaultException">Longer than the authority's own: <c>VALIDITY_OUTSIDE_AUTHORITY</c>.</exception>
    private X509Certificate2 Sign(CertificateRequest request, CertificateValidity validity)
    {
        if (validity.To > NotAfter)
        {
            throw CryptoFaults.OutlivesAuthority(NotAfter);
        }

        // The platform's key handles are not promised to be thread-safe.
        lock (_gate)
        {
            return request.Create(Issuer.SubjectName, _key.Generator, validity.From, validity.To, CertificateParts.Serial());
        }
    }

    private X509Certificate2? RootOf(X509Certificate2 certificate) => Roots.FirstOrDefault(root => CertificateParts.IsNamedIssuer(root, certificate));

    private static bool IsRoot(X509Certificate2 certificate) => certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);

    private static bool IsSameKey(X509Certificate2 one, X509Certificate2 other) =>
        one.PublicKey.EncodedKeyValue.RawData.AsSpan().SequenceEqual(other.PublicKey.EncodedKeyValue.RawData);
}

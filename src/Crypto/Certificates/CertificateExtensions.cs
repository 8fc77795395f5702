using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using DataHub.Crypto.Der;

namespace DataHub.Crypto.Certificates;

/// <summary>The extensions a licence certificate is judged by (RFC 5280, 4.2.1).</summary>
internal sealed class CertificateExtensions
{
    private static readonly Asn1Tag ExtensionsTag = new(TagClass.ContextSpecific, 3);
    private static readonly Asn1Tag AuthorityKeyTag = new(TagClass.ContextSpecific, 0);

    private CertificateExtensions()
    {
    }

    /// <summary>Whether basicConstraints says CA; false also where the extension is absent.</summary>
    public bool IsAuthority { get; private set; }

    /// <summary>Whether basicConstraints is there: absence is not the same as "no CA" for a checker that wants it said.</summary>
    public bool HasBasicConstraints { get; private set; }

    /// <summary>How many authorities may stand below; null where basicConstraints does not say.</summary>
    public int? PathLength { get; private set; }

    public X509KeyUsageFlags KeyUsage { get; private set; }

    public byte[]? SubjectKeyId { get; private set; }

    public byte[]? AuthorityKeyId { get; private set; }

    public static CertificateExtensions Read(AsnReader fields)
    {
        var extensions = new CertificateExtensions();
        if (!fields.HasData)
        {
            return extensions;
        }

        var wrapper = fields.ReadSequence(ExtensionsTag);
        var list = wrapper.ReadSequence();
        wrapper.ThrowIfNotEmpty();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (list.HasData)
        {
            extensions.Take(list.ReadSequence(), seen);
        }

        return extensions;
    }

    private void Take(AsnReader extension, HashSet<string> seen)
    {
        var oid = extension.ReadObjectIdentifier();
        var critical = extension.PeekTag() == Asn1Tag.Boolean && extension.ReadBoolean();
        var value = extension.ReadOctetString();
        extension.ThrowIfNotEmpty();
        if (!seen.Add(oid))
        {
            throw CryptoFaults.Certificate($"extension {oid} stands in it twice");
        }

        DerGate.Admit(value, DerLimits.Certificate);
        Take(oid, critical, new AsnReader(value, AsnEncodingRules.DER));
    }

    private void Take(string oid, bool critical, AsnReader value)
    {
        switch (oid)
        {
            case Oids.BasicConstraints:
                HasBasicConstraints = true;
                ReadConstraints(value.ReadSequence());
                break;
            case Oids.KeyUsage:
                KeyUsage = ReadKeyUsage(value);
                break;
            case Oids.SubjectKeyIdentifier:
                SubjectKeyId = value.ReadOctetString();
                break;
            case Oids.AuthorityKeyIdentifier:
                AuthorityKeyId = ReadAuthorityKeyId(value.ReadSequence());
                break;
            default:
                if (critical)
                {
                    throw CryptoFaults.Certificate($"its critical extension {oid} is not understood");
                }

                break;
        }
    }

    private void ReadConstraints(AsnReader constraints)
    {
        IsAuthority = constraints.HasData && constraints.PeekTag() == Asn1Tag.Boolean && constraints.ReadBoolean();
        PathLength = constraints.HasData && constraints.TryReadInt32(out var length) ? length : null;
        constraints.ThrowIfNotEmpty();
    }

    private static byte[]? ReadAuthorityKeyId(AsnReader identifier) =>
        identifier.HasData && identifier.PeekTag().HasSameClassAndValue(AuthorityKeyTag) ? identifier.ReadOctetString(AuthorityKeyTag) : null;

    private static X509KeyUsageFlags ReadKeyUsage(AsnReader value)
    {
        // Bit 0 of the BIT STRING is the highest bit of its first byte, which is how the platform numbers its flags. A second byte holds
        // only decipherOnly, which no licence certificate has.
        return value.ReadBitString(out _) is [var bits] ? (X509KeyUsageFlags)bits : X509KeyUsageFlags.None;
    }
}

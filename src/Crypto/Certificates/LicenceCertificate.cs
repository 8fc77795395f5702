using System.Formats.Asn1;
using DataHub.Crypto.Der;
using DataHub.Crypto.Sm2;
using DataHub.Kernel.Faults;

namespace DataHub.Crypto.Certificates;

/// <summary>
/// An SM2 certificate, read and not yet believed: <see cref="LicenceChain"/> decides that. Version 3, SM2 key, SM2-with-SM3 signature; no
/// extension twice, none critical that this room does not understand.
/// </summary>
public sealed class LicenceCertificate
{
    private LicenceCertificate(ReadOnlyMemory<byte> der, ReadOnlyMemory<byte> serial, Sm2PublicKey key, CertificateExtensions extensions)
    {
        Der = der;
        SerialNumber = Convert.ToHexString(serial.Span);
        PublicKey = key;
        Extensions = extensions;
    }

    /// <summary>The certificate as it came.</summary>
    public ReadOnlyMemory<byte> Der { get; }

    /// <summary>Serial number, upper-case hexadecimal, as signed.</summary>
    public string SerialNumber { get; }

    /// <summary>Name of the authority (CN of the subject); null where it is absent or not text.</summary>
    public string? Authority { get; private init; }

    /// <summary>Unified social credit code (O of the subject); null where it is absent or not text.</summary>
    public string? Organisation { get; private init; }

    /// <summary>When it holds.</summary>
    public CertificateValidity Validity { get; private init; }

    /// <summary>The key it vouches for.</summary>
    public Sm2PublicKey PublicKey { get; }

    /// <summary>Encoded name of the issuer, compared byte by byte.</summary>
    internal ReadOnlyMemory<byte> IssuerDer { get; private init; }

    internal ReadOnlyMemory<byte> SubjectDer { get; private init; }

    /// <summary>What is signed.</summary>
    internal ReadOnlyMemory<byte> SignedPart { get; private init; }

    internal ReadOnlyMemory<byte> Signature { get; private init; }

    internal CertificateExtensions Extensions { get; }

    /// <summary>Reads a certificate; its signature is not checked.</summary>
    /// <param name="der">DER, 8 KiB at most.</param>
    /// <exception cref="FaultException">Not such a certificate: <c>DER_REFUSED</c>, <c>CERTIFICATE_UNREADABLE</c>, <c>KEY_UNREADABLE</c>, <c>SM2_POINT_INVALID</c>, <c>VALIDITY_ORDER</c>.</exception>
    public static LicenceCertificate Parse(ReadOnlyMemory<byte> der)
    {
        DerGate.Admit(der.Span, DerLimits.Certificate);
        try
        {
            return Read(der);
        }
        catch (Exception e) when (e is AsnContentException or ArgumentOutOfRangeException)
        {
            // The second comes from dates that no calendar has.
            throw CryptoFaults.Certificate("it is not an X.509 version 3 certificate", e);
        }
    }

    private static LicenceCertificate Read(ReadOnlyMemory<byte> der)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        var signedPart = outer.ReadEncodedValue();
        ReadAlgorithm(outer);
        var signature = outer.ReadBitString(out var unusedBits);
        outer.ThrowIfNotEmpty();
        return unusedBits == 0
            ? ReadFields(der, signedPart, signature)
            : throw CryptoFaults.Certificate("its signature is not whole bytes");
    }

    private static LicenceCertificate ReadFields(ReadOnlyMemory<byte> der, ReadOnlyMemory<byte> signedPart, ReadOnlyMemory<byte> signature)
    {
        var fields = new AsnReader(signedPart, AsnEncodingRules.DER).ReadSequence();
        ReadVersion3(fields);
        var serial = fields.ReadIntegerBytes();
        ReadAlgorithm(fields);
        var issuer = fields.ReadEncodedValue();
        var validity = ReadValidity(fields.ReadSequence());
        var subject = fields.ReadEncodedValue();
        var key = Sm2PublicKey.Read(new AsnReader(fields.ReadEncodedValue(), AsnEncodingRules.DER));
        var extensions = CertificateExtensions.Read(fields);
        fields.ThrowIfNotEmpty();
        return new LicenceCertificate(der, serial, key, extensions)
        {
            Authority = NamePart(subject, Oids.CommonName),
            Organisation = NamePart(subject, Oids.Organisation),
            Validity = validity,
            IssuerDer = issuer,
            SubjectDer = subject,
            SignedPart = signedPart,
            Signature = signature,
        };
    }

    private static void ReadVersion3(AsnReader fields)
    {
        var version = fields.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0));
        if (!version.TryReadInt32(out var number) || number != 2)
        {
            throw CryptoFaults.Certificate("its version is not 3");
        }

        version.ThrowIfNotEmpty();
    }

    private static void ReadAlgorithm(AsnReader reader)
    {
        var algorithm = reader.ReadSequence();
        if (algorithm.ReadObjectIdentifier() != Oids.Sm2WithSm3 || algorithm.HasData)
        {
            throw CryptoFaults.Certificate("it is not signed by SM2 with SM3");
        }
    }

    private static CertificateValidity ReadValidity(AsnReader window)
    {
        var validity = new CertificateValidity(ReadTime(window), ReadTime(window));
        window.ThrowIfNotEmpty();
        return validity;
    }

    private static DateTimeOffset ReadTime(AsnReader window) =>
        window.PeekTag() == Asn1Tag.UtcTime ? window.ReadUtcTime() : window.ReadGeneralizedTime();

    private static string? NamePart(ReadOnlyMemory<byte> name, string oid)
    {
        string? value = null;
        var parts = new AsnReader(name, AsnEncodingRules.DER).ReadSequence();
        while (parts.HasData)
        {
            var part = parts.ReadSetOf().ReadSequence();
            if (part.ReadObjectIdentifier() != oid)
            {
                continue;
            }

            // A name that says the same thing twice says nothing.
            if (value is not null)
            {
                return null;
            }

            value = ReadText(part);
        }

        return value;
    }

    private static string? ReadText(AsnReader part)
    {
        var tag = part.PeekTag();
        return tag.TagClass is TagClass.Universal && (UniversalTagNumber)tag.TagValue is UniversalTagNumber.UTF8String or UniversalTagNumber.PrintableString
            ? part.ReadCharacterString((UniversalTagNumber)tag.TagValue)
            : null;
    }
}

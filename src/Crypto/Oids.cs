using DataHub.Crypto.Signing;

namespace DataHub.Crypto;

/// <summary>Object identifiers this room writes and accepts.</summary>
internal static class Oids
{
    public const string EcPublicKey = "1.2.840.10045.2.1";
    public const string Sm2Curve = "1.2.156.10197.1.301";
    public const string Sm2WithSm3 = "1.2.156.10197.1.501";

    public const string CommonName = "2.5.4.3";
    public const string Organisation = "2.5.4.10";
    public const string OrganisationalUnit = "2.5.4.11";

    public const string SubjectKeyIdentifier = "2.5.29.14";
    public const string KeyUsage = "2.5.29.15";
    public const string BasicConstraints = "2.5.29.19";
    public const string AuthorityKeyIdentifier = "2.5.29.35";

    public const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    public const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    public const string DocumentSigning = "1.3.6.1.5.5.7.3.36";

    // Ours, under the arc of UUIDs (X.667): 7b0f5c1e-3d4a-4c8e-9b61-2f5a0d8e6c17.
    public const string ReceiptSigning = "2.25.163574796311919493803445527336230743063";

    public const string Pbes2 = "1.2.840.113549.1.5.13";
    public const string Pbkdf2 = "1.2.840.113549.1.5.12";
    public const string HmacSha256 = "1.2.840.113549.2.9";
    public const string Aes256Cbc = "2.16.840.1.101.3.4.1.42";

    public static string Of(SignerPurpose purpose) => purpose switch
    {
        SignerPurpose.Receipts => ReceiptSigning,
        SignerPurpose.Documents => DocumentSigning,
        _ => throw new ArgumentOutOfRangeException(nameof(purpose)),
    };
}

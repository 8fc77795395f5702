namespace DataHub.Crypto.Signing;

/// <summary>Names of signature algorithms as they stand in documents and registers.</summary>
public static class SignatureAlgorithms
{
    /// <summary>SM2 with SM3 (GB/T 32918.2, OID 1.2.156.10197.1.501), DER SEQUENCE { r, s }, default user id.</summary>
    public const string Sm2WithSm3 = "SM2-with-SM3";

    /// <summary>ECDSA on P-256 with SHA-256 as in JOSE (RFC 7518, 3.4): R ‖ S, 64 bytes (IEEE P1363), the lower S.</summary>
    public const string Es256 = "ES256";
}

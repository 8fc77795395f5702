using DataHub.Crypto.Der;
using DataHub.Kernel.Faults;

namespace DataHub.Crypto;

/// <summary>Everything this room refuses, with permanent codes.</summary>
internal static class CryptoFaults
{
    public static FaultException Der(DerVerdict verdict) =>
        new(FaultKind.Malformed, "DER_REFUSED", $"The DER encoding is refused at byte {verdict.Offset}: {verdict.Refusal}.");

    public static FaultException Point() =>
        new(FaultKind.Malformed, "SM2_POINT_INVALID", "The public key must be an uncompressed point of 65 bytes (04, X, Y) on the curve sm2p256v1.");

    public static FaultException Key(string why, Exception? inner = null) =>
        new(FaultKind.Malformed, "KEY_UNREADABLE", $"The key cannot be read: {why}.", inner);

    public static FaultException Passphrase(Exception? inner = null) =>
        new(FaultKind.Denied, "KEY_PASSPHRASE", "The private key does not open with this passphrase.", inner);

    public static FaultException Certificate(string why, Exception? inner = null) =>
        new(FaultKind.Malformed, "CERTIFICATE_UNREADABLE", $"The certificate cannot be read: {why}.", inner);

    public static FaultException CertificateRequest(Exception? inner = null) =>
        new(FaultKind.Malformed, "CERTIFICATE_REQUEST_INVALID", "The certificate request must be PKCS#10, hold a P-256 key and be signed by it.", inner);

    public static FaultException Pem(string path, string why) =>
        new(FaultKind.WrongState, "PEM_FILE", $"{path} {why}.");

    public static FaultException Validity() =>
        new(FaultKind.Malformed, "VALIDITY_ORDER", "A certificate must end after it begins.") { Field = "validity" };

    public static FaultException OutlivesAuthority(DateTimeOffset end) =>
        new(FaultKind.WrongState, "VALIDITY_OUTSIDE_AUTHORITY", $"The authority's own certificate ends at {end:u}; renew the authority first.");

    public static FaultException RootOffline(string path) =>
        new(FaultKind.WrongState, "AUTHORITY_OFFLINE", $"The root's key {path} is not here; bring it back for this step, or name the folder that holds it with --root.");

    public static FaultException NoIssuing(string folder) =>
        new(FaultKind.WrongState, "AUTHORITY_WITHOUT_ISSUING", $"The root in {folder} signs by itself; make an issuing authority first with hub ca renew issuing.");

    public static FaultException SignerMismatch() =>
        new(FaultKind.WrongState, "SIGNER_MISMATCH", "The certificate was not issued for this private key.");
}

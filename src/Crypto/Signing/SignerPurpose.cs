namespace DataHub.Crypto.Signing;

/// <summary>What a P-256 signer's certificate lets its key sign; stands in the certificate as its only extended key usage, critical. No TLS end accepts one.</summary>
public enum SignerPurpose
{
    /// <summary>Receipts of the ledger: an identifier of our own under the UUID arc (X.667), so that no other signer can pass for it.</summary>
    Receipts = 1,

    /// <summary>Documents of a licence issuer: id-kp-documentSigning (RFC 9336).</summary>
    Documents = 2,
}

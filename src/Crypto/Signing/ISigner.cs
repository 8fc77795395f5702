namespace DataHub.Crypto.Signing;

/// <summary>
/// A key that signs and never shows itself, and the certificates that vouch for it. <see cref="Sm2FileSigner"/> keeps the key in an
/// encrypted file; a hardware module (GM/T 0018) is another implementation. Implementations are thread-safe.
/// </summary>
public interface ISigner
{
    /// <summary>One of <see cref="SignatureAlgorithms"/>; fixed for the life of the key.</summary>
    string Algorithm { get; }

    /// <summary>DER certificates: the signer's own first, each followed by its issuer's, the root last.</summary>
    IReadOnlyList<ReadOnlyMemory<byte>> CertificateChain { get; }

    /// <summary>Signs a message (not its hash).</summary>
    /// <param name="message">The message.</param>
    /// <returns>The signature in the form the algorithm prescribes.</returns>
    byte[] Sign(ReadOnlySpan<byte> message);
}

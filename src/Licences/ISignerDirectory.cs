using DataHub.Crypto.Signing;

namespace DataHub.Licences;

/// <summary>The keys of issuers, and the roots every verifier trusts. The host connects it to where keys are kept.</summary>
public interface ISignerDirectory
{
    /// <summary>DER of the SM2 root certificates, newest first.</summary>
    IReadOnlyList<ReadOnlyMemory<byte>> Roots { get; }

    /// <summary>The signer of an issuing authority; null when it has none here.</summary>
    /// <param name="organisation">Unified social credit code of the authority.</param>
    ISigner? Find(string organisation);
}

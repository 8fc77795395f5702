using DataHub.Crypto.Sealing;

namespace DataHub.Licences;

/// <summary>Who did something, on what basis and when.</summary>
/// <param name="System">System that called.</param>
/// <param name="Organisation">Unified social credit code of its organisation.</param>
/// <param name="Basis">The article relied on; empty for minting, whose basis is the type's.</param>
/// <param name="At">When the hub took it in.</param>
public sealed record Act(string System, string Organisation, string Basis, DateTimeOffset At);

/// <summary>One lawful act on a licence. Stored for ever: properties are added, never renamed.</summary>
/// <param name="Act">Who, on what basis, when.</param>
public abstract record LicenceEvent(Act Act);

/// <summary>A licence was minted.</summary>
/// <param name="Id">GB/T 36904 identifier.</param>
/// <param name="Holder">Pseudonym of the holder.</param>
/// <param name="ValidFrom">First day of validity, a civil date in Asia/Shanghai; null = from issue.</param>
/// <param name="ValidTo">Last day of validity, inclusive; null = no end (长期).</param>
/// <param name="Paper">The document and its signature, sealed for the holder. A signature over personal data is as good as a hash of them.</param>
/// <param name="Chain">DER certificates, signer first, root last.</param>
/// <param name="Act">Who, on what basis, when.</param>
public sealed record LicenceMinted(string Id, string Holder, DateOnly? ValidFrom, DateOnly? ValidTo, SealedValue Paper, IReadOnlyList<byte[]> Chain, Act Act)
    : LicenceEvent(Act);

/// <summary>A licence was revoked (吊销); effective from the act.</summary>
/// <param name="Reason">Why, shown to the holder; free text may name people, so it is sealed like the document.</param>
/// <param name="Act">Who, on what basis, when.</param>
public sealed record LicenceRevoked(SealedValue Reason, Act Act) : LicenceEvent(Act);

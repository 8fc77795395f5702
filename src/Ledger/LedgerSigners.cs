using DataHub.Crypto.Signing;

namespace DataHub.Ledger;

/// <summary>The keys of the ledger; the host connects them.</summary>
/// <param name="Heads">Signs tree heads: SM2.</param>
/// <param name="Receipts">Signs leaves of acts: P-256, fast enough for one signature a flush.</param>
public sealed record LedgerSigners(ISigner Heads, ISigner Receipts);

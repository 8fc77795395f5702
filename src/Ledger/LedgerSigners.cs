using DataHub.Crypto.Signing;

namespace DataHub.Ledger;

/// <summary>The keys of the ledger; the host connects them. They are asked for anew before each signature, for a key may be replaced while the hub runs.</summary>
/// <param name="heads">Signs tree heads: SM2.</param>
/// <param name="receipts">Signs leaves of acts: P-256, fast enough for one signature a flush.</param>
public sealed class LedgerSigners(Func<ISigner> heads, Func<ISigner> receipts)
{
    /// <summary>Keys that stay.</summary>
    /// <param name="heads">Signs tree heads.</param>
    /// <param name="receipts">Signs leaves of acts.</param>
    public LedgerSigners(ISigner heads, ISigner receipts)
        : this(() => heads, () => receipts)
    {
    }

    /// <summary>Signs tree heads now.</summary>
    public ISigner Heads => heads();

    /// <summary>Signs leaves of acts now.</summary>
    public ISigner Receipts => receipts();
}

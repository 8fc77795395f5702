using DataHub.Kernel.Faults;

namespace DataHub.Ledger;

/// <summary>Everything the ledger refuses. Codes are contract.</summary>
internal static class LedgerFaults
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(30);

    public static FaultException RequestIdReused() =>
        new(FaultKind.Exists, "REQUEST_ID_REUSED", "request_id was used before with other content, or more than 24 hours ago; choose a new one.") { Field = "request_id" };

    public static FaultException RolledBack() => new(
        FaultKind.Unavailable,
        "LEDGER_ROLLED_BACK",
        "The ledger in the database is not the continuation of the one this node has seen; nothing is recorded until an operator decides (hub audit accept-rollback).")
    {
        RetryAfter = RetryDelay,
    };
}

using DataHub.Kernel.Faults;

namespace DataHub.Ledger;

/// <summary>Everything the ledger refuses. Codes are contract.</summary>
internal static class LedgerFaults
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(30);

    public static FaultException RequestIdReused() =>
        new(FaultKind.Exists, "REQUEST_ID_REUSED", "request_id was used before with other content, or more than 24 hours ago; choose a new one.") { Field = "request_id" };

    public static FaultException LeafUnknown() =>
        new(FaultKind.Unknown, "LEAF_UNKNOWN", "The ledger has no such leaf, or the leaf no such entry.");

    public static FaultException HeadUnknown() =>
        new(FaultKind.Unknown, "HEAD_UNKNOWN", "The ledger has no head of that size.") { Field = "size" };

    public static FaultException NotInTree() => new(
        FaultKind.Unavailable, "LEAF_NOT_IN_TREE", "The leaf is not yet under that head; ask again in a second, or for a later head.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    public static FaultException EventNotLedgered() =>
        new(FaultKind.Unknown, "EVENT_NOT_LEDGERED", "There is no such event, or no leaf names it; streams under ext/ are not ledgered.") { Field = "event_sequence" };

    public static FaultException TreeDamaged(Exception inner) =>
        new(FaultKind.WrongState, "LEDGER_DAMAGED", "What is stored of the tree is not what its heads say; export the ledger and have it audited.", inner);

    public static FaultException ClockOff() => new(
        FaultKind.Unavailable, "CLOCK_OFF", "This node's clock is too far from the database's; nothing is recorded or signed here until it is set right. Ask another node.")
    {
        RetryAfter = RetryDelay,
    };

    public static FaultException RolledBack() => new(
        FaultKind.Unavailable,
        "LEDGER_ROLLED_BACK",
        "The ledger in the database is not the continuation of the one this node has seen; nothing is recorded until an operator decides (hub audit accept-rollback).")
    {
        RetryAfter = RetryDelay,
    };
}

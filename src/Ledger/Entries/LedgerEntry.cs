namespace DataHub.Ledger.Entries;

/// <summary>One act, as the ledger keeps it: who did what, about whom (a pseudonym), for which case, with what outcome. Never a value of a record.</summary>
public sealed record LedgerEntry
{
    /// <summary>What sort of act.</summary>
    public required EntryKind Kind { get; init; }

    /// <summary>Account of the system or person that acted; empty = nobody the hub knows.</summary>
    public required string Account { get; init; }

    /// <summary>Unified social credit code of its organisation; empty = none known.</summary>
    public required string Organisation { get; init; }

    /// <summary>What was called, <c>VerificationService/Verify</c>, or the hub's own act, <c>hub/…</c>.</summary>
    public required string Method { get; init; }

    /// <summary><c>OK</c>, or the permanent code of the refusal.</summary>
    public required string Outcome { get; init; }

    /// <summary>Pseudonym of the person or organisation it is about; null = about nobody, or not known.</summary>
    public string? Subject { get; init; }

    /// <summary>Service item the act was for (GB/T 39554); null = none.</summary>
    public string? ServiceItem { get; init; }

    /// <summary>Case number of the approval system; null = none.</summary>
    public string? CaseNo { get; init; }

    /// <summary>Article relied on; null = none.</summary>
    public string? LegalBasis { get; init; }

    /// <summary>The caller's own id of the request; null = none.</summary>
    public string? RequestId { get; init; }

    /// <summary>What was touched: resources, a licence, a batch, an account; null = nothing by name.</summary>
    public string? Target { get; init; }

    /// <summary>SM3(salt ‖ request ‖ answer), 32 bytes; the salt is with the receipt. Null where no receipt is given.</summary>
    public byte[]? Commitment { get; init; }
}

using DataHub.Ledger.Entries;
using DataHub.Ledger.Tree;

namespace DataHub.Ledger.Writing;

/// <summary>An act on its way into the ledger.</summary>
/// <param name="Entry">What is recorded.</param>
/// <param name="Reply">What its request is known by; null = no reply is kept.</param>
/// <param name="Compose">Makes the reply to keep of the ticket.</param>
internal sealed record Act(LedgerEntry Entry, ReplyKey? Reply = null, Func<LedgerTicket, byte[]>? Compose = null)
{
    /// <summary>Hash of the entry under its leaf; computed by whoever asks, not by the one flush all wait for.</summary>
    public byte[] Hash { get; } = Merkle.HashLeaf(EntryBytes.Of(Entry));

    public (string Account, string RequestId)? Key => Reply is null ? null : (Reply.Account, Reply.RequestId);
}

/// <summary>What became of an act: a ticket, and the reply where one is kept; or the error that concerns it alone.</summary>
internal sealed record ActOutcome(LedgerTicket? Ticket, byte[]? Reply, Exception? Error = null)
{
    public static ActOutcome Refused(Exception error) => new(null, null, error);
}

using DataHub.EventStore.Sealing;
using DataHub.EventStore.Streams;
using DataHub.Host.Access;
using DataHub.Ledger.Entries;
using DataHub.Ledger.Writing;

namespace DataHub.Host.Erasure;

/// <summary>What approving a change did.</summary>
/// <param name="Change">The change.</param>
/// <param name="Leaves">Leaves of the ledger that hold its erasures, one for each person, in the order of the change.</param>
internal sealed record ApprovedChange(Change Change, IReadOnlyList<long> Leaves);

/// <summary>
/// Approves changes, and erases the persons they name: the approval, the destruction of the keys and the entries that prove it are one transaction. What is left of a person afterwards are pseudonyms and
/// ciphertext that nobody can open; every hash and count stays as it was.
/// </summary>
internal sealed class ErasureDesk(AccessDesk desk, Erasures erasures, LedgerWriter ledger)
{
    /// <summary>Approves a change. Where it erases somebody, it returns when no node opens anything of the person any more, which takes three seconds.</summary>
    /// <param name="id">Id of the change.</param>
    /// <param name="by">Who approves.</param>
    /// <param name="cancellationToken">Stops before the commit; an erasure begun is finished.</param>
    public async Task<ApprovedChange> ApproveAsync(string id, string by, CancellationToken cancellationToken)
    {
        SubjectsErased? erasure = null;
        var leaves = new List<long>();
        var change = await desk.ApproveAsync(
            id,
            by,
            async (transaction, approved, approver) =>
            {
                var content = approved.Proposed.Content;
                if (content.Erased.Count > 0)
                {
                    erasure = await erasures.EraseAsync(transaction, content.Erased, approved.Proposed.Reason, cancellationToken);
                    leaves.AddRange(await RecordAsync(transaction, approved, approver, erasure, cancellationToken));
                }
            },
            cancellationToken);
        if (erasure is not null)
        {
            await erasures.ConfirmAsync(erasure);
        }

        return new ApprovedChange(change, leaves);
    }

    private async Task<IReadOnlyList<long>> RecordAsync(EventTransaction transaction, Change change, Account approver, SubjectsErased erasure, CancellationToken cancellationToken)
    {
        var leaves = new List<long>();
        foreach (var subject in change.Proposed.Content.Erased)
        {
            var ticket = await ledger.RecordAsync(transaction, EntryOf(subject, change, approver, erasure), cancellationToken);
            leaves.Add(ticket.Leaf.Id);
        }

        return leaves;
    }

    private static LedgerEntry EntryOf(string subject, Change change, Account approver, SubjectsErased erasure) => new()
    {
        Kind = EntryKind.Erased,
        Account = approver.Id,
        Organisation = approver.Organisation,
        Method = "AccessService/Approve",
        Outcome = erasure.Keys.Any(key => key.SubjectId == subject) ? "OK" : "NO_KEY",
        Subject = subject,
        LegalBasis = erasure.Basis,
        RequestId = change.Id,
        Target = $"erasure {erasure.Erasure:n}",
    };
}

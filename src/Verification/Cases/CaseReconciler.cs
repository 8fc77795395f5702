using DataHub.Contracts;
using DataHub.Kernel.Access;
using DataHub.Kernel.Alerts;
using DataHub.Kernel.Faults;
using DataHub.Kernel.Time;
using DataHub.Ledger.Search;
using DataHub.V1;
using Google.Protobuf.WellKnownTypes;

namespace DataHub.Verification.Cases;

/// <summary>
/// Finds questions that no case stands behind: the ledger's cases against those the approval system lists. Each comparison is kept, so that an auditor sees which periods were reconciled; unknown cases
/// raise <c>CASE_UNKNOWN</c>.
/// </summary>
internal sealed class CaseReconciler(CaseSearch ledger, ReconciliationTable table, IAlerts alerts, TimeProvider time)
{
    private const int MaxNamed = 1_000;
    private const int DefaultListed = 100;
    private const int MaxListed = 1_000;

    /// <summary>Compares a list with the answers its organisation was given.</summary>
    /// <param name="caller">Who sends the list.</param>
    /// <param name="request">The list.</param>
    /// <param name="notes">Notes of the call.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="FaultException">The list is malformed.</exception>
    public async Task<ReconcileCasesReply> ReconcileAsync(Caller caller, ReconcileCasesRequest request, CallNotes notes, CancellationToken cancellationToken)
    {
        var list = CaseList.Of(request, time.GetUtcNow(), CivilTime.Today(time));
        notes.Target = FormattableString.Invariant($"cases {list.From:O} to {list.To:O}");
        var reply = new ReconcileCasesReply { ReconciliationId = Guid.CreateVersion7(time.GetUtcNow()).ToString() };
        await CompareAsync(caller.Organisation, list, reply, cancellationToken);
        await table.AddAsync(
            new Reconciled(reply.ReconciliationId, caller.Organisation, caller.SystemId, list.From, list.To, list.Cases.Count, reply.Questions, reply.UnknownCount, time.GetUtcNow()), cancellationToken);
        if (reply.UnknownCount > 0)
        {
            var detail = FormattableString.Invariant($"Questions of {list.From:O} to {list.To:O} name {reply.UnknownCount} cases that the approval system does not list (reconciliation {reply.ReconciliationId}).");
            await alerts.RaiseAsync(new Alert("CASE_UNKNOWN", AlertLevel.Warning, caller.SystemId, detail), cancellationToken);
        }

        return reply;
    }

    /// <summary>The reconciliations made, newest first.</summary>
    /// <param name="request">Of whom, and how many.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="FaultException">The limit is outside 0 to 1,000.</exception>
    public async Task<ListReconciliationsReply> ListAsync(ListReconciliationsRequest request, CancellationToken cancellationToken)
    {
        var limit = request.Limit switch
        {
            0 => DefaultListed,
            > 0 and <= MaxListed => request.Limit,
            _ => throw Require.Malformed("FIELD_RANGE", "limit", $"must be 0 to {MaxListed}"),
        };
        var made = await table.ListAsync(Require.OptionalText(request.Organisation, "organisation", maxLength: 18), limit, cancellationToken);
        return new ListReconciliationsReply { Reconciliations = { made.Select(ToWire) } };
    }

    // Row by row: the list is bounded, what was asked need not be.
    private async Task CompareAsync(string organisation, CaseList list, ReconcileCasesReply reply, CancellationToken cancellationToken)
    {
        var unasked = list.Cases.ToHashSet();
        var listed = list.Cases.ToHashSet();
        await foreach (var named in ledger.InPeriodAsync(organisation, list.From, list.To, cancellationToken))
        {
            var key = new ListedCase(named.ServiceItem, named.CaseNo);
            unasked.Remove(key);
            reply.Questions += named.Questions;
            if (listed.Contains(key))
            {
                continue;
            }

            reply.UnknownCount++;
            if (reply.Unknown.Count < MaxNamed)
            {
                reply.Unknown.Add(new AskedCase { Case = ToWire(key), Questions = named.Questions, FirstAskedAt = Timestamp.FromDateTimeOffset(named.FirstAt) });
            }
        }

        reply.UnaskedCount = unasked.Count;
        reply.Unasked.AddRange(list.Cases.Where(unasked.Contains).Take(MaxNamed).Select(ToWire));
    }

    private static CaseKey ToWire(ListedCase listed) => new() { ServiceItemCode = listed.ServiceItem, CaseNo = listed.CaseNo };

    private static Reconciliation ToWire(Reconciled made) => new()
    {
        ReconciliationId = made.Id,
        Organisation = made.Organisation,
        Account = made.Account,
        From = Timestamp.FromDateTimeOffset(made.From),
        To = Timestamp.FromDateTimeOffset(made.To),
        Cases = made.Cases,
        Questions = made.Questions,
        UnknownCount = made.Unknown,
        ReconciledAt = Timestamp.FromDateTimeOffset(made.At),
    };
}

using System.Security.Cryptography;
using DataHub.EventStore.Postgres;
using DataHub.Ledger.Storage;
using Npgsql;

namespace DataHub.Ledger.Writing;

/// <summary>
/// Writes what several callers record as one leaf: one signature, one round trip, one commit. A request that was answered before, by this node or another, gets the reply given then and leaves nothing in
/// the ledger a second time.
/// </summary>
internal sealed class FlushWriter(PostgresDataSources sources, LeafIds ids, Partitions partitions, Replies replies, DayKeys dayKeys, LedgerSigners signers, TimeProvider time)
{
    private const string TwinConstraint = "ledger_reply_pk";

    public async Task<IReadOnlyList<ActOutcome>> WriteAsync(IReadOnlyList<Act> acts)
    {
        var outcomes = new Dictionary<Act, ActOutcome>(acts.Count, ReferenceEqualityComparer.Instance);
        var (first, twins) = SplitTwins(acts);
        for (var open = first; open.Count > 0; open = open.FindAll(act => !outcomes.ContainsKey(act)))
        {
            await TryWriteAsync(open, outcomes);
        }

        foreach (var (twin, winner) in twins)
        {
            outcomes[twin] = OfTwin(twin, winner, outcomes[winner]);
        }

        return [.. acts.Select(act => outcomes[act])];
    }

    // Two with one request id in the same flush: the second gets what the first gets.
    private static (List<Act> First, List<(Act Twin, Act Winner)> Twins) SplitTwins(IReadOnlyList<Act> acts)
    {
        var winners = new Dictionary<(string, string), Act>();
        var (first, twins) = (new List<Act>(acts.Count), new List<(Act, Act)>());
        foreach (var act in acts)
        {
            if (act.Key is not { } key || winners.TryAdd(key, act))
            {
                first.Add(act);
            }
            else
            {
                twins.Add((act, winners[key]));
            }
        }

        return (first, twins);
    }

    private static ActOutcome OfTwin(Act twin, Act winner, ActOutcome outcome) =>
        outcome.Error is not null || CryptographicOperations.FixedTimeEquals(twin.Reply!.Digest, winner.Reply!.Digest) ? outcome : ActOutcome.Refused(LedgerFaults.RequestIdReused());

    private async Task TryWriteAsync(List<Act> acts, Dictionary<Act, ActOutcome> outcomes)
    {
        try
        {
            await WriteOnceAsync(acts, outcomes);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation && e.ConstraintName == TwinConstraint)
        {
            // A twin on another node, or an earlier request: committed by now, for the index made us wait until it was. Nothing of this flush was stored.
            await SettleRepeatedAsync(acts, outcomes);
        }
        catch (Exception e) when (PostgresFaults.Of(e) is { } fault)
        {
            throw fault;
        }
    }

    private async Task SettleRepeatedAsync(List<Act> acts, Dictionary<Act, ActOutcome> outcomes)
    {
        var keyed = acts.FindAll(act => act.Reply is not null);
        var found = await PostgresFaults.GuardAsync(() => replies.FindAsync([.. keyed.Select(act => act.Reply!)], CancellationToken.None));
        foreach (var act in keyed)
        {
            if (found.TryGetValue(act.Key!.Value, out var kept))
            {
                outcomes[act] = await OutcomeAsync(async () => new ActOutcome(null, await replies.OpenAsync(act.Reply!, kept, CancellationToken.None)));
            }
        }
    }

    private static async Task<ActOutcome> OutcomeAsync(Func<Task<ActOutcome>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e)
        {
            return ActOutcome.Refused(e);
        }
    }

    private async Task WriteOnceAsync(List<Act> acts, Dictionary<Act, ActOutcome> outcomes)
    {
        var now = time.GetUtcNow();
        await partitions.EnsureAsync(now, CancellationToken.None);
        var key = acts.Exists(act => act.Reply is not null) ? await dayKeys.OfAsync(now, CancellationToken.None) : null;
        await using var connection = await sources.Hub.OpenConnectionAsync(CancellationToken.None);
        var leaf = SignedLeaf.Of(await ids.TakeAsync(connection, CancellationToken.None), now, acts, signers.Receipts);
        var written = acts.ConvertAll(act => (Act: act, Outcome: default(ActOutcome)));
        var failed = false;
        for (var i = 0; i < written.Count; i++)
        {
            var outcome = Compose(acts[i], leaf, i);
            written[i] = (acts[i], outcome);
            failed |= outcome.Error is not null;
        }

        if (failed)
        {
            // Whoever cannot compose its reply keeps that to itself; the others go again without it.
            written.FindAll(pair => pair.Outcome!.Error is not null).ForEach(pair => outcomes[pair.Act] = pair.Outcome!);
            return;
        }

        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { LeafTable.Insert(leaf.Leaf, leaf.Signature, events: null), LeafTable.Insert(leaf.Leaf, [.. acts.Select(act => act.Entry)]) } };
        if (key is not null)
        {
            var kept = written.FindAll(pair => pair.Act.Reply is not null).ConvertAll(pair => (pair.Act.Reply!, pair.Outcome!.Reply!));
            batch.BatchCommands.Add(Replies.Insert(kept, key, leaf.Leaf.At));
        }

        await CommitAsync(connection, batch);
        written.ForEach(pair => outcomes[pair.Act] = pair.Outcome!);
    }

    private static ActOutcome Compose(Act act, SignedLeaf leaf, int ordinal)
    {
        var ticket = leaf.TicketOf(ordinal);
        try
        {
            return new ActOutcome(ticket, act.Compose?.Invoke(ticket));
        }
        catch (Exception e)
        {
            return ActOutcome.Refused(e);
        }
    }

    // The batch is one transaction of its own, committed by its end; like every commit it has no time limit, and a warning of the server leaves it in doubt.
    private static async Task CommitAsync(NpgsqlConnection connection, NpgsqlBatch batch)
    {
        var warned = false;
        NoticeEventHandler onNotice = (_, e) => warned |= e.Notice.InvariantSeverity == "WARNING";
        connection.Notice += onNotice;
        try
        {
            batch.Timeout = 0;
            await batch.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (PostgresException e) when (!e.SqlState.StartsWith("57", StringComparison.Ordinal))
        {
            throw;
        }
        catch (Exception e) when (e is NpgsqlException or IOException)
        {
            throw PostgresFaults.CommitUnknown(e);
        }
        finally
        {
            connection.Notice -= onNotice;
        }

        if (warned)
        {
            throw PostgresFaults.CommitUnknown(cause: null);
        }
    }
}

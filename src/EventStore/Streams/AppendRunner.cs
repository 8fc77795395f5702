using DataHub.Kernel.Faults;

namespace DataHub.EventStore.Streams;

/// <summary>
/// Runs appends of several callers in as few transactions as can be, and tells each what became of its own: a conflict, a reused key or an event that a
/// participant refuses never harms the others.
/// </summary>
internal sealed class AppendRunner(AppendContext context)
{
    /// <summary>Decides every request.</summary>
    /// <param name="requests">Requests of different callers; they may touch the same streams.</param>
    /// <param name="cancellationToken">Stops before the commit; only for a request that runs alone.</param>
    public async Task RunAsync(IReadOnlyList<AppendRequest> requests, CancellationToken cancellationToken)
    {
        for (var open = requests; open.Count > 0; open = [.. open.Where(request => !request.IsDecided)])
        {
            await RunTogetherAsync(Compatible(open), cancellationToken);
        }
    }

    // In one transaction no stream has two writers and no key two requests; who comes second goes with the next.
    private static List<AppendRequest> Compatible(IReadOnlyList<AppendRequest> open)
    {
        var streams = new HashSet<string>(StringComparer.Ordinal);
        var keys = new HashSet<string>(StringComparer.Ordinal);
        var compatible = new List<AppendRequest>(open.Count);
        foreach (var request in open)
        {
            var fits = !request.Append.Streams.Any(stream => streams.Contains(stream.Id)) && (request.Key is null || !keys.Contains(request.Key.Key));
            streams.UnionWith(request.Append.Streams.Select(stream => stream.Id));
            if (request.Key is not null)
            {
                keys.Add(request.Key.Key);
            }

            if (fits)
            {
                compatible.Add(request);
            }
        }

        return compatible;
    }

    private async Task RunTogetherAsync(List<AppendRequest> requests, CancellationToken cancellationToken)
    {
        try
        {
            await TryTogetherAsync(requests, cancellationToken);
        }
        catch (FaultException unknown) when (unknown.Code == "COMMIT_UNKNOWN")
        {
            foreach (var request in requests.Where(request => !request.IsDecided))
            {
                await LookUpAsync(request, unknown);
            }
        }
        catch (FaultException away) when (away.Kind is FaultKind.Unavailable or FaultKind.OverQuota)
        {
            requests.FindAll(request => !request.IsDecided).ForEach(request => request.Fail(away));
        }
        catch (Exception e)
        {
            // Alone it is the request's own; among several nobody knows whose, so they are halved until it is.
            var open = requests.FindAll(request => !request.IsDecided);
            if (open is [var single])
            {
                single.Fail(e);
                return;
            }

            await RunTogetherAsync(open[..(open.Count / 2)], cancellationToken);
            await RunTogetherAsync(open[(open.Count / 2)..], cancellationToken);
        }
    }

    private async Task TryTogetherAsync(List<AppendRequest> requests, CancellationToken cancellationToken)
    {
        await using var transaction = await EventTransaction.BeginAsync(context, cancellationToken);
        var keys = new AppendKeyTable(transaction.Connection);
        var repeated = await FindAsync(keys, requests, cancellationToken);
        var fresh = requests.FindAll(request => !request.IsDecided && !repeated.ContainsKey(request));
        var append = PreparedAppend.Merge([.. fresh.Select(request => request.Append)]);
        var (conflicts, appended) = await transaction.TryAppendAsync(append, cancellationToken);
        if (conflicts.Count > 0)
        {
            Refuse(fresh, conflicts);
            return;
        }

        var results = ResultsOf(fresh, appended);
        var keyed = fresh.Zip(results).Where(pair => pair.First.Key is not null).Select(pair => (pair.First.Key!, pair.Second)).ToList();
        if (keyed.Count > 0)
        {
            await keys.WriteAsync(keyed, append.Time, cancellationToken);
        }

        await transaction.CommitAsync();
        foreach (var (request, result) in fresh.Zip(results).Concat(repeated.Select(pair => (pair.Key, pair.Value))))
        {
            request.Succeed(result);
        }
    }

    // What was appended before is told after the commit, which also makes sure that it is durable everywhere.
    private static async Task<Dictionary<AppendRequest, AppendResult>> FindAsync(AppendKeyTable table, List<AppendRequest> requests, CancellationToken cancellationToken)
    {
        var repeated = new Dictionary<AppendRequest, AppendResult>();
        var keyed = requests.FindAll(request => request.Key is not null);
        if (keyed.Count == 0)
        {
            return repeated;
        }

        var found = await table.FindAsync([.. keyed.Select(request => request.Key!.Key)], cancellationToken);
        foreach (var request in keyed)
        {
            if (!found.TryGetValue(request.Key!.Key, out var known))
            {
                continue;
            }

            try
            {
                repeated.Add(request, known.ResultFor(request.Key));
            }
            catch (FaultException reused)
            {
                request.Fail(reused);
            }
        }

        return repeated;
    }

    private static void Refuse(List<AppendRequest> requests, IReadOnlyList<StreamConflict> conflicts)
    {
        var byStream = conflicts.ToDictionary(conflict => conflict.StreamId, StringComparer.Ordinal);
        foreach (var request in requests)
        {
            if (request.Append.Streams.FirstOrDefault(stream => byStream.ContainsKey(stream.Id)) is { } stream)
            {
                request.Fail(byStream[stream.Id].ToFault());
            }
        }
    }

    private static List<AppendResult> ResultsOf(List<AppendRequest> requests, IReadOnlyList<AppendedEvent> appended)
    {
        var at = 0;
        return requests.ConvertAll(request =>
        {
            AppendedEvent[] own = [.. appended.Skip(at).Take(request.Append.Events.Count)];
            at += own.Length;
            return AppendResult.Of(own);
        });
    }

    private async Task LookUpAsync(AppendRequest request, FaultException unknown)
    {
        try
        {
            var known = request.Key is null ? null : await FindAsync(request.Key);
            if (known is not null)
            {
                request.Succeed(known);
                return;
            }

            request.Fail(request.Key is null
                ? unknown
                : new FaultException(FaultKind.Unavailable, "DATABASE_AWAY", "The database went away and nothing was stored; repeat the request.", unknown));
        }
        catch (FaultException away) when (away.Kind is FaultKind.Unavailable)
        {
            request.Fail(unknown);
        }
        catch (FaultException reused)
        {
            request.Fail(reused);
        }
    }

    // The key's lock waits until the transaction in doubt has ended; what is found then is committed, and the commit of this look-up makes it durable everywhere.
    private async Task<AppendResult?> FindAsync(AppendKey key)
    {
        await using var transaction = await EventTransaction.BeginAsync(context, CancellationToken.None);
        var found = await new AppendKeyTable(transaction.Connection).FindAsync([key.Key], CancellationToken.None);
        await transaction.CommitAsync();
        return found.TryGetValue(key.Key, out var known) ? known.ResultFor(key) : null;
    }
}

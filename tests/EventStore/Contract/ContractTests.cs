using DataHub.EventStore.Streams;
using DataHub.Kernel.Faults;
using DataHub.TestKit;
using FsCheck;
using FsCheck.Fluent;

namespace DataHub.EventStore.Tests.Contract;

/// <summary>Any interleaving of appends, repeats, cut connections and a reader: each event once, in order, gap-free per stream.</summary>
public sealed class ContractTests(PostgresFixture postgres) : StoreTest(postgres)
{
    private int _marks;
    private int _scripts;
    private long _readUpTo;

    [Fact]
    public void Store_AnyInterleaving_YieldsEachEventOnceInOrderAndGapFree() =>
        Prop.ForAll(Script.Any, script => RunAsync(script).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(12));

    [Fact]
    public void History_LostDoubledOrDisorderedEvents_IsNoticed()
    {
        var (a, b) = (Granted("s/a", 0, level: 1), Granted("s/a", 0, level: 2));
        Assert.NotEmpty(Told([a, b]).Complaints());
        Assert.NotEmpty(Told([a], Stored(1, 1, 1), Stored(2, 2, 1)).Complaints());
        Assert.NotEmpty(Told([a, b], Stored(2, 1, 1), Stored(1, 2, 2)).Complaints());
        Assert.NotEmpty(Told([a, b], Stored(1, 1, 1), Stored(2, 3, 2)).Complaints());
        Assert.NotEmpty(Told([a], Stored(1, 1, 1), Stored(2, 2, 2)).Complaints());
        Assert.Empty(Told([a, b], Stored(1, 1, 1), Stored(4, 2, 2)).Complaints());
    }

    private static History Told(NewEvent[] acknowledged, params StoredEvent[] seen)
    {
        var history = new History();
        history.Acknowledge(acknowledged, new AppendResult(1, 2, [.. acknowledged.Select((_, at) => at + 1L)]));
        history.See(seen);
        return history;
    }

    private static StoredEvent Stored(long sequence, long version, int mark) => new()
    {
        Sequence = sequence,
        Id = Guid.NewGuid(),
        StreamId = "s/a",
        Version = version,
        Type = "permit_granted",
        Data = new PermitGranted("p", mark, PermitKind.Stall),
        Json = "",
        Timestamp = default,
    };

    private async Task<bool> RunAsync(Script script)
    {
        var (history, prefix) = (new History(), $"script{Interlocked.Increment(ref _scripts)}");
        var writers = Task.WhenAll(script.Writers.Select(steps => Task.Run(() => WriteAsync(prefix, steps, history), Token)));
        await ReadAsync(prefix, history, writers);
        await writers;
        Assert.Empty(history.Complaints());
        return true;
    }

    private async Task WriteAsync(string prefix, IReadOnlyList<Step> steps, History history)
    {
        foreach (var step in steps)
        {
            if (step.Kill)
            {
                await Database.SuperuserAsync("""
                    select pg_terminate_backend(pid) from pg_stat_activity
                    where usename = 'datahub_hub' and datname = current_database() order by random() limit 1
                    """);
            }

            await AppendAsync(await EventsAsync(prefix, step), step, history);
        }
    }

    private async Task<NewEvent[]> EventsAsync(string prefix, Step step)
    {
        var events = new List<NewEvent>();
        foreach (var stream in step.Streams.Select(number => $"{prefix}/{number}"))
        {
            var version = await UntilThereAsync(async () => (await Store.ReadAsync(stream, cancellationToken: Token)).Version);
            events.AddRange(Enumerable.Range(0, step.Events).Select(_ => Granted(stream, version, level: Interlocked.Increment(ref _marks))));
        }

        return [.. events];
    }

    private async Task AppendAsync(NewEvent[] events, Step step, History history)
    {
        var key = step.Keyed ? Guid.NewGuid().ToString() : null;
        try
        {
            var result = step.Keyed
                ? await UntilThereAsync(() => Store.AppendAsync(events, key, cancellationToken: Token))
                : await Store.AppendAsync(events, cancellationToken: Token);
            history.Acknowledge(events, result);
            if (step is { Keyed: true, Twice: true })
            {
                history.Compare(result, await UntilThereAsync(() => Store.AppendAsync(events, key, cancellationToken: Token)));
            }
        }
        catch (FaultException fault) when (fault.Code is "STREAM_CONFLICT" or "TRANSACTION_CONFLICT")
        {
            // Another writer was faster: refused, so it must not be there.
        }
        catch (FaultException fault) when (fault.Code == "COMMIT_UNKNOWN")
        {
            history.LoseSightOf(events);
        }
        catch (FaultException fault) when (fault.Code == "DATABASE_AWAY")
        {
            // The connection was cut before the commit: refused.
        }
    }

    private static async Task<T> UntilThereAsync<T>(Func<Task<T>> ask)
    {
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (FaultException fault) when (fault.Kind is FaultKind.Unavailable)
            {
                Token.ThrowIfCancellationRequested();
            }
        }
    }

    // A transaction whose connection was cut may take a moment to end, and holds the reader back until then: the last event stored is waited for.
    private async Task ReadAsync(string prefix, History history, Task writers)
    {
        var last = long.MaxValue;
        while (_readUpTo < last)
        {
            last = writers.IsCompleted && last == long.MaxValue ? (long)(await Database.SuperuserAsync("select coalesce(max(seq_id), 0) from datahub.mt_events"))! : last;
            var page = await UntilThereAsync(() => Store.ReadAllAsync(_readUpTo, 1_000, Token));
            history.See([.. page.Where(e => e.StreamId.StartsWith($"{prefix}/", StringComparison.Ordinal))]);
            _readUpTo = page.Count == 0 ? _readUpTo : page[^1].Sequence;
        }
    }
}

using DataHub.EventStore.Streams;
using Npgsql;

namespace DataHub.Drills.Store;

/// <summary>
/// Eight writers, each with transactions of its own, and two readers that continue after the last event they saw: the store's, and the plain cursor
/// <c>seq_id &gt; last</c> that many systems use.
/// </summary>
internal sealed class ReaderRace(DrilledStore store, TimeSpan duration)
{
    private const int Writers = 8;
    private const int Page = 2_000;

    private long _written;

    public async Task<(long Written, long MissedByStore, long MissedByPlainCursor)> RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(number => Task.Run(() => WriteAsync(number, stop.Token), CancellationToken.None)));
        var byStore = Task.Run(() => FollowAsync(writing, last => store.Events.ReadAllAsync(last, Page), e => e.Sequence), CancellationToken.None);
        var byCursor = Task.Run(() => FollowAsync(writing, PlainAsync, sequence => sequence), CancellationToken.None);
        stop.CancelAfter(duration);
        await writing;
        return (_written, _written - await byStore, _written - await byCursor);
    }

    // The time between taking a sequence and committing differs from transaction to transaction, as in life.
    private async Task WriteAsync(int number, CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            await using var transaction = await store.Events.BeginAsync(CancellationToken.None);
            await transaction.AppendAsync([new NewEvent { StreamId = $"race/{number}/{i}", StreamType = "drill", ExpectedVersion = 0, Data = new Drilled("0-0-Unkeyed", 1) }], CancellationToken.None);
            if (i % 16 == number)
            {
                await using var pause = new NpgsqlCommand("select pg_sleep(0.005)", transaction.Connection);
                await pause.ExecuteNonQueryAsync(CancellationToken.None);
            }

            await transaction.CommitAsync();
            Interlocked.Increment(ref _written);
        }
    }

    private static async Task<long> FollowAsync<T>(Task writing, Func<long, Task<IReadOnlyList<T>>> read, Func<T, long> sequence)
    {
        var (seen, last) = (0L, 0L);
        for (var ended = false; !ended;)
        {
            ended = writing.IsCompleted; // Looked at before reading: the last reading comes after the last commit.
            for (var page = await read(last); page.Count > 0; page = await read(last))
            {
                (seen, last) = (seen + page.Count, sequence(page[^1]));
            }
        }

        return seen;
    }

    private async Task<IReadOnlyList<long>> PlainAsync(long last)
    {
        await using var command = store.Sources.Hub.CreateCommand("select seq_id from mt_events where seq_id > $1 order by seq_id limit $2");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = last });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Page });
        var sequences = new List<long>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            sequences.Add(reader.GetInt64(0));
        }

        return sequences;
    }
}

using DataHub.EventStore.Postgres;
using DataHub.Kernel.Batching;
using DataHub.Verification.Asking;
using DataHub.Verification.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace DataHub.Verification.Brakes;

/// <summary>
/// How many negative answers about a subject are left. Kept in PostgreSQL, so that it holds for all nodes together; written only when an answer is negative. The budget is looked at after the answer
/// is known and before it leaves, and it stands in the way of positive answers as well: whatever many callers ask at once, nothing is answered past it, and a refusal says nothing of the answer.
/// </summary>
internal sealed class MismatchBudget(PostgresDataSources database, IOptions<BrakeOptions> options, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Coarse = TimeSpan.FromMinutes(15);

    private readonly BrakeOptions _options = options.Value;
    private Batcher<string[], ILookup<string, Count>>? _counts;

    /// <summary>Lets an answer pass: slows it by what was guessed wrong before, and takes from the budget what is wrong in it.</summary>
    /// <param name="organisation">The caller's organisation.</param>
    /// <param name="subject">Whom the answer is about.</param>
    /// <param name="mismatches">Negative answers to one and the same item; 0 = none.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="Kernel.Faults.FaultException">The budget is used up: <c>MISMATCH_BUDGET</c>.</exception>
    public async Task PassAsync(string organisation, AskedSubject subject, int mismatches, CancellationToken cancellationToken)
    {
        var budgets = BudgetsOf(subject);
        var counts = await Counts.AskAsync([.. budgets.Select(budget => budget.Key)], cancellationToken);
        var delay = TimeSpan.Zero;
        foreach (var budget in budgets)
        {
            var all = counts[budget.Key].ToList();
            var own = all.Where(count => count.Organisation == organisation).ToList();
            RequireLeft(all, budget.MostOfAll);
            RequireLeft(own, budget.MostOfCaller);
            delay = Longer(delay, _options.DelayStep * all.Sum(count => count.Mismatches));
        }

        if (mismatches > 0 && !await TakeAsync(organisation, budgets, mismatches))
        {
            throw VerificationFaults.MismatchBudget(_options.Window);
        }

        // Nothing is held while waiting: no connection, no lock.
        if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay < LongestDelay ? delay : LongestDelay, time, cancellationToken);
        }
    }

    /// <summary>Forgets what has left the window.</summary>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>How many rows went.</returns>
    public async Task<int> ForgetAsync(CancellationToken cancellationToken)
    {
        await using var command = database.Hub.CreateCommand(VerificationSql.ForgetMismatches);
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = Start });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => _counts?.DisposeAsync() ?? ValueTask.CompletedTask;

    private DateTimeOffset Start => time.GetUtcNow() - _options.Window;

    private Batcher<string[], ILookup<string, Count>> Counts => LazyInitializer.EnsureInitialized(
        ref _counts, () => new Batcher<string[], ILookup<string, Count>>(CountAsync, new BatcherLimits(MaxBatch: 256, Workers: 2, MaxWaiting: 10_000)));

    // Sorted, so that everybody locks them in the same order.
    private Budget[] BudgetsOf(AskedSubject subject)
    {
        var own = new Budget(subject.Pseudonym, _options.PerCaller, _options.PerSubject);
        Budget[] both = subject.Neighbourhood is { } neighbourhood ? [own, new Budget(neighbourhood, _options.PerNeighbourhood, _options.PerNeighbourhood)] : [own];
        return [.. both.OrderBy(budget => budget.Key, StringComparer.Ordinal)];
    }

    private void RequireLeft(List<Count> counts, int most)
    {
        if (counts.Sum(count => count.Mismatches) < most)
        {
            return;
        }

        // Coarse, so that nobody learns when others asked.
        var wait = counts.Min(count => count.Oldest) + _options.Window - time.GetUtcNow();
        throw VerificationFaults.MismatchBudget(Longer(Coarse, Coarse * Math.Ceiling(wait / Coarse)));
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private async Task<IReadOnlyList<ILookup<string, Count>>> CountAsync(IReadOnlyList<string[]> asked)
    {
        await using var command = database.Hub.CreateCommand(VerificationSql.CountMismatches);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. asked.SelectMany(keys => keys).Distinct()] });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = Start });
        await using var reader = await command.ExecuteReaderAsync();
        var counts = new List<Count>();
        while (await reader.ReadAsync())
        {
            counts.Add(new Count(reader.GetString(0), reader.GetString(1), reader.GetInt32(2), reader.GetFieldValue<DateTimeOffset>(3)));
        }

        var found = counts.ToLookup(count => count.Key, StringComparer.Ordinal);
        return [.. asked.Select(_ => found)];
    }

    // Both statements are one transaction; the second sees what was committed while the first waited. Past here the mismatch counts, whether or not its answer arrives.
    private async Task<bool> TakeAsync(string organisation, Budget[] budgets, int mismatches)
    {
        string[] keys = [.. budgets.Select(budget => budget.Key)];
        await using var batch = database.Hub.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(VerificationSql.LockMismatches) { Parameters = { new NpgsqlParameter<string[]> { TypedValue = keys } } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(VerificationSql.TakeMismatches)
        {
            Parameters =
            {
                new NpgsqlParameter<string[]> { TypedValue = keys },
                new NpgsqlParameter<string> { TypedValue = organisation },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() },
                new NpgsqlParameter<int> { TypedValue = mismatches },
                new NpgsqlParameter<int[]> { TypedValue = [.. budgets.Select(budget => budget.MostOfCaller)] },
                new NpgsqlParameter<int[]> { TypedValue = [.. budgets.Select(budget => budget.MostOfAll)] },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = Start },
            },
        });
        await batch.ExecuteNonQueryAsync(CancellationToken.None);
        return batch.BatchCommands[1].RecordsAffected > 0;
    }

    private sealed record Budget(string Key, int MostOfCaller, int MostOfAll);

    private sealed record Count(string Key, string Organisation, int Mismatches, DateTimeOffset Oldest);
}

using System.Threading.Channels;
using DataHub.EventStore.Postgres;
using DataHub.Kernel.Access;
using DataHub.Kernel.Alerts;
using DataHub.Verification.Asking;
using DataHub.Verification.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace DataHub.Verification.Brakes;

/// <summary>
/// Watches questions from behind, so that no caller waits for it or can tell that it was noticed: traps (<c>HONEY_RECORD</c>), enumeration, mismatch ratio, budgets used up. Alerts are raised within seconds; while the
/// database is away they wait in memory. What a node had not looked at when it is killed stays in the ledger for the auditor, without an alert.
/// </summary>
internal sealed partial class QuestionWatch(
    PostgresDataSources database, IAlerts alerts, IOptions<BrakeOptions> options, TimeProvider time, ILogger<QuestionWatch> logger) : BackgroundService
{
    private const int MaxWaiting = 100_000;
    private const int MaxBatch = 500;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly Channel<Seen> _seen = Channel.CreateBounded<Seen>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private readonly CallerWatch _callers = new(options.Value);

    /// <summary>A question was asked, whatever comes of it.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="subject">About whom.</param>
    public void Asked(Caller caller, AskedSubject subject) => Note(new Seen.Question(caller.SystemId, time.GetUtcNow(), subject));

    /// <summary>A question was answered.</summary>
    /// <param name="caller">Who asked.</param>
    /// <param name="isNegative">An answer in it was negative.</param>
    /// <param name="isAbsent">An answer in it was that there is no record, whatever the caller was told.</param>
    public void Answered(Caller caller, bool isNegative, bool isAbsent) => Note(new Seen.Answer(caller.SystemId, time.GetUtcNow(), isNegative, isAbsent));

    /// <summary>A question was not answered because the budget of negative answers is used up.</summary>
    /// <param name="caller">Who asked.</param>
    /// <param name="subject">About whom.</param>
    public void Stopped(Caller caller, AskedSubject subject) => Note(new Seen.Stop(caller.SystemId, time.GetUtcNow(), subject));

    /// <summary>Looks at what is waiting, then ends.</summary>
    /// <param name="cancellationToken">Ends without.</param>
    public override Task StopAsync(CancellationToken cancellationToken)
    {
        _seen.Writer.TryComplete();
        return ExecuteTask is { } work ? Task.WhenAny(work, Task.Delay(Timeout.Infinite, cancellationToken)) : Task.CompletedTask;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<Seen>(MaxBatch);
        while (await _seen.Reader.WaitToReadAsync(stoppingToken))
        {
            while (batch.Count < MaxBatch && _seen.Reader.TryRead(out var seen))
            {
                batch.Add(seen);
            }

            var raised = new Queue<Alert>(batch.SelectMany(AlertsOf));
            await UntilDoneAsync(async () => AddHoney(raised, batch, await HoneyAmongAsync(batch, stoppingToken)), stoppingToken);
            while (raised.TryPeek(out var alert))
            {
                await UntilDoneAsync(() => alerts.RaiseAsync(alert, stoppingToken), stoppingToken);
                raised.Dequeue();
            }

            batch.Clear();
        }
    }

    private void Note(Seen seen)
    {
        if (!_seen.Writer.TryWrite(seen))
        {
            Log.Missed(logger);
        }
    }

    private IEnumerable<Alert> AlertsOf(Seen seen) => seen switch
    {
        Seen.Question question => _callers.Asked(seen.Account, question.Subject, seen.At) is { } alert ? [alert] : [],
        Seen.Answer answer => _callers.Answered(seen.Account, answer.IsNegative, answer.IsAbsent, seen.At),
        Seen.Stop stop => [new Alert("MISMATCH_BUDGET", AlertLevel.Warning, seen.Account, "So many answers about a subject, or about its like, were negative that no more are given.", stop.Subject.Pseudonym)],
        _ => throw new InvalidOperationException($"{seen.GetType().Name} is not watched."),
    };

    private static void AddHoney(Queue<Alert> raised, List<Seen> batch, HashSet<string> honey)
    {
        foreach (var (account, subject) in batch.OfType<Seen.Question>().Select(question => (question.Account, question.Subject.Pseudonym)).Distinct())
        {
            if (honey.Contains(subject))
            {
                raised.Enqueue(new Alert("HONEY_RECORD", AlertLevel.Critical, account, "A subject that nobody has a reason to ask about was asked about.", subject));
            }
        }
    }

    private async Task<HashSet<string>> HoneyAmongAsync(List<Seen> batch, CancellationToken cancellationToken)
    {
        string[] subjects = [.. batch.OfType<Seen.Question>().Select(question => question.Subject.Pseudonym).Distinct()];
        var honey = new HashSet<string>(StringComparer.Ordinal);
        if (subjects.Length == 0)
        {
            return honey;
        }

        await using var command = database.Hub.CreateCommand(VerificationSql.HoneyAmong);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = subjects });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            honey.Add(reader.GetString(0));
        }

        return honey;
    }

    private async Task UntilDoneAsync(Func<Task> act, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await act();
                return;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                Log.Repeating(logger, e);
                await Task.Delay(RetryDelay, time, cancellationToken);
            }
        }
    }

    private abstract record Seen(string Account, DateTimeOffset At)
    {
        public sealed record Question(string Account, DateTimeOffset At, AskedSubject Subject) : Seen(Account, At);

        public sealed record Answer(string Account, DateTimeOffset At, bool IsNegative, bool IsAbsent) : Seen(Account, At);

        public sealed record Stop(string Account, DateTimeOffset At, AskedSubject Subject) : Seen(Account, At);
    }

    private static partial class Log
    {
        [LoggerMessage(3101, LogLevel.Warning, "Questions could not be watched; trying again")]
        public static partial void Repeating(ILogger logger, Exception exception);

        [LoggerMessage(3102, LogLevel.Error, "A question was not watched: too many are waiting")]
        public static partial void Missed(ILogger logger);
    }
}

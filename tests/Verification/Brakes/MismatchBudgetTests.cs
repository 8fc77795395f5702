using DataHub.TestKit;
using DataHub.Verification.Asking;
using DataHub.Verification.Brakes;
using Microsoft.Extensions.Options;

namespace DataHub.Verification.Tests.Brakes;

public sealed class MismatchBudgetTests(VerificationFixture postgres) : IAsyncLifetime
{
    private readonly AwaitedTime _time = new();
    private TestDatabase _database = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _database = await postgres.CloneAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Pass_EachMismatch_SlowsTheNextAnswerBeforeAnyIsRefused()
    {
        await using var budget = new MismatchBudget(_database.Sources, Options.Create(new BrakeOptions { PerCaller = 30, PerSubject = 30, PerNeighbourhood = 30 }), _time);
        for (var i = 0; i < 25; i++)
        {
            await budget.PassAsync("o", new AskedSubject("s", "n"), mismatches: 1, Token);
        }

        await budget.PassAsync("another", new AskedSubject("s", "n"), mismatches: 0, Token);
        Assert.Equal([.. Enumerable.Range(1, 25).Select(i => Math.Min(i * 50, 1_000))], _time.Delays.Select(delay => (int)delay.TotalMilliseconds));
    }

    [Fact]
    public async Task Pass_WhileSlowed_HoldsNoConnection()
    {
        await using var budget = new MismatchBudget(_database.Sources, Options.Create(new BrakeOptions()), _time);
        await budget.PassAsync("o", new AskedSubject("s", null), mismatches: 1, Token);
        _time.Hold = true;
        var slowed = budget.PassAsync("o", new AskedSubject("s", null), mismatches: 1, Token);
        await _time.WaitedFor;
        Assert.Equal(0L, await _database.SuperuserAsync("select count(*) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())"));
        Assert.Equal(0L, await _database.SuperuserAsync("select count(*) from pg_stat_activity where application_name = 'datahub-hub' and datname = current_database() and state <> 'idle'"));
        Assert.False(slowed.IsCompleted);
        _time.Release();
        await slowed;
    }

    /// <summary>A clock whose delays end at once, or when the test says; writes down how long they were.</summary>
    private sealed class AwaitedTime : TimeProvider
    {
        private readonly TaskCompletionSource _waitedFor = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Action? _held;

        public bool Hold { get; set; }

        public List<TimeSpan> Delays { get; } = [];

        public Task WaitedFor => _waitedFor.Task;

        public override DateTimeOffset GetUtcNow() => new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

        public void Release() => _held?.Invoke();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Delays.Add(dueTime);
            if (Hold)
            {
                _held = () => callback(state);
                _waitedFor.TrySetResult();
                return System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }

            return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }
}

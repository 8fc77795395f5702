using DataHub.EventStore.Projections;
using DataHub.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace DataHub.EventStore.Tests.Projections;

public sealed class HighWaterMarkTests(PostgresFixture postgres) : StoreTest(postgres)
{
    private readonly ManualTime _time = new();

    private HighWaterMark Mark => Services.GetRequiredService<HighWaterMark>();

    protected override void Add(IServiceCollection services) => services.AddSingleton<TimeProvider>(_time);

    [Fact]
    public async Task StepAsync_AppendOfTheHubUnderWay_IsWaitedFor()
    {
        await Store.AppendAsync([Granted("s/a", 0)], cancellationToken: Token);
        await using (var slow = await Store.BeginAsync(Token))
        {
            await slow.AppendAsync([Granted("s/slow", 0)], Token);
            await Store.AppendAsync([Granted("s/fast", 0)], cancellationToken: Token);
            Assert.Equal(1, await SettledAsync());
            await slow.CommitAsync();
        }

        Assert.Equal(3, await SettledAsync());
    }

    [Fact]
    public async Task StepAsync_NumberNeverUsed_IsPassedAfterThreeSeconds()
    {
        await using (var undone = await Store.BeginAsync(Token))
        {
            await undone.AppendAsync([Granted("s/undone", 0)], Token);
        }

        await Store.AppendAsync([Granted("s/a", 0)], cancellationToken: Token);
        Assert.Equal(0, await SettledAsync());
        _time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.Equal(0, await SettledAsync());
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(2, await SettledAsync());
    }

    [Fact]
    public async Task StepAsync_AnotherApplicationStillWrites_IsWaitedForHoweverLong()
    {
        await using (var stranger = await Database.Sources.Hub.OpenConnectionAsync(Token))
        await using (var transaction = await stranger.BeginTransactionAsync(Token))
        {
            await using var take = new NpgsqlCommand("select nextval('mt_events_sequence')", stranger); // Without announcing itself.
            await take.ExecuteScalarAsync(Token);
            await Store.AppendAsync([Granted("s/a", 0)], cancellationToken: Token);
            Assert.Equal(0, await SettledAsync());
            _time.Advance(TimeSpan.FromMinutes(5));
            Assert.Equal(0, await SettledAsync());
            await transaction.RollbackAsync(Token);
        }

        Assert.Equal(2, await SettledAsync());
    }

    [Fact]
    public async Task StepAsync_GapAtTheEndAndManyEvents_IsReachedInSteps()
    {
        await Store.AppendAsync([.. Enumerable.Range(0, 10_500).Select(i => Granted($"s/{i}", 0))], cancellationToken: Token);
        await Database.SuperuserAsync("select nextval('datahub.mt_events_sequence')");
        Assert.Equal(10_500, await SettledAsync());
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(10_501, await SettledAsync());
    }

    private async Task<long> SettledAsync()
    {
        while (await Mark.StepAsync(Token))
        {
        }

        return (long)(await Database.SuperuserAsync("select last_seq_id from datahub.mt_event_progression where name = 'HighWaterMark'"))!;
    }
}

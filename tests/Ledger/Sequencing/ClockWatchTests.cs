using DataHub.Kernel.Alerts;
using DataHub.Kernel.Faults;
using DataHub.Ledger.Sequencing;
using DataHub.Ledger.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DataHub.Ledger.Tests.Sequencing;

public sealed class ClockWatchTests(LedgerFixture postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(600)]
    [InlineData(-600)]
    [InlineData(2.5)]
    public async Task Record_ClockTooFarFromTheDatabases_IsRefusedAndNothingIsSignedUntilItIsSetRight(double seconds)
    {
        await using var database = await postgres.CloneAsync();
        using var signers = new TestSigners();
        var (clock, alerts) = (new OffsetClock { Offset = TimeSpan.FromSeconds(seconds) }, new Told());
        await using var node = new LedgerNode(database, signers, clock, services => services.AddSingleton<IAlerts>(alerts));
        var watch = node.Get<IEnumerable<IHostedService>>().OfType<ClockWatch>().Single();
        await watch.StartAsync(Token);

        Assert.Equal("CLOCK_OFF", (await Assert.ThrowsAsync<FaultException>(() => node.Writer.RecordAsync(LedgerNode.Entry(), Token))).Code);
        Assert.Equal("CLOCK_OFF", (await Assert.ThrowsAsync<FaultException>(() => node.Events.AppendAsync([LedgerNode.Event("test/note/1")], cancellationToken: Token))).Code);
        await node.SequenceAsync();
        Assert.Equal(0L, await database.SuperuserAsync("select count(*) from datahub.ledger_head"));
        Assert.Equal("CLOCK_OFF", (await alerts.First.WaitAsync(TimeSpan.FromSeconds(30), Token)).Code);

        clock.Offset = TimeSpan.FromSeconds(1);
        for (var waited = 0; waited < 300 && await Record.ExceptionAsync(() => node.Writer.RecordAsync(LedgerNode.Entry(), Token)) is not null; waited++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), Token);
        }

        await node.SequenceAsync();
        Assert.Equal(1L, await database.SuperuserAsync("select count(*) from datahub.ledger_head"));
        await watch.StopAsync(Token);
    }

    private sealed class OffsetClock : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;
    }

    private sealed class Told : IAlerts
    {
        private readonly TaskCompletionSource<Alert> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<Alert> First => _first.Task;

        public Task RaiseAsync(Alert alert, CancellationToken cancellationToken)
        {
            _first.TrySetResult(alert);
            return Task.CompletedTask;
        }
    }
}

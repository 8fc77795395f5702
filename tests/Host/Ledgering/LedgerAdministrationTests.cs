using DataHub.EventStore;
using DataHub.EventStore.Streams;
using DataHub.Host.Keys;
using DataHub.Host.Ledgering;
using DataHub.Host.Tests.Support;
using DataHub.Kernel;
using DataHub.Kernel.Faults;
using DataHub.Ledger;
using DataHub.Ledger.Auditing;
using DataHub.Ledger.Entries;
using DataHub.Ledger.Writing;
using DataHub.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace DataHub.Host.Tests.Ledgering;

public sealed class LedgerAdministrationTests(HostFixture postgres) : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly string _path = Directory.CreateTempSubdirectory("datahub-archive-").FullName;
    private HubFolder _folder = null!;
    private HubKeys _keys = null!;
    private TestDatabase _database = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CloneAsync();
        _folder = new HubFolder(Path.Combine(_path, "hub"));
        _folder.Open(new HubName("qinghe"));
        _keys = HubKeys.Open(_folder, _time);
    }

    public async ValueTask DisposeAsync()
    {
        _keys.Dispose();
        await _database.DisposeAsync();
        Directory.Delete(_path, recursive: true);
    }

    [Fact]
    public async Task Archive_OfOldMonths_DropsThemAndAllIsStillProvenWithTheExport()
    {
        await LiveAsync("old");
        _time.Advance(TimeSpan.FromDays(250));
        await LiveAsync("young");
        var (first, second) = (Path.Combine(_path, "first"), Path.Combine(_path, "second"));
        await using var ledger = await LedgerAdministration.OpenAsync(_folder, _database.Endpoint.Hub, _time, Token);

        Assert.Equal("RETENTION", (await Assert.ThrowsAsync<FaultException>(() => ledger.ArchiveAsync(first, new DateOnly(2026, 10, 1), 190, [], Token))).Code);
        Assert.Equal("RETENTION", (await Assert.ThrowsAsync<FaultException>(() => ledger.ArchiveAsync(first, new DateOnly(2026, 4, 1), 189, [], Token))).Code);
        Assert.Contains("202603", await ledger.ArchiveAsync(first, new DateOnly(2026, 4, 1), 190, [], Token));

        Assert.Equal(0L, await _database.SuperuserAsync("select count(*) from datahub.ledger_entry where outcome = 'OLD'"));
        Assert.Equal("202603", ((string)(await _database.SuperuserAsync("select target from datahub.ledger_entry where method = 'hub/audit/archive'"))!).Split(", ")[1][..6]);
        await LiveAsync("last");
        await ledger.ExportAsync(second, withEvents: true, Token);
        Assert.True(Audit(second, first).IsProven, Audit(second, first).ToText());
        Assert.False(Audit(second).IsProven);
    }

    [Fact]
    public async Task Archive_OfTamperedMonths_DropsNothing()
    {
        await LiveAsync("old");
        await _database.SuperuserAsync("update datahub.ledger_entry set case_no = 'forged'");
        _time.Advance(TimeSpan.FromDays(250));
        await using var ledger = await LedgerAdministration.OpenAsync(_folder, _database.Endpoint.Hub, _time, Token);

        var refused = await Assert.ThrowsAsync<FaultException>(() => ledger.ArchiveAsync(Path.Combine(_path, "first"), new DateOnly(2026, 4, 1), 190, [], Token));

        Assert.Equal("ARCHIVE_NOT_PROVEN", refused.Code);
        Assert.Equal(1L, await _database.SuperuserAsync("select count(*) from datahub.ledger_entry"));
    }

    [Fact]
    public void AcceptRollback_OfARunningHub_IsRefused()
    {
        Assert.Null(LedgerAdministration.AcceptRollback(_folder));
        File.WriteAllText(_folder.RunningFile, "{}");

        Assert.Equal("HUB_RUNNING", Assert.Throws<FaultException>(() => LedgerAdministration.AcceptRollback(_folder)).Code);
    }

    private AuditReport Audit(string export, params string[] archives) => ExportAuditor.Run(export, new AuditOptions { Roots = _keys.Roots, Archives = archives }, Token);

    // A hub that records an act and an event, and signs a head over them.
    private async Task LiveAsync(string name)
    {
        await using var node = _database.Compose(services => services.AddSingleton(new HubName("qinghe")).AddSingleton(LedgeringModule.SignersOf(_keys)).AddLedger().AddEvents<Told>().Replace(ServiceDescriptor.Singleton<TimeProvider>(_time)));
        await node.GetRequiredService<LedgerWriter>().RecordAsync(new LedgerEntry { Kind = EntryKind.Read, Account = "a", Organisation = "o", Method = "m", Outcome = name.ToUpperInvariant() }, Token);
        await node.GetRequiredService<IEventStore>().AppendAsync([new NewEvent { StreamId = $"qinghe/told/{name}", StreamType = "told", ExpectedVersion = 0, Data = new Told(name) }], cancellationToken: Token);
        var sequencer = node.GetServices<IHostedService>().Single(service => service.GetType().Name == "SequencerService");
        await sequencer.StartAsync(Token);
        for (var i = 0; await _database.SuperuserAsync("select exists (select from datahub.ledger_leaf l where not exists (select from datahub.leaf_sequence s where s.leaf_id = l.leaf_id))") is true; i++)
        {
            Assert.True(i < 300, "No head within half a minute.");
            await Task.Delay(100, Token);
        }

        await sequencer.StopAsync(Token);
    }

    /// <summary>An event of tests.</summary>
    /// <param name="Text">What it says.</param>
    public sealed record Told(string Text);
}

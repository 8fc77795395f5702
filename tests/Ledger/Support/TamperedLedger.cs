using DataHub.Ledger.Auditing;
using DataHub.Ledger.Export;
using DataHub.Ledger.Heads;
using DataHub.Ledger.Search;
using DataHub.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace DataHub.Ledger.Tests.Support;

/// <summary>A ledger in a database: three times acts and events under a head each, open to a superuser; and the audit of what is left.</summary>
internal sealed class TamperedLedger : IAsyncDisposable
{
    private readonly TestSigners _signers = new();
    private readonly TempFolder _folder = new();

    private TamperedLedger(TestDatabase database) => Database = database;

    public TestDatabase Database { get; }

    public ManualTime Time { get; } = new();

    public LedgerNode Node { get; private set; } = null!;

    public string HeadFile => _folder.File("ledger-head");

    /// <summary>What front-end processors kept.</summary>
    public List<SignedHead> Witnesses { get; } = [];

    public static async Task<TamperedLedger> CreateAsync(LedgerFixture postgres)
    {
        var ledger = new TamperedLedger(await postgres.CloneAsync());
        ledger.Time.Advance(TimeSpan.FromHours(8));
        ledger.Node = ledger.NewNode(ledger.Database);
        await ledger.Node.Writer.RecordAsync(LedgerNode.Entry(), CancellationToken.None);
        for (var round = 0; round < 3; round++)
        {
            await ledger.GrowAsync(round);
        }

        return ledger;
    }

    public LedgerNode NewNode(TestDatabase database) =>
        new(database, _signers, Time, services => services.Configure<LedgerOptions>(options => options.HeadFile = HeadFile));

    public async Task GrowAsync(int round)
    {
        for (var i = 0; i < 4; i++)
        {
            await Task.WhenAll(Enumerable.Range(0, 3).Select(entry => Node.Writer.RecordAsync(LedgerNode.Entry(subject: $"s{entry}", caseNo: $"{round}-{i}"), CancellationToken.None)));
            await Node.Events.AppendAsync([LedgerNode.Event($"test/note/{round}-{i}-a"), LedgerNode.Event($"test/note/{round}-{i}-b")]);
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        await Node.Events.AppendAsync([LedgerNode.Event($"ext/other/{round}")]);
        await Node.SequenceAsync();
        Witnesses.Add((await Node.Get<LedgerProofs>().HeadAsync(null, CancellationToken.None)).Head);
        Time.Advance(TimeSpan.FromMinutes(10));
    }

    public async Task<AuditReport> AuditAsync(LedgerNode? node = null)
    {
        var export = _folder.File($"export-{Guid.NewGuid():n}");
        await (node ?? Node).Get<LedgerExporter>().WriteAsync(export, withEvents: true, CancellationToken.None);
        return ExportAuditor.Run(export, new AuditOptions { Roots = Signers.Roots, Witnesses = Witnesses }, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        await Database.DisposeAsync();
        _signers.Dispose();
        _folder.Dispose();
    }
}

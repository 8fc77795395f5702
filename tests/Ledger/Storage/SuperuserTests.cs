using DataHub.Kernel.Faults;
using DataHub.Ledger.Auditing;
using DataHub.Ledger.Entries;
using DataHub.Ledger.Export;
using DataHub.Ledger.Search;
using DataHub.Ledger.Storage;
using DataHub.Ledger.Tests.Support;
using DataHub.Ledger.Tree;
using DataHub.TestKit;
using Npgsql;

namespace DataHub.Ledger.Tests.Storage;

/// <summary>What a database administrator does to the real tables, and what the export of it shows.</summary>
public sealed class SuperuserTests(LedgerFixture postgres)
{
    private const string AnEntry = "(select leaf_id from datahub.ledger_leaf where kind = 1 order by leaf_id offset 3 limit 1)";
    private const string AnEvent = "(select min(seq_id) + 4 from datahub.mt_events)";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Untouched_IsProven()
    {
        await using var ledger = await TamperedLedger.CreateAsync(postgres);

        var report = await ledger.AuditAsync();

        Assert.Empty(report.Findings);
        Assert.True(report.IsProven);
        Assert.Equal(24, report.Events);
        Assert.Equal(3, report.NotLedgered);
        Assert.True(report.Leaves > 12);
        Assert.Equal(3, report.Witnesses);
    }

    [Fact]
    public async Task Untouched_WithLeavesNoHeadCoversYet_IsProven()
    {
        await using var ledger = await TamperedLedger.CreateAsync(postgres);
        await ledger.Node.Writer.RecordAsync(LedgerNode.Entry(), Token);

        var report = await ledger.AuditAsync();

        Assert.True(report.IsProven);
        Assert.Equal(1, report.Pending);
    }

    [Theory]
    [InlineData(AuditCode.LeafContentChanged, $"update datahub.ledger_entry set case_no = 'other' where leaf_id = {AnEntry} and ordinal = 0")]
    [InlineData(AuditCode.LeafContentChanged, $"update datahub.ledger_entry set outcome = 'DENIED', kind = 2 where leaf_id = {AnEntry} and ordinal = 0")]
    [InlineData(AuditCode.LeafContentChanged, $"delete from datahub.ledger_entry where leaf_id = {AnEntry} and ordinal = 0")]
    [InlineData(AuditCode.LeafContentChanged, $"update datahub.ledger_entry set at = at - interval '1 hour' where leaf_id = {AnEntry}")]
    [InlineData(AuditCode.LeafContentChanged, $"insert into datahub.ledger_entry (at, leaf_id, ordinal, kind, account, organisation, method, outcome) select at, leaf_id, 99, 1, 'a', 'o', 'm', 'OK' from datahub.ledger_entry where leaf_id = {AnEntry} limit 1")]
    [InlineData(AuditCode.LeafMissing, "insert into datahub.ledger_entry (at, leaf_id, ordinal, kind, account, organisation, method, outcome) values ('2026-03-01 08:00:02Z', 777777, 0, 1, 'a', 'o', 'm', 'OK')")]
    [InlineData(AuditCode.LeafContentChanged, "truncate datahub.ledger_entry")]
    [InlineData(AuditCode.LeafContentChanged, "drop table datahub.ledger_entry_202603")]
    [InlineData(AuditCode.LeafMissing, "drop table datahub.ledger_leaf_202603")]
    [InlineData(AuditCode.LeafMissing, "truncate datahub.ledger_leaf")]
    [InlineData(AuditCode.LeafMissing, $"delete from datahub.ledger_leaf where leaf_id = {AnEntry}")]
    [InlineData(AuditCode.LeafChanged, $"update datahub.ledger_leaf set at = at + interval '1 second' where leaf_id = {AnEntry}")]
    [InlineData(AuditCode.LeafChanged, $"update datahub.ledger_leaf set root = '\\x00' where leaf_id = {AnEntry}")]
    [InlineData(AuditCode.LeafChanged, $"update datahub.ledger_leaf set kind = 7 where leaf_id = {AnEntry}")]
    [InlineData(AuditCode.LeafRemoved, "delete from datahub.leaf_sequence where idx = 5")]
    [InlineData(AuditCode.LeafRemoved, "truncate datahub.leaf_sequence")]
    [InlineData(AuditCode.LeafChanged, "update datahub.leaf_sequence set leaf_id = 1000000 - leaf_id where idx in (3, 4); update datahub.leaf_sequence a set leaf_id = 1000000 - b.leaf_id from datahub.leaf_sequence b where (a.idx, b.idx) in ((3, 4), (4, 3))")]
    [InlineData(AuditCode.LeavesSwapped, "update datahub.leaf_sequence set leaf_id = 1000000 - leaf_id where idx in (3, 4); update datahub.leaf_sequence a set leaf_id = 1000000 - b.leaf_id, hash = b.hash from datahub.leaf_sequence b where (a.idx, b.idx) in ((3, 4), (4, 3))")]
    [InlineData(AuditCode.HeadChain, "delete from datahub.ledger_head where size = (select size from datahub.ledger_head order by size offset 1 limit 1)")]
    [InlineData(AuditCode.HeadSignature, "update datahub.ledger_head set text = set_byte(text, 40, 65) where size = (select max(size) from datahub.ledger_head)")]
    [InlineData(AuditCode.HeadSignature, "alter table datahub.ledger_head disable trigger all; alter table datahub.ledger_signer disable trigger all; delete from datahub.ledger_signer")]
    [InlineData(AuditCode.HeadsNone, "truncate datahub.ledger_head")]
    [InlineData(AuditCode.EventChanged, $"update datahub.mt_events set data = '{{\"text\": \"other\"}}' where seq_id = {AnEvent}")]
    [InlineData(AuditCode.EventChanged, $"update datahub.mt_events set timestamp = timestamp - interval '1 year' where seq_id = {AnEvent}")]
    [InlineData(AuditCode.EventMissing, $"delete from datahub.mt_events where seq_id = {AnEvent}")]
    [InlineData(AuditCode.EventMissing, "truncate datahub.mt_streams cascade")]
    [InlineData(AuditCode.EventNotLedgered, "insert into datahub.mt_events select 900, gen_random_uuid(), stream_id, 99, data, bdata, type, timestamp - interval '1 day' from datahub.mt_events limit 1")]
    [InlineData(AuditCode.EventChanged, "update datahub.mt_events a set data = b.data, stream_id = b.stream_id, version = b.version + 50 from datahub.mt_events b where (a.seq_id, b.seq_id) in ((3, 4), (4, 3))")]
    [InlineData(AuditCode.EventMissing, $"update datahub.mt_events set stream_id = 'ext/hidden', seq_id = 900 where seq_id = {AnEvent}")]
    public async Task TableTamperedWith_IsFound(string code, string sql)
    {
        await using var ledger = await TamperedLedger.CreateAsync(postgres);
        if (sql.Contains("ext/hidden", StringComparison.Ordinal))
        {
            await ledger.Database.SuperuserAsync("insert into datahub.mt_streams (id) values ('ext/hidden')");
        }

        await ledger.Database.SuperuserAsync(sql);

        var report = await ledger.AuditAsync();

        Assert.False(report.IsProven);
        Assert.True(report.Counts.ContainsKey(code), report.ToText());
    }

    [Fact]
    public async Task EntryLeafAndSequence_AllMadeToMatch_IsFoundByTheSignedRoot()
    {
        await using var ledger = await TamperedLedger.CreateAsync(postgres);
        await using var connection = await ledger.Database.Sources.Owner.OpenConnectionAsync(Token);
        await RewriteAsync(connection);

        var report = await ledger.AuditAsync();

        Assert.True(report.Counts.ContainsKey(AuditCode.TreeChanged), report.ToText());
    }

    [Fact]
    public async Task BackDatedLeaf_PutInLater_IsFoundByItsTime()
    {
        await using var ledger = await TamperedLedger.CreateAsync(postgres);
        await ledger.Database.SuperuserAsync("""
            insert into datahub.ledger_leaf (leaf_id, at, kind, count, root) select 500001, '2026-03-01 08:00:01Z', kind, count, root from datahub.ledger_leaf where kind = 1 and count = 1 limit 1;
            insert into datahub.ledger_entry select '2026-03-01 08:00:01Z', 500001, e.ordinal, e.kind, e.account, e.organisation, e.method, e.outcome, e.subject, e.service_item, e.case_no, e.legal_basis, e.request_id, e.target, e.commitment
            from datahub.ledger_entry e join datahub.ledger_leaf l using (leaf_id, at) where l.leaf_id = (select leaf_id from datahub.ledger_leaf where kind = 1 and count = 1 limit 1)
            """);
        await ledger.GrowAsync(3);

        var report = await ledger.AuditAsync();

        Assert.True(report.Counts.ContainsKey(AuditCode.LeafTime), report.ToText());
    }

    [Fact]
    public async Task OldBackupRestored_IsRefusedByTheHubAndFoundByWitnesses()
    {
        await using var ledger = await TamperedLedger.CreateAsync(postgres);
        var backup = await CopyAsync(ledger);
        await using var reopened = ledger.NewNode(ledger.Database);
        await reopened.Writer.RecordAsync(LedgerNode.Entry("LOST"), Token);
        await reopened.SequenceAsync();
        ledger.Witnesses.Add((await reopened.Get<LedgerProofs>().HeadAsync(null, Token)).Head);
        await using var restored = ledger.NewNode(backup);

        Assert.False(await restored.Sequencer.CheckAsync(Token));

        Assert.Equal("LEDGER_ROLLED_BACK", (await Assert.ThrowsAsync<FaultException>(() => restored.Writer.RecordAsync(LedgerNode.Entry(), Token))).Code);
        Assert.True((await ledger.AuditAsync(restored)).Counts.ContainsKey(AuditCode.HistoryTruncated));
        Assert.True((await ledger.AuditAsync(reopened)).IsProven);
        await backup.DisposeAsync();
    }

    [Theory]
    [InlineData("update datahub.ledger_tile set root = '\\x00' where level = 1 and idx = 0")]
    [InlineData("delete from datahub.ledger_tile")]
    [InlineData("insert into datahub.ledger_tile values (1, 7, '\\x00')")]
    public async Task TileTamperedWith_IsCounted(string sql)
    {
        await using var ledger = await TamperedLedger.CreateAsync(postgres);
        for (var i = 0; i < 260; i++)
        {
            await ledger.Node.Writer.RecordAsync(LedgerNode.Entry(), Token);
        }

        await ledger.Node.SequenceAsync();
        var exporter = ledger.Node.Get<LedgerExporter>();
        Assert.Equal(0, await exporter.CountDamagedTilesAsync(Token));

        await ledger.Database.SuperuserAsync(sql);

        Assert.Equal(1, await exporter.CountDamagedTilesAsync(Token));
    }

    // A copy of the database as a backup would bring it back.
    private async Task<TestDatabase> CopyAsync(TamperedLedger ledger)
    {
        var name = (string)(await ledger.Database.SuperuserAsync("select current_database()"))!;
        await using var other = await postgres.CloneAsync();
        await other.SuperuserAsync($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'");
        await other.SuperuserAsync($"create database {name}_backup template {name} owner datahub_owner");
        var server = await postgres.ServerAsync();
        return new TestDatabase(server.EndpointOf($"{name}_backup"), server.SuperuserOf($"{name}_backup"), postgres.Keys);
    }

    // What the owner of the tables can do who knows how leaves are hashed.
    private static async Task RewriteAsync(NpgsqlConnection connection)
    {
        await using var read = new NpgsqlCommand($"select {EntryRows.Columns} from datahub.ledger_entry where leaf_id = (select leaf_id from datahub.ledger_leaf where kind = 1 and count = 1 order by leaf_id limit 1)", connection);
        RecordedEntry entry;
        await using (var reader = await read.ExecuteReaderAsync(Token))
        {
            await reader.ReadAsync(Token);
            entry = EntryRows.Map(reader);
        }

        var forged = entry.Entry with { CaseNo = "forged" };
        var leaf = new Leaf(entry.Place.LeafId, LeafKind.Acts, entry.Place.At, 1, Merkle.HashLeaf(EntryBytes.Of(forged)));
        await using var write = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new($"update datahub.ledger_entry set case_no = 'forged' where leaf_id = {leaf.Id}"),
                new($"update datahub.ledger_leaf set root = '\\x{Convert.ToHexString(leaf.Root.Span)}' where leaf_id = {leaf.Id}"),
                new($"update datahub.leaf_sequence set hash = '\\x{Convert.ToHexString(leaf.Hash())}' where leaf_id = {leaf.Id}"),
            },
        };
        await write.ExecuteNonQueryAsync(Token);
    }
}

using DataHub.Kernel.Faults;
using DataHub.Ledger.Entries;
using DataHub.Ledger.Proofs;
using DataHub.Ledger.Tests.Support;
using DataHub.Ledger.Tree;
using DataHub.Ledger.Writing;
using DataHub.TestKit;

namespace DataHub.Ledger.Tests.Writing;

public sealed class LedgerWriterTests(LedgerFixture postgres) : IAsyncLifetime
{
    private readonly TestSigners _signers = new();
    private TestDatabase _database = null!;
    private LedgerNode _node = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CloneAsync();
        _node = new LedgerNode(_database, _signers);
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        await _database.DisposeAsync();
        _signers.Dispose();
    }

    [Fact]
    public async Task Record_OnReturn_IsStoredAndItsTicketProvesIt()
    {
        var entry = LedgerNode.Entry(subject: "s1", caseNo: "2026-17");

        var ticket = await _node.Writer.RecordAsync(entry, Token);

        Assert.Equal(1L, await _database.SuperuserAsync($"select count(*) from datahub.ledger_entry where leaf_id = {ticket.Leaf.Id} and ordinal = {ticket.Ordinal} and subject = 's1' and case_no = '2026-17'"));
        Assert.Equal(ticket.Leaf.Root.ToArray(), await _database.SuperuserAsync($"select root from datahub.ledger_leaf where leaf_id = {ticket.Leaf.Id}"));
        Assert.True(_signers.IsReceiptSignature(ticket.Leaf.ToBytes(), ticket.Signature));
        Assert.True(InclusionProof.Verify(Merkle.HashLeaf(EntryBytes.Of(entry)), ticket.Ordinal, ticket.Leaf.Count, ticket.Path, ticket.Leaf.Root.Span));
    }

    [Fact]
    public async Task Record_ManyAtOnce_ShareLeavesAndEachIsProved()
    {
        var entries = Enumerable.Range(0, 500).Select(i => LedgerNode.Entry(subject: $"s{i}")).ToList();

        var tickets = await Task.WhenAll(entries.Select(entry => _node.Writer.RecordAsync(entry, Token)));

        Assert.True(tickets.Select(ticket => ticket.Leaf.Id).Distinct().Count() < 100);
        Assert.All(entries.Zip(tickets), pair => Assert.True(InclusionProof.Verify(
            Merkle.HashLeaf(EntryBytes.Of(pair.First)), pair.Second.Ordinal, pair.Second.Leaf.Count, pair.Second.Path, pair.Second.Leaf.Root.Span)));
        Assert.Equal(500L, await CountAsync("ledger_entry"));
    }

    [Fact]
    public async Task Record_InATransaction_IsThereWithItsEffectOrNotAtAll()
    {
        await using (var undone = await _node.Events.BeginAsync(Token))
        {
            await undone.AppendAsync([LedgerNode.Event("test/note/1")], Token);
            await _node.Writer.RecordAsync(undone, LedgerNode.Entry(), Token);
        }

        Assert.Equal(0L, await CountAsync("ledger_leaf"));
        await using var done = await _node.Events.BeginAsync(Token);
        await done.AppendAsync([LedgerNode.Event("test/note/1")], Token);
        await _node.Writer.RecordAsync(done, LedgerNode.Entry(), Token);
        await done.CommitAsync();

        Assert.Equal(2L, await CountAsync("ledger_leaf"));
        Assert.Equal(1L, await CountAsync("ledger_entry"));
    }

    [Fact]
    public async Task Record_CallerGoneBeforehand_LeavesNothing()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _node.Writer.RecordAsync(LedgerNode.Entry(), new CancellationToken(canceled: true)));

        Assert.Equal(0L, await CountAsync("ledger_entry"));
    }

    [Fact]
    public async Task Record_CallerGoneMeanwhile_IsWholeOrNotThere()
    {
        await _node.Writer.RecordAsync(LedgerNode.Entry(), Token);
        using var leaving = new CancellationTokenSource();
        var calls = Enumerable.Range(0, 200).Select(_ => _node.Writer.RecordAsync(LedgerNode.Entry("GONE"), leaving.Token)).ToList();
        await leaving.CancelAsync();

        var recorded = (await Task.WhenAll(calls.Select(async call =>
        {
            try
            {
                await call;
                return 1;
            }
            catch (OperationCanceledException)
            {
                return 0;
            }
        }))).Sum();

        Assert.Equal((long)recorded, await _database.SuperuserAsync("select count(*) from datahub.ledger_entry where outcome = 'GONE'"));
    }

    [Fact]
    public async Task Record_LedgerCannotBeWritten_FailsAndLeavesNothingHalf()
    {
        await _node.Writer.RecordAsync(LedgerNode.Entry(), Token);
        await _database.SuperuserAsync("revoke insert on datahub.ledger_entry from datahub_hub");

        await Assert.ThrowsAnyAsync<Exception>(() => _node.Writer.RecordAsync(LedgerNode.Entry("LOST"), Token));

        Assert.Equal(1L, await CountAsync("ledger_leaf"));
        Assert.Equal(1L, await CountAsync("ledger_entry"));
    }

    [Fact]
    public async Task Record_ConnectionsCut_AreFaultsAndWhatReturnedIsThere()
    {
        var recorded = 0L;
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 8).Select(async _ =>
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    await _node.Writer.RecordAsync(LedgerNode.Entry(), Token);
                    Interlocked.Increment(ref recorded);
                }
                catch (FaultException e)
                {
                    Assert.Equal(FaultKind.Unavailable, e.Kind);
                }
            }
        }).ToList();
        for (var i = 0; i < 20; i++)
        {
            await _database.SuperuserAsync("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'datahub_hub' and datname = current_database()");
            await Task.Delay(20, Token);
        }

        await stop.CancelAsync();
        await Task.WhenAll(writers);

        Assert.True(recorded > 0);
        Assert.True((long)(await CountAsync("ledger_entry"))! >= recorded);
        Assert.Equal(0L, await _database.SuperuserAsync("select count(*) from datahub.ledger_leaf l where l.count <> (select count(*) from datahub.ledger_entry e where e.leaf_id = l.leaf_id)"));
    }

    [Theory]
    [InlineData('\0')]
    [InlineData('\ud800')]
    public async Task Record_TextThatCannotBeStored_ConcernsItsCallerOnly(char character)
    {
        var good = _node.Writer.RecordAsync(LedgerNode.Entry(), Token);

        await Assert.ThrowsAnyAsync<ArgumentException>(() => _node.Writer.RecordAsync(LedgerNode.Entry(caseNo: $"2026{character}1"), Token));

        Assert.NotNull(await good);
    }

    [Fact]
    public async Task Record_GateShut_IsRefused()
    {
        _node.Get<LedgerGate>().Shut();

        Assert.Equal("LEDGER_ROLLED_BACK", (await Assert.ThrowsAsync<FaultException>(() => _node.Writer.RecordAsync(LedgerNode.Entry(), Token))).Code);
        Assert.Equal("LEDGER_ROLLED_BACK", (await Assert.ThrowsAsync<FaultException>(() => _node.Events.AppendAsync([LedgerNode.Event("test/note/9")], cancellationToken: Token))).Code);
        Assert.Equal(0L, await CountAsync("mt_events"));
    }

    [Fact]
    public async Task Record_MonthsApart_FindTheirPartitions()
    {
        var time = new ManualTime();
        await using var node = new LedgerNode(_database, _signers, time);
        for (var month = 0; month < 5; month++)
        {
            await node.Writer.RecordAsync(LedgerNode.Entry(), Token);
            time.Advance(TimeSpan.FromDays(31));
        }

        Assert.Equal(5L, await CountAsync("ledger_entry"));
        Assert.True((long)(await _database.SuperuserAsync("select count(*) from pg_inherits where inhparent = 'datahub.ledger_leaf'::regclass"))! >= 5);
    }

    private Task<object?> CountAsync(string table) => _database.SuperuserAsync($"select count(*) from datahub.{table}");
}

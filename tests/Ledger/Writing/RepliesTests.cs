using System.Text;
using DataHub.Kernel.Faults;
using DataHub.Ledger.Tests.Support;
using DataHub.Ledger.Writing;
using DataHub.TestKit;

namespace DataHub.Ledger.Tests.Writing;

public sealed class RepliesTests(LedgerFixture postgres) : IAsyncLifetime
{
    private readonly TestSigners _signers = new();
    private readonly ManualTime _time = new();
    private TestDatabase _database = null!;
    private LedgerNode _node = null!;
    private LedgerNode _other = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CloneAsync();
        _node = new LedgerNode(_database, _signers, _time);
        _other = new LedgerNode(_database, _signers, _time);
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        await _other.DisposeAsync();
        await _database.DisposeAsync();
        _signers.Dispose();
    }

    [Fact]
    public async Task FindReply_AfterRecording_GivesTheSameBytesOnEveryNode()
    {
        var key = Key("r1");
        Assert.Null(await _node.Writer.FindReplyAsync(key, Token));

        var reply = await _node.Writer.RecordReplyAsync(LedgerNode.Entry(), key, Compose, Token);

        Assert.Equal(reply, await _node.Writer.FindReplyAsync(key, Token));
        Assert.Equal(reply, await _other.Writer.FindReplyAsync(key, Token));
        Assert.Equal(reply, await _other.Writer.RecordReplyAsync(LedgerNode.Entry(), key, Compose, Token));
        Assert.Equal(1L, await CountAsync("ledger_entry"));
    }

    [Fact]
    public async Task RecordReply_OtherContent_IsRefused()
    {
        await _node.Writer.RecordReplyAsync(LedgerNode.Entry(), Key("r1"), Compose, Token);

        Assert.Equal("REQUEST_ID_REUSED", (await Assert.ThrowsAsync<FaultException>(() => _node.Writer.FindReplyAsync(Key("r1", "other"), Token))).Code);
        Assert.Equal("REQUEST_ID_REUSED", (await Assert.ThrowsAsync<FaultException>(() => _other.Writer.RecordReplyAsync(LedgerNode.Entry(), Key("r1", "other"), Compose, Token))).Code);
        Assert.Equal(1L, await CountAsync("ledger_entry"));
    }

    [Fact]
    public async Task RecordReply_TwinsOnTwoNodes_OneWinsAndAllGetItsBytes()
    {
        for (var round = 0; round < 20; round++)
        {
            // Several ids at once, in both orders, with others in between: nobody waits in a circle, and nobody else's act is lost.
            string[] ids = [.. Enumerable.Range(0, 8).Select(i => $"twin-{round}-{i}")];
            var calls = ids.Concat(ids.Reverse()).SelectMany(id => (LedgerNode[])[_node, _other], (id, node) => (Id: id, Reply: node.Writer.RecordReplyAsync(LedgerNode.Entry("TWIN"), Key(id), Compose, Token))).ToList();
            var alone = Enumerable.Range(0, 8).Select(_ => _node.Writer.RecordAsync(LedgerNode.Entry("ALONE"), Token)).ToList();
            await Task.WhenAll(alone);
            foreach (var group in calls.GroupBy(call => call.Id))
            {
                var replies = await Task.WhenAll(group.Select(call => call.Reply));
                Assert.All(replies, reply => Assert.Equal(replies[0], reply));
            }
        }

        Assert.Equal(160L, await _database.SuperuserAsync("select count(*) from datahub.ledger_entry where outcome = 'TWIN'"));
        Assert.Equal(160L, await _database.SuperuserAsync("select count(*) from datahub.ledger_entry where outcome = 'ALONE'"));
        Assert.Equal(160L, await CountAsync("ledger_reply"));
    }

    [Fact]
    public async Task RecordReply_TwinsInOneFlushWithOtherContent_TheSecondIsRefused()
    {
        var calls = Enumerable.Range(0, 40).Select(i => _node.Writer.RecordReplyAsync(LedgerNode.Entry(), Key("same", $"content {i}"), Compose, Token)).ToList();

        var won = 0;
        foreach (var call in calls)
        {
            try
            {
                await call;
                won++;
            }
            catch (FaultException e)
            {
                Assert.Equal("REQUEST_ID_REUSED", e.Code);
            }
        }

        Assert.Equal(1, won);
        Assert.Equal(1L, await CountAsync("ledger_entry"));
    }

    [Fact]
    public async Task RecordReply_ComposingFails_ConcernsItsCallerOnly()
    {
        var bad = _node.Writer.RecordReplyAsync(LedgerNode.Entry("BAD"), Key("bad"), _ => throw new InvalidOperationException("no"), Token);
        var good = Enumerable.Range(0, 20).Select(i => _node.Writer.RecordReplyAsync(LedgerNode.Entry(), Key($"g{i}"), Compose, Token)).ToList();

        await Assert.ThrowsAsync<InvalidOperationException>(() => bad);
        await Task.WhenAll(good);
        Assert.Equal(20L, await CountAsync("ledger_entry"));
        Assert.Equal(20L, await CountAsync("ledger_reply"));
    }

    [Fact]
    public async Task FindReply_AfterADay_IsRefused()
    {
        await _node.Writer.RecordReplyAsync(LedgerNode.Entry(), Key("r1"), Compose, Token);

        _time.Advance(TimeSpan.FromHours(24));
        Assert.NotNull(await _node.Writer.FindReplyAsync(Key("r1"), Token));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("REQUEST_ID_REUSED", (await Assert.ThrowsAsync<FaultException>(() => _node.Writer.FindReplyAsync(Key("r1"), Token))).Code);
    }

    [Fact]
    public async Task RecordReply_InTheDatabase_IsSealedAndOneKeyADay()
    {
        await Task.WhenAll(Enumerable.Range(0, 10).SelectMany(i => (LedgerNode[])[_node, _other], (i, node) => node.Writer.RecordReplyAsync(LedgerNode.Entry(), Key($"{i}"), Compose, Token)));
        _time.Advance(TimeSpan.FromDays(1));
        await _node.Writer.RecordReplyAsync(LedgerNode.Entry(), Key("next day"), Compose, Token);

        Assert.Equal(2L, await CountAsync("ledger_day_key"));
        Assert.Equal(2L, await _database.SuperuserAsync("select count(*) from datahub.record_key"));
        Assert.Equal(0L, await _database.SuperuserAsync("select count(*) from datahub.ledger_reply where position('reply of'::bytea in reply) > 0"));
    }

    [Fact]
    public async Task Remove_TwoDaysLater_LeavesNeitherReplyNorKey()
    {
        await _node.Writer.RecordReplyAsync(LedgerNode.Entry(), Key("old"), Compose, Token);
        _time.Advance(TimeSpan.FromDays(1));
        await _node.Writer.RecordReplyAsync(LedgerNode.Entry(), Key("young"), Compose, Token);
        Assert.Equal(0, await _node.Get<ReplyRetention>().RemoveAsync(Token));
        _time.Advance(TimeSpan.FromHours(24));

        Assert.Equal(1, await _node.Get<ReplyRetention>().RemoveAsync(Token));

        Assert.Equal("young", await _database.SuperuserAsync("select request_id from datahub.ledger_reply"));
        Assert.Equal(1L, await CountAsync("ledger_reply"));
        Assert.Equal(1L, await CountAsync("record_key"));
        Assert.NotNull(await _node.Writer.FindReplyAsync(Key("young"), Token));
        Assert.Null(await _node.Writer.FindReplyAsync(Key("old"), Token));
        Assert.Equal(2L, await CountAsync("ledger_entry"));
    }

    private static ReplyKey Key(string id, string content = "content") => new("approval-1", id, Encoding.UTF8.GetBytes(content.PadRight(32)));

    private static byte[] Compose(LedgerTicket ticket) => Encoding.UTF8.GetBytes($"reply of {ticket.Leaf.Id}/{ticket.Ordinal} {Guid.NewGuid()}");

    private Task<object?> CountAsync(string table) => _database.SuperuserAsync($"select count(*) from datahub.{table}");
}

using DataHub.Kernel.Faults;
using DataHub.Ledger.Sequencing;
using DataHub.Ledger.Tests.Support;
using DataHub.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace DataHub.Ledger.Tests.Sequencing;

/// <summary>What a node remembers outside the database, and what it does when the database says otherwise.</summary>
public sealed class HeadMemoryTests(LedgerFixture postgres) : IAsyncLifetime
{
    private readonly TestSigners _signers = new();
    private readonly List<LedgerNode> _nodes = [];
    private TestDatabase _database = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _database = await postgres.CloneAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        await _database.DisposeAsync();
        _signers.Dispose();
    }

    [Theory]
    [InlineData("delete from datahub.ledger_head where size = (select max(size) from datahub.ledger_head)")]
    [InlineData("delete from datahub.ledger_head")]
    [InlineData("update datahub.leaf_sequence set hash = '\\x00' where idx = 1")]
    [InlineData("delete from datahub.leaf_sequence where idx = 2")]
    public async Task Check_DatabaseIsNotWhatThisNodeSaw_ShutsTheGate(string tampering)
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("datahub-head-").FullName, "ledger-head");
        var node = Node(file);
        await RecordAloneAsync(node, 3);
        await node.SequenceAsync();
        await RecordAloneAsync(node, 3);
        await node.SequenceAsync();
        await _database.SuperuserAsync(tampering);

        var restarted = Node(file);
        await restarted.Sequencer.CheckAsync(Token);
        await restarted.Sequencer.StepAsync(Token);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);

        Assert.Equal("LEDGER_ROLLED_BACK", (await Assert.ThrowsAsync<FaultException>(() => restarted.Writer.RecordAsync(LedgerNode.Entry(), Token))).Code);
    }

    [Fact]
    public async Task Check_DatabaseGrewSince_GoesOn()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("datahub-head-").FullName, "ledger-head");
        var node = Node(file);
        await RecordAloneAsync(node, 3);
        await node.SequenceAsync();
        var other = Node();
        await RecordAloneAsync(other, 300);
        await other.SequenceAsync();

        var restarted = Node(file);
        Assert.True(await restarted.Sequencer.CheckAsync(Token));
        await restarted.Writer.RecordAsync(LedgerNode.Entry(), Token);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public async Task AcceptedRollback_AfterAnOldBackup_OpensTheGateAndIsRecorded()
    {
        using var folder = new TempFolder();
        var file = folder.File("ledger-head");
        var node = Node(file);
        await RecordAloneAsync(node, 3);
        await node.SequenceAsync();
        await _database.SuperuserAsync("delete from datahub.ledger_head; delete from datahub.leaf_sequence; delete from datahub.ledger_leaf; delete from datahub.ledger_entry");
        await using (var refused = Node(file))
        {
            Assert.False(await refused.Sequencer.CheckAsync(Token));
            _nodes.Remove(refused);
        }

        Assert.Equal(3, AcceptedRollback.Accept(file)!.Size);
        var restarted = Node(file);
        await restarted.StartSequencingAsync();

        Assert.StartsWith("head of 3 leaves", (string?)await _database.SuperuserAsync("select target from datahub.ledger_entry where method = 'hub/audit/accept-rollback' and kind = 6"), StringComparison.Ordinal);
        await restarted.Writer.RecordAsync(LedgerNode.Entry(), Token);
        Assert.Null(AcceptedRollback.Accept(folder.File("none")));
        Assert.Contains(Directory.GetFiles(Path.GetDirectoryName(file)!), path => path.EndsWith("ledger-head.3.forgotten", StringComparison.Ordinal));
    }

    private static async Task RecordAloneAsync(LedgerNode node, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await node.Writer.RecordAsync(LedgerNode.Entry(), Token);
        }
    }

    private LedgerNode Node(string? headFile = null)
    {
        var node = new LedgerNode(_database, _signers, more: services => services.Configure<LedgerOptions>(options => options.HeadFile = headFile));
        _nodes.Add(node);
        return node;
    }
}

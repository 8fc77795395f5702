using System.Diagnostics;
using DataHub.Crypto.Sm2;
using DataHub.Kernel.Faults;
using DataHub.Ledger.Heads;
using DataHub.Ledger.Storage;
using DataHub.Ledger.Tests.Support;
using DataHub.Ledger.Tree;
using DataHub.TestKit;
using Npgsql;

namespace DataHub.Ledger.Tests.Sequencing;

public sealed class SequencerTests(LedgerFixture postgres) : IAsyncLifetime
{
    private const string Unsequenced = "select count(*) from datahub.ledger_leaf l where not exists (select from datahub.leaf_sequence s where s.leaf_id = l.leaf_id)";

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

    [Fact]
    public async Task Step_LeavesWritten_GetDensePlacesUnderASignedChainOfHeads()
    {
        var node = Node();
        await node.SequenceAsync();
        for (var i = 0; i < 3; i++)
        {
            await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => node.Writer.RecordAsync(LedgerNode.Entry(), Token)));
            await node.Events.AppendAsync([LedgerNode.Event($"test/note/{i}")], cancellationToken: Token);
            await node.SequenceAsync();
        }

        await AssertWholeAsync();
    }

    [Fact]
    public async Task Step_ThousandsOfLeaves_StoreTilesFromWhichAnyNodeGoesOn()
    {
        var node = Node();
        await RecordAloneAsync(node, 700);
        await node.SequenceAsync();
        Assert.Equal(2L, await CountAsync("ledger_tile"));

        var other = Node();
        await RecordAloneAsync(other, 100);
        await other.SequenceAsync();
        await RecordAloneAsync(node, 1);
        await node.SequenceAsync();

        await AssertWholeAsync();
    }

    [Fact]
    public async Task Service_WritersThatCommitLateRollBackAndDie_EveryCommittedLeafGetsOnePlaceSoon()
    {
        LedgerNode[] nodes = [Node(), Node(), Node()];
        await Task.WhenAll(nodes.Select(node => node.StartSequencingAsync()));
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(8));
        var writers = Enumerable.Range(0, 8).Select(i => WriteAsync(nodes[i % 3], i, new Random(i), stop.Token)).ToList();
        var slowest = TimeSpan.Zero;
        while (!stop.IsCancellationRequested)
        {
            // What is committed now has its place soon, whatever else is open.
            var waiting = Stopwatch.StartNew();
            await using var waits = _database.Sources.Reader.CreateCommand($"select array_agg(leaf_id) from datahub.ledger_leaf");
            var seen = await waits.ExecuteScalarAsync(Token) as long[] ?? [];
            await UntilAsync(async () =>
            {
                await using var left = _database.Sources.Reader.CreateCommand("select count(*) from unnest($1) as i where not exists (select from datahub.leaf_sequence s where s.leaf_id = i)");
                left.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = seen });
                return await left.ExecuteScalarAsync(Token) is 0L;
            });
            slowest = waiting.Elapsed > slowest ? waiting.Elapsed : slowest;
        }

        var written = (await Task.WhenAll(writers)).Sum();
        await UntilAsync(async () => await _database.SuperuserAsync(Unsequenced) is 0L);

        TestContext.Current.TestOutputHelper?.WriteLine($"{written} leaves, slowest {slowest}");
        Assert.True(written > 100);
        Assert.True((long)(await _database.SuperuserAsync("select (select count(*) from datahub.ledger_entry) + (select count(*) from datahub.ledger_leaf where kind = 2)"))! >= written);
        await AssertWholeAsync();
    }

    [Fact]
    public async Task Step_ATransactionOpenForLong_KeepsNobodyWaitingAndIsFoundAtItsEnd()
    {
        var node = Node();
        await node.SequenceAsync();
        await using var late = await node.Events.BeginAsync(Token);
        await node.Writer.RecordAsync(late, LedgerNode.Entry("LATE"), Token);
        for (var i = 0; i < 5; i++)
        {
            await node.Writer.RecordAsync(LedgerNode.Entry(), Token);
            await node.SequenceAsync();
            Assert.Equal(i + 1L, await CountAsync("leaf_sequence"));
        }

        await late.CommitAsync();
        await node.SequenceAsync();

        Assert.Equal(6L, await CountAsync("leaf_sequence"));
        await AssertWholeAsync();
    }

    [Fact]
    public async Task Step_ManyNodesAtOnce_NeverGiveAPlaceTwice()
    {
        var nodes = Enumerable.Range(0, 4).Select(_ => Node()).ToList();
        for (var round = 0; round < 25; round++)
        {
            await Task.WhenAll(nodes.Select(node => node.Writer.RecordAsync(LedgerNode.Entry(), Token)));
            await Task.WhenAll(nodes.Concat(nodes).Select(node => Task.Run(() => node.SequenceAsync())));
        }

        await nodes[0].SequenceAsync();
        await AssertWholeAsync();
    }

    [Fact]
    public async Task Step_LeaderThatStandsStillInTheMiddle_IsEndedAndItsWorkUndone()
    {
        var node = Node();
        await node.SequenceAsync();
        await node.Writer.RecordAsync(LedgerNode.Entry(), Token);
        await using var stopped = await _database.Sources.Hub.OpenConnectionAsync(Token);
        await using var transaction = await stopped.BeginTransactionAsync(Token);
        await RunAsync(stopped, TreeSql.EndIfStopped.Replace("5s", "300ms", StringComparison.Ordinal));
        await RunAsync(stopped, TreeSql.TryLead);
        await RunAsync(stopped, "insert into leaf_sequence (idx, leaf_id, hash) select 0, leaf_id, '\\x00' from ledger_leaf");

        await node.Sequencer.StepAsync(Token);
        Assert.Equal(0L, await CountAsync("leaf_sequence"));
        await UntilAsync(async () =>
        {
            await node.Sequencer.StepAsync(Token);
            return await CountAsync("leaf_sequence") is 1L;
        });

        await Assert.ThrowsAnyAsync<NpgsqlException>(() => transaction.CommitAsync(Token));
        await AssertWholeAsync();
    }

    [Fact]
    public async Task Step_TransactionNumbersBegunAnew_FindsAllAgain()
    {
        var node = Node();
        await node.Writer.RecordAsync(LedgerNode.Entry(), Token);
        await node.SequenceAsync();
        await _database.SuperuserAsync("update datahub.ledger_head set low_xid = '9000000000'"); // As after a dump restored into a younger cluster.
        var other = Node();
        await other.Writer.RecordAsync(LedgerNode.Entry(), Token);

        await other.SequenceAsync();

        Assert.Equal(2L, await CountAsync("leaf_sequence"));
    }

    private async Task AssertWholeAsync()
    {
        Assert.Equal(0L, await _database.SuperuserAsync(Unsequenced));
        Assert.Equal(await CountAsync("ledger_leaf"), await CountAsync("leaf_sequence"));
        Assert.Equal(await CountAsync("leaf_sequence"), await _database.SuperuserAsync("select coalesce(max(idx) + 1, 0) from datahub.leaf_sequence"));
        var (edge, previous) = (new TreeEdge(), TreeHead.NoHead);
        await using var connection = await _database.Sources.Hub.OpenConnectionAsync(Token);
        var hashes = new List<byte[]>();
        await using (var read = new NpgsqlCommand("select hash from leaf_sequence order by idx", connection))
        await using (var reader = await read.ExecuteReaderAsync(Token))
        {
            while (await reader.ReadAsync(Token))
            {
                hashes.Add(reader.GetFieldValue<byte[]>(0));
            }
        }

        for (var head = await HeadTable.FromAsync(connection, 0, Token); head is not null; head = await HeadTable.FromAsync(connection, head.Size + 1, Token))
        {
            hashes.Skip((int)edge.Size).Take((int)(head.Size - edge.Size)).ToList().ForEach(hash => edge.Append(hash));
            Assert.Equal(edge.Root(), head.Head.Root.ToArray());
            Assert.Equal(previous.ToArray(), head.Head.Previous.ToArray());
            Assert.True(Sm2.Verify(TestSigners.HeadKey, head.Signed.Text.Span, head.Signed.Signature.Span));
            previous = head.Signed.Hash();
        }

        Assert.Equal(hashes.Count, edge.Size);
    }

    // Leaves that commit at once, late, never, or whose connection is cut.
    private async Task<int> WriteAsync(LedgerNode node, int writer, Random random, CancellationToken stop)
    {
        var written = 0;
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            try
            {
                if (random.Next(4) > 0)
                {
                    await node.Writer.RecordAsync(LedgerNode.Entry(), Token);
                    written++;
                    continue;
                }

                await using var transaction = await node.Events.BeginAsync(Token);
                await transaction.AppendAsync([LedgerNode.Event($"test/note/{writer}-{i}")], Token);
                await node.Writer.RecordAsync(transaction, LedgerNode.Entry(), Token);
                await Task.Delay(random.Next(20) == 0 ? 3_000 : random.Next(50), Token);
                switch (random.Next(5))
                {
                    case 0:
                        break;
                    case 1:
                        await _database.SuperuserAsync($"select pg_terminate_backend({transaction.Connection.ProcessID})");
                        await transaction.CommitAsync();
                        break;
                    default:
                        await transaction.CommitAsync();
                        written += 2;
                        break;
                }
            }
            catch (FaultException e) when (e.Kind is FaultKind.Unavailable)
            {
                continue; // Its connection was cut.
            }
        }

        return written;
    }

    private static async Task RecordAloneAsync(LedgerNode node, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await node.Writer.RecordAsync(LedgerNode.Entry(), Token);
        }
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Token);
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var i = 0; i < 600; i++)
        {
            if (await condition())
            {
                return;
            }

            await Task.Delay(50, Token);
        }

        Assert.Fail("It did not come about within half a minute.");
    }

    private LedgerNode Node()
    {
        var node = new LedgerNode(_database, _signers);
        _nodes.Add(node);
        return node;
    }

    private Task<object?> CountAsync(string table) => _database.SuperuserAsync($"select count(*) from datahub.{table}");
}

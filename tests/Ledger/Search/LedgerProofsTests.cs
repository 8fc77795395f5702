using DataHub.Kernel.Faults;
using DataHub.Ledger.Entries;
using DataHub.Ledger.Heads;
using DataHub.Ledger.Proofs;
using DataHub.Ledger.Search;
using DataHub.Ledger.Tests.Support;
using DataHub.Ledger.Tree;
using DataHub.TestKit;

namespace DataHub.Ledger.Tests.Search;

public sealed class LedgerProofsTests(LedgerFixture postgres) : IAsyncLifetime
{
    private readonly TestSigners _signers = new();
    private TestDatabase _database = null!;
    private LedgerNode _node = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private LedgerProofs Proofs => _node.Get<LedgerProofs>();

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
    public async Task Entry_UnderEveryLaterHead_IsProved()
    {
        var tickets = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => _node.Writer.RecordAsync(LedgerNode.Entry(caseNo: $"{i}"), Token)));
        await _node.SequenceAsync();
        var early = TreeHead.Parse((await Proofs.HeadAsync(null, Token)).Head.Text.Span).Size;
        for (var i = 0; i < 600; i++)
        {
            await _node.Writer.RecordAsync(LedgerNode.Entry(), Token);
        }

        await _node.SequenceAsync();

        foreach (var (ticket, i) in tickets.Select((ticket, i) => (ticket, i)))
        {
            foreach (var size in (long?[])[early, null])
            {
                var proof = await Proofs.EntryAsync(ticket.Leaf.Id, ticket.Ordinal, size, Token);
                Assert.Equal($"{i}", proof.InLeaf!.Entry!.CaseNo);
                Assert.Equal(ticket.Leaf.ToBytes(), proof.InLeaf.Leaf.ToBytes());
                AssertProved(proof);
            }
        }
    }

    [Fact]
    public async Task Event_OfAnAppendOfMany_IsProved()
    {
        var result = await _node.Events.AppendAsync([.. Enumerable.Range(0, 50).Select(i => LedgerNode.Event($"test/note/{i:00}", $"note {i}"))], cancellationToken: Token);
        await _node.SequenceAsync();

        var stored = Assert.Single((await _node.Events.ReadAsync("test/note/17", cancellationToken: Token)).Events);
        var proof = await Proofs.EventAsync(stored.Sequence, null, Token);

        AssertProved(proof);
        Assert.Equal(EventHash.Of(stored.StreamId, stored.Type, stored.Version, stored.Sequence, stored.Timestamp, System.Text.Encoding.UTF8.GetBytes(stored.Json)), proof.InLeaf!.Hash.ToArray());
        Assert.Equal("EVENT_NOT_LEDGERED", (await Assert.ThrowsAsync<FaultException>(() => Proofs.EventAsync(result.LastSequence + 1, null, Token))).Code);
    }

    [Fact]
    public async Task Head_AgainstEveryEarlierSize_IsConsistent()
    {
        var heads = new List<TreeHead>();
        foreach (var more in (int[])[1, 2, 5, 300, 40])
        {
            for (var i = 0; i < more; i++)
            {
                await _node.Writer.RecordAsync(LedgerNode.Entry(), Token);
            }

            await _node.SequenceAsync();
            heads.Add(TreeHead.Parse((await Proofs.HeadAsync(null, Token)).Head.Text.Span));
        }

        foreach (var old in heads)
        {
            var proof = await Proofs.HeadAsync(old.Size, Token);
            Assert.True(ConsistencyProof.Verify(old.Size, old.Root.Span, heads[^1].Size, heads[^1].Root.Span, proof.Consistency));
        }

        Assert.Equal("HEAD_UNKNOWN", (await Assert.ThrowsAsync<FaultException>(() => Proofs.HeadAsync(heads[^1].Size + 1, Token))).Code);
    }

    [Fact]
    public async Task Entry_NotSequencedYetOrNotThere_SaysWhich()
    {
        var ticket = await _node.Writer.RecordAsync(LedgerNode.Entry(), Token);

        Assert.Equal("LEAF_NOT_IN_TREE", (await Assert.ThrowsAsync<FaultException>(() => Proofs.EntryAsync(ticket.Leaf.Id, 0, null, Token))).Code);
        await _node.SequenceAsync();
        Assert.Equal("LEAF_UNKNOWN", (await Assert.ThrowsAsync<FaultException>(() => Proofs.EntryAsync(ticket.Leaf.Id, 1, null, Token))).Code);
        Assert.Equal("LEAF_UNKNOWN", (await Assert.ThrowsAsync<FaultException>(() => Proofs.EntryAsync(ticket.Leaf.Id + 1, 0, null, Token))).Code);
        Assert.Equal("HEAD_UNKNOWN", (await Assert.ThrowsAsync<FaultException>(() => Proofs.EntryAsync(ticket.Leaf.Id, 0, 77, Token))).Code);
    }

    private static void AssertProved(EntryProof proof)
    {
        var head = TreeHead.Parse(proof.Head.Text.Span);
        var inLeaf = proof.InLeaf!;
        Assert.Equal(inLeaf.Leaf.Hash(), proof.LeafHash.ToArray());
        Assert.True(InclusionProof.Verify(inLeaf.Hash.Span, inLeaf.Ordinal, inLeaf.Leaf.Count, inLeaf.Path, inLeaf.Leaf.Root.Span));
        Assert.True(InclusionProof.Verify(proof.LeafHash.Span, proof.Index, head.Size, proof.PathInTree, head.Root.Span));
        if (inLeaf.Entry is { } entry)
        {
            Assert.Equal(Merkle.HashLeaf(EntryBytes.Of(entry)), inLeaf.Hash.ToArray());
        }
    }
}

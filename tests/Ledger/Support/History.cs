using System.Text;
using DataHub.Crypto.Signing;
using DataHub.Kernel;
using DataHub.Ledger.Auditing;
using DataHub.Ledger.Entries;
using DataHub.Ledger.Export;
using DataHub.Ledger.Heads;
using DataHub.Ledger.Tree;

namespace DataHub.Ledger.Tests.Support;

/// <summary>The tables of a ledger as a hub fills them, in memory, open to whoever wants to change them behind its back.</summary>
internal sealed class History
{
    public static readonly HubName Hub = new("town");

    private readonly Random _random;
    private DateTimeOffset _now = Signers.Start;
    private long _leafId;
    private long _sequence;

    private History(int seed) => _random = new Random(seed);

    public List<ExportedLeaf> Leaves { get; private set; } = [];

    public List<ExportedLeaf> Pending { get; } = [];

    public List<SignedHead> Heads { get; private set; } = [];

    public List<ExportedEvent> Events { get; private set; } = [];

    /// <summary>A history of so many leaves, acts and events in turns, a head after every one to six of them, some events of another application between.</summary>
    public static History Of(int leaves, int seed = 1)
    {
        var history = new History(seed);
        history.Grow(leaves);
        return history;
    }

    /// <summary>Goes on as the hub does.</summary>
    public void Grow(int leaves)
    {
        var end = Leaves.Count + leaves;
        while (Leaves.Count < end)
        {
            for (var i = _random.Next(1, 7); i > 0 && Leaves.Count < end; i--)
            {
                Leaves.Add(Sequenced(Leaves.Count % 2 == 0 ? NewActs(_random.Next(1, 6)) : NewEvents(_random.Next(1, 5))));
            }

            SignHead(Signers.Hub);
        }
    }

    /// <summary>What stands at a place of the sequence: a leaf with the hash it has.</summary>
    public ExportedLeaf Sequenced(ExportedLeaf leaf, long? index = null) => leaf with { Index = index ?? Leaves.Count, Hash = Merkle.HashLeaf(leaf.Leaf.Span) };

    public ExportedLeaf NewActs(int count, DateTimeOffset? at = null)
    {
        var entries = Enumerable.Range(0, count).Select(i => (ReadOnlyMemory<byte>)EntryBytes.Of(Act($"ZJ-{_leafId}-{i}"))).ToList();
        return NewLeaf(LeafKind.Acts, entries, [], entries.Select(entry => (ReadOnlyMemory<byte>)Merkle.HashLeaf(entry.Span)), at);
    }

    public ExportedLeaf NewEvents(int count)
    {
        var named = Enumerable.Range(0, count).Select(_ => Name(NewEvent($"town/licence/{_random.Next(100)}"))).ToList();
        if (_random.Next(3) == 0)
        {
            NewEvent("ext/permits/7");
        }

        return NewLeaf(LeafKind.Events, [], named, named.Select(name => name.Hash), null);
    }

    public ExportedEvent NewEvent(string stream)
    {
        var stored = new ExportedEvent(++_sequence, stream, "licence_minted", _random.Next(1, 50), Tick(), Encoding.UTF8.GetBytes($$"""{"serial": "{{_sequence}}", "area": [1, true, null]}"""));
        Events.Add(stored);
        return stored;
    }

    public static LeafEvent Name(ExportedEvent stored) => new(stored.Sequence, EventHash.Of(stored.StreamId, stored.Type, stored.Version, stored.Sequence, stored.At, stored.Json));

    /// <summary>The leaf made anew over what it now holds, which is what somebody does who wants the change to pass.</summary>
    public static ExportedLeaf Rehashed(ExportedLeaf leaf, bool withSequence)
    {
        var hashes = leaf.Entries.Select(entry => (ReadOnlyMemory<byte>)Merkle.HashLeaf(entry.Span)).Concat(leaf.Events.Select(name => name.Hash));
        var bytes = (Leaf.Read(leaf.Leaf.Span) with { Root = new MerkleTree(hashes).Root }).ToBytes();
        return leaf with { Leaf = bytes, Hash = withSequence ? Merkle.HashLeaf(bytes) : leaf.Hash };
    }

    /// <summary>Numbers the sequence anew from 0.</summary>
    public void Renumber() => Leaves = [.. Leaves.Select((leaf, index) => leaf with { Index = index })];

    /// <summary>Makes all heads anew for the leaves there are, with the sizes and times of the old ones.</summary>
    public void SignAnew(ISigner signer)
    {
        var old = Heads.Select(head => TreeHead.Parse(head.Text.Span)).ToList();
        Heads = [];
        old.ForEach(head => AddHead(Math.Min(head.Size, Leaves.Count), head.At, signer));
    }

    public TreeHead Head(int number) => TreeHead.Parse(Heads[number].Text.Span);

    public static LedgerEntry Act(string caseNo) => new()
    {
        Kind = EntryKind.Answered,
        Account = "consumer-1",
        Organisation = "11330100002489559R",
        Method = "VerificationService/Verify",
        Outcome = "OK",
        Subject = "p-0a1b2c",
        CaseNo = caseNo,
        Commitment = new byte[32],
    };

    public Task ExportAsync(string folder, bool withEvents = true) => ExportWriter.WriteAsync(
        folder,
        Hub,
        new ExportSource(Leaves.ToAsyncEnumerable(), Pending.ToAsyncEnumerable(), Heads.ToAsyncEnumerable(), withEvents ? Events.ToAsyncEnumerable() : null),
        TestContext.Current.CancellationToken);

    /// <summary>Exports and audits.</summary>
    public async Task<AuditReport> AuditAsync(params SignedHead[] witnesses)
    {
        using var folder = new TempFolder();
        await ExportAsync(folder.File("export"));
        return ExportAuditor.Run(folder.File("export"), new AuditOptions { Roots = Signers.Roots, Witnesses = witnesses, SortedInMemory = 16 }, TestContext.Current.CancellationToken);
    }

    private ExportedLeaf NewLeaf(LeafKind kind, List<ReadOnlyMemory<byte>> entries, List<LeafEvent> events, IEnumerable<ReadOnlyMemory<byte>> hashes, DateTimeOffset? at)
    {
        var leaf = new Leaf(++_leafId, kind, at ?? Tick(), entries.Count + events.Count, new MerkleTree(hashes).Root);
        return new ExportedLeaf(null, leaf.Id, default, leaf.ToBytes(), entries, events);
    }

    private void SignHead(ISigner signer) => AddHead(Leaves.Count, Tick(), signer);

    private void AddHead(long size, DateTimeOffset at, ISigner signer)
    {
        var edge = new TreeEdge();
        Leaves.Take((int)size).ToList().ForEach(leaf => edge.Append(leaf.Hash.Span));
        Heads.Add(SignedHead.Sign(new TreeHead(Hub, size, edge.Root(), at, Heads.Count == 0 ? TreeHead.NoHead : Heads[^1].Hash()), signer));
    }

    // A quarter of a minute a step, so that a few dozen leaves cover more than the tolerances.
    private DateTimeOffset Tick() => _now = _now.AddSeconds(15).AddMicroseconds(_random.Next(1000));
}

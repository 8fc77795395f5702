using DataHub.EventStore.Postgres;
using DataHub.Kernel.Faults;
using DataHub.Ledger.Entries;
using DataHub.Ledger.Proofs;
using DataHub.Ledger.Storage;
using DataHub.Ledger.Tree;
using Npgsql;

namespace DataHub.Ledger.Search;

/// <summary>
/// Makes proofs out of what is stored. They are worth something to whoever checks them against a signed head, not because they come from here. Every method may throw a <see cref="FaultException"/> with
/// <c>DATABASE_AWAY</c>, or <c>LEDGER_DAMAGED</c> where nodes are missing.
/// </summary>
public sealed class LedgerProofs
{
    private readonly PostgresDataSources _sources;

    internal LedgerProofs(PostgresDataSources sources) => _sources = sources;

    /// <summary>The last head, with the proof that it grew out of an earlier size.</summary>
    /// <param name="oldSize">Size of a head seen earlier; null = no proof is wanted.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="FaultException">There is no head yet, or none that large: <c>HEAD_UNKNOWN</c>.</exception>
    public Task<HeadProof> HeadAsync(long? oldSize, CancellationToken cancellationToken) => InSnapshotAsync(
        async connection =>
        {
            var head = await HeadTable.LastAsync(connection, cancellationToken) ?? throw LedgerFaults.HeadUnknown();
            if (oldSize is < 0 || oldSize > head.Size)
            {
                throw LedgerFaults.HeadUnknown();
            }

            var proof = oldSize is { } size ? await ConsistencyProof.ComputeAsync(size, head.Size, Nodes(connection), cancellationToken) : [];
            return new HeadProof(head.Signed, proof);
        },
        cancellationToken);

    /// <summary>That an entry stands in the ledger.</summary>
    /// <param name="leafId">Its leaf.</param>
    /// <param name="ordinal">Its place there.</param>
    /// <param name="size">Size of the head to prove it under; null = the last.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="FaultException"><c>LEAF_UNKNOWN</c>; <c>HEAD_UNKNOWN</c>; <c>LEAF_NOT_IN_TREE</c>: not under that head (yet).</exception>
    public Task<EntryProof> EntryAsync(long leafId, int ordinal, long? size, CancellationToken cancellationToken) => InSnapshotAsync(
        async connection =>
        {
            var rows = new LeafRows(connection);
            var stored = await rows.FindAsync(leafId, cancellationToken);
            var inLeaf = stored is null ? null : await InLeafAsync(rows, stored, ordinal, cancellationToken);
            return await InTreeAsync(connection, leafId, size, isStored: stored is not null, inLeaf, cancellationToken);
        },
        cancellationToken);

    /// <summary>That an event stands in the ledger.</summary>
    /// <param name="sequence">Its place among all events.</param>
    /// <param name="size">Size of the head to prove it under; null = the last.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="FaultException"><c>EVENT_NOT_LEDGERED</c>; <c>HEAD_UNKNOWN</c>; <c>LEAF_NOT_IN_TREE</c>: not under that head (yet).</exception>
    public Task<EntryProof> EventAsync(long sequence, long? size, CancellationToken cancellationToken) => InSnapshotAsync(
        async connection =>
        {
            foreach (var stored in await new LeafRows(connection).OfEventAsync(sequence, cancellationToken))
            {
                for (var ordinal = 0; ordinal < stored.EventCount; ordinal++)
                {
                    if (stored.SequenceOf(ordinal) == sequence)
                    {
                        return await InTreeAsync(connection, stored.Leaf.Id, size, isStored: true, OfEvent(stored, ordinal), cancellationToken);
                    }
                }
            }

            throw LedgerFaults.EventNotLedgered();
        },
        cancellationToken);

    private static async Task<LeafProof> InLeafAsync(LeafRows rows, StoredLeaf stored, int ordinal, CancellationToken cancellationToken)
    {
        if (stored.Leaf.Kind is LeafKind.Events)
        {
            return ordinal >= 0 && ordinal < stored.EventCount ? OfEvent(stored, ordinal) : throw LedgerFaults.LeafUnknown();
        }

        var entries = await rows.EntriesAsync(stored.Leaf, cancellationToken);
        if (ordinal < 0 || ordinal >= entries.Count)
        {
            throw LedgerFaults.LeafUnknown();
        }

        ReadOnlyMemory<byte>[] hashes = [.. entries.Select(entry => (ReadOnlyMemory<byte>)Merkle.HashLeaf(EntryBytes.Of(entry.Entry)))];
        return new LeafProof(stored.Leaf, ordinal, hashes[ordinal], new MerkleTree(hashes).PathOf(ordinal), entries[ordinal].Entry);
    }

    private static LeafProof OfEvent(StoredLeaf stored, int ordinal)
    {
        var tree = new MerkleTree(Enumerable.Range(0, stored.EventCount).Select(stored.HashOf));
        return new LeafProof(stored.Leaf, ordinal, stored.HashOf(ordinal), tree.PathOf(ordinal), null);
    }

    private static async Task<EntryProof> InTreeAsync(
        NpgsqlConnection connection, long leafId, long? size, bool isStored, LeafProof? inLeaf, CancellationToken cancellationToken)
    {
        if (await new LeafRows(connection).PlaceAsync(leafId, cancellationToken) is not { } place)
        {
            throw isStored ? LedgerFaults.NotInTree() : LedgerFaults.LeafUnknown();
        }

        var head = size is { } wanted
            ? await HeadTable.FromAsync(connection, wanted, cancellationToken) is { } found && found.Size == wanted ? found : throw LedgerFaults.HeadUnknown()
            : await HeadTable.LastAsync(connection, cancellationToken) ?? throw LedgerFaults.HeadUnknown();
        if (place.Index >= head.Size)
        {
            throw LedgerFaults.NotInTree();
        }

        var path = await InclusionProof.ComputeAsync(place.Index, head.Size, Nodes(connection), cancellationToken);
        return new EntryProof(leafId, place.Index, place.Hash, path, head.Signed, inLeaf);
    }

    private static NodeReader Nodes(NpgsqlConnection connection) => new TiledNodes(new TreeTable(connection).ReadAsync).ReadAsync;

    private Task<T> InSnapshotAsync<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellationToken) => PostgresFaults.GuardAsync(async () =>
    {
        try
        {
            await using var connection = await _sources.Reader.OpenConnectionAsync(cancellationToken);
            await using var snapshot = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
            return await read(connection);
        }
        catch (InvalidDataException e)
        {
            throw LedgerFaults.TreeDamaged(e);
        }
    });
}

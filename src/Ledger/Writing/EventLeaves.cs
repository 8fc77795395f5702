using System.Buffers.Binary;
using DataHub.Crypto.Sm2;
using DataHub.EventStore;
using DataHub.EventStore.Postgres;
using DataHub.EventStore.Streams;
using DataHub.Ledger.Entries;
using DataHub.Ledger.Storage;
using DataHub.Ledger.Tree;
using Npgsql;

namespace DataHub.Ledger.Writing;

/// <summary>Adds a leaf to every append: one row, 40 bytes an event. Streams under <c>ext/</c> are other applications' and not ledgered.</summary>
internal sealed class EventLeaves(LeafIds ids, Partitions partitions, LedgerGate gate, LedgerBell bell) : ITransactionParticipant
{
    /// <summary>Bytes an event takes in its leaf: sequence (big-endian) and hash.</summary>
    public const int EventBytes = sizeof(long) + Sm3.HashBytes;

    private const string Foreign = "ext/";

    public async Task OnAppendedAsync(EventTransaction transaction, IReadOnlyList<AppendedEvent> events, CancellationToken cancellationToken)
    {
        gate.RequireOpen();
        List<AppendedEvent> own = [.. events.Where(e => !e.Event.StreamId.StartsWith(Foreign, StringComparison.Ordinal))];
        if (own.Count == 0)
        {
            return;
        }

        await PostgresFaults.GuardAsync(async () =>
        {
            var at = own[0].Timestamp;
            await partitions.EnsureAsync(at, cancellationToken);
            var (packed, root) = Pack(own);
            var leaf = new Leaf(await ids.TakeAsync(transaction.Connection, cancellationToken), LeafKind.Events, at, own.Count, root);
            await using var batch = new NpgsqlBatch(transaction.Connection) { BatchCommands = { LeafTable.Insert(leaf, signature: null, packed) } };
            return await batch.ExecuteNonQueryAsync(cancellationToken);
        });
        bell.Ring(); // Before the commit: whoever looks too early looks again a moment later.
    }

    private static (byte[] Packed, ReadOnlyMemory<byte> Root) Pack(List<AppendedEvent> events)
    {
        var packed = new byte[events.Count * EventBytes];
        var hashes = new ReadOnlyMemory<byte>[events.Count];
        for (var i = 0; i < events.Count; i++)
        {
            var e = events[i];
            var place = packed.AsMemory(i * EventBytes, EventBytes);
            BinaryPrimitives.WriteInt64BigEndian(place.Span, e.Sequence);
            EventHash.Of(e.Event.StreamId, e.TypeAlias, e.Version, e.Sequence, e.Timestamp, e.Json).CopyTo(place[sizeof(long)..]);
            hashes[i] = place[sizeof(long)..];
        }

        return (packed, new MerkleTree(hashes).Root);
    }
}

using System.Buffers.Binary;
using DataHub.Crypto.Sm2;
using DataHub.Ledger.Entries;
using DataHub.Ledger.Search;
using DataHub.Ledger.Writing;
using Npgsql;

namespace DataHub.Ledger.Storage;

/// <summary>A leaf as it stands in the database.</summary>
/// <param name="Leaf">The leaf.</param>
/// <param name="Events">Sequence and hash of each event; empty for acts.</param>
internal sealed record StoredLeaf(Leaf Leaf, ReadOnlyMemory<byte> Events)
{
    /// <summary>Sequence of an event in it.</summary>
    public long SequenceOf(int ordinal) => BinaryPrimitives.ReadInt64BigEndian(Events.Span[(ordinal * EventLeaves.EventBytes)..]);

    /// <summary>Hash of an event in it.</summary>
    public ReadOnlyMemory<byte> HashOf(int ordinal) => Events.Slice((ordinal * EventLeaves.EventBytes) + sizeof(long), Sm3.HashBytes);

    /// <summary>How many events it names.</summary>
    public int EventCount => Events.Length / EventLeaves.EventBytes;

    /// <summary>Columns leaf, time, kind, count, root, events, from <paramref name="first"/> on.</summary>
    public static StoredLeaf Map(NpgsqlDataReader row, int first = 0) => new(
        new Leaf(row.GetInt64(first), (LeafKind)row.GetInt16(first + 2), row.GetFieldValue<DateTimeOffset>(first + 1), row.GetInt32(first + 3), row.GetFieldValue<byte[]>(first + 4)),
        row.IsDBNull(first + 5) ? default : row.GetFieldValue<byte[]>(first + 5));
}

/// <summary>Reads leaves and what is under them, on one connection.</summary>
internal sealed class LeafRows(NpgsqlConnection connection)
{
    public async Task<StoredLeaf?> FindAsync(long leafId, CancellationToken cancellationToken) =>
        await ReadAsync(TreeSql.Leaf, leafId, cancellationToken) is [var first, ..] ? first : null;

    public Task<IReadOnlyList<StoredLeaf>> OfEventAsync(long sequence, CancellationToken cancellationToken) => ReadAsync(TreeSql.LeavesOfEvent, sequence, cancellationToken);

    public async Task<IReadOnlyList<RecordedEntry>> EntriesAsync(Leaf leaf, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(TreeSql.EntriesOfLeaf, connection) { Parameters = { LeafTable.Time(leaf.At), new NpgsqlParameter<long> { TypedValue = leaf.Id } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var entries = new List<RecordedEntry>(leaf.Count);
        while (await reader.ReadAsync(cancellationToken))
        {
            entries.Add(EntryRows.Map(reader));
        }

        return entries;
    }

    public async Task<(long Index, byte[] Hash)?> PlaceAsync(long leafId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(TreeSql.PlaceOf, connection) { Parameters = { new NpgsqlParameter<long> { TypedValue = leafId } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)) : null;
    }

    private async Task<IReadOnlyList<StoredLeaf>> ReadAsync(string sql, long key, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new NpgsqlParameter<long> { TypedValue = key } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var leaves = new List<StoredLeaf>();
        while (await reader.ReadAsync(cancellationToken))
        {
            leaves.Add(StoredLeaf.Map(reader));
        }

        return leaves;
    }
}

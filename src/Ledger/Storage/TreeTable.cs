using System.Numerics;
using DataHub.Crypto.Sm2;
using DataHub.Ledger.Tree;
using Npgsql;

namespace DataHub.Ledger.Storage;

/// <summary>Reads the tree as it stands in the database, on one connection.</summary>
internal sealed class TreeTable(NpgsqlConnection connection)
{
    /// <summary>A tile; the last of its level as far as it goes. A <see cref="TileReader"/>.</summary>
    /// <exception cref="InvalidDataException">A node in its midst is missing, or not 32 bytes.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(Tile tile, CancellationToken cancellationToken)
    {
        var from = tile.Index * Tile.Width;
        await using var command = new NpgsqlCommand(tile.Level == 0 ? TreeSql.LeafHashes : TreeSql.TileRoots, connection);
        if (tile.Level > 0)
        {
            command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)tile.Level });
        }

        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = from });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = from + Tile.Width });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var hashes = new byte[Tile.Width * Sm3.HashBytes];
        var count = 0;
        for (; await reader.ReadAsync(cancellationToken); count++)
        {
            var hash = reader.GetFieldValue<byte[]>(1);
            if (reader.GetInt64(0) != from + count || hash.Length != Sm3.HashBytes)
            {
                throw new InvalidDataException($"Node {from + count} of level {tile.Level} is missing or damaged.");
            }

            hash.CopyTo(hashes.AsSpan(count * Sm3.HashBytes));
        }

        return hashes.AsMemory(0, count * Sm3.HashBytes);
    }

    /// <summary>The right edge of the tree at a size.</summary>
    /// <exception cref="InvalidDataException">What is stored does not reach that far.</exception>
    public async Task<TreeEdge> EdgeAsync(long size, CancellationToken cancellationToken)
    {
        var nodes = new TiledNodes(ReadAsync);
        var bytes = new byte[sizeof(long) + (BitOperations.PopCount((ulong)size) * Sm3.HashBytes)];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes, size);
        var place = sizeof(long);
        for (var rest = size; rest > 0; place += Sm3.HashBytes)
        {
            var level = BitOperations.Log2((ulong)rest);
            rest -= 1L << level;
            var hash = await nodes.ReadAsync(new TreeNode(level, (size - rest - (1L << level)) >> level), cancellationToken);
            hash.CopyTo(bytes.AsMemory(place));
        }

        return TreeEdge.Read(bytes);
    }
}

using DataHub.Crypto.Sm2;
using DataHub.Ledger.Tree;
using Npgsql;

namespace DataHub.Ledger.Storage;

/// <summary>Computes all tiles anew from the hashes of the leaves.</summary>
internal static class TileCheck
{
    /// <summary>How many tiles differ from what is stored, are missing, or should not be there.</summary>
    public static async Task<long> RunAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var tiles = await ComputeAsync(connection, cancellationToken);
        var damaged = 0L;
        await using var command = new NpgsqlCommand(ExportSql.Tiles, connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var node = new TreeNode(reader.GetInt16(0) * Tile.Height, reader.GetInt64(1));
            damaged += tiles.Remove(node, out var root) && root.AsSpan().SequenceEqual(reader.GetFieldValue<byte[]>(2)) ? 0 : 1;
        }

        return damaged + tiles.Count;
    }

    // A tile for 256 leaves: a million of them are 4,000.
    private static async Task<Dictionary<TreeNode, byte[]>> ComputeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var (edge, tiles) = (new TreeEdge(), new Dictionary<TreeNode, byte[]>());
        await using var command = new NpgsqlCommand(ExportSql.Hashes, connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var hash = reader.GetFieldValue<byte[]>(0);
            edge.Append(hash.Length == Sm3.HashBytes ? hash : new byte[Sm3.HashBytes], (node, root) =>
            {
                if (node.Level > 0 && node.Level % Tile.Height == 0)
                {
                    tiles[node] = root.ToArray();
                }
            });
        }

        return tiles;
    }
}

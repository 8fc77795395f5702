using DataHub.Crypto.Sm2;

namespace DataHub.Ledger.Tree;

/// <summary>
/// A tile: 256 neighbouring nodes of a level that is a multiple of 8, as in the tlog-tiles form of transparency logs. Levels between are computed from the tile below. Reading a proof takes a tile for every
/// eight levels.
/// </summary>
/// <param name="Level">Level of the tile: it holds nodes of level 8 × Level.</param>
/// <param name="Index">Place among the tiles of its level: its first node is 256 × Index.</param>
public readonly record struct Tile(int Level, long Index)
{
    /// <summary>Levels from one level of tiles to the next.</summary>
    public const int Height = 8;

    /// <summary>Nodes of a full tile.</summary>
    public const int Width = 1 << Height;

    /// <summary>The tile from which a node can be computed.</summary>
    /// <param name="node">The node.</param>
    public static Tile Of(TreeNode node) => new(node.Level / Height, node.Index >> (Height - (node.Level % Height)));
}

/// <summary>Reads a tile: its hashes, 32 bytes each, one behind the other. The last tile of a level may be cut short behind its last complete node.</summary>
/// <param name="tile">Which one.</param>
/// <param name="cancellationToken">Stops reading.</param>
public delegate ValueTask<ReadOnlyMemory<byte>> TileReader(Tile tile, CancellationToken cancellationToken);

/// <summary>Gives the hash of a complete subtree.</summary>
/// <param name="node">Which one.</param>
/// <param name="cancellationToken">Stops reading.</param>
public delegate ValueTask<ReadOnlyMemory<byte>> NodeReader(TreeNode node, CancellationToken cancellationToken);

/// <summary>Nodes of a tree that is kept in tiles; every tile is read once in the life of this object, which is meant to be that of one proof. Not thread-safe.</summary>
/// <param name="read">Reads a tile.</param>
public sealed class TiledNodes(TileReader read)
{
    private readonly Dictionary<Tile, ReadOnlyMemory<byte>> _tiles = [];

    /// <summary>How many tiles were read.</summary>
    public int TilesRead => _tiles.Count;

    /// <summary>The hash of a complete subtree; a <see cref="NodeReader"/>.</summary>
    /// <param name="node">Which one.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="InvalidDataException">The tile does not reach that far.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(TreeNode node, CancellationToken cancellationToken)
    {
        var tile = Tile.Of(node);
        if (!_tiles.TryGetValue(tile, out var hashes))
        {
            _tiles[tile] = hashes = await read(tile, cancellationToken);
        }

        var count = 1 << (node.Level % Tile.Height);
        var first = (int)((node.Index * count) & (Tile.Width - 1));
        return hashes.Length >= (first + count) * Sm3.HashBytes
            ? RootOf(hashes.Slice(first * Sm3.HashBytes, count * Sm3.HashBytes))
            : throw new InvalidDataException($"Tile {tile.Level}/{tile.Index} ends before node {first + count - 1}.");
    }

    private static ReadOnlyMemory<byte> RootOf(ReadOnlyMemory<byte> hashes)
    {
        if (hashes.Length == Sm3.HashBytes)
        {
            return hashes;
        }

        var level = hashes.ToArray();
        for (var length = level.Length / 2; length >= Sm3.HashBytes; length /= 2)
        {
            for (var at = 0; at < length; at += Sm3.HashBytes)
            {
                Merkle.HashNode(level.AsSpan(2 * at, Sm3.HashBytes), level.AsSpan((2 * at) + Sm3.HashBytes, Sm3.HashBytes), level.AsSpan(at));
            }
        }

        return level.AsMemory(0, Sm3.HashBytes);
    }
}

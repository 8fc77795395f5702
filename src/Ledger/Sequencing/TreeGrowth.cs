using DataHub.Ledger.Heads;
using DataHub.Ledger.Storage;
using DataHub.Ledger.Tree;
using Npgsql;
using NpgsqlTypes;

namespace DataHub.Ledger.Sequencing;

/// <summary>Leaves added to the edge of the tree, with the tiles they complete.</summary>
internal sealed class TreeGrowth
{
    private readonly long _first;
    private readonly IReadOnlyList<WaitingLeaf> _leaves;
    private readonly List<(TreeNode Node, byte[] Hash)> _tiles = [];

    /// <summary>Adds the leaves to the edge.</summary>
    public TreeGrowth(TreeEdge edge, IReadOnlyList<WaitingLeaf> leaves)
    {
        (_first, _leaves) = (edge.Size, leaves);
        foreach (var leaf in leaves)
        {
            edge.Append(leaf.Hash, Keep);
        }
    }

    /// <summary>Writes the places, the tiles and the head.</summary>
    public async Task WriteAsync(NpgsqlConnection connection, SignedHead head, ulong lowXid, CancellationToken cancellationToken)
    {
        var signerNo = await SignerNoAsync(connection, head, cancellationToken);
        await using var batch = new NpgsqlBatch(connection);
        if (_leaves.Count > 0)
        {
            batch.BatchCommands.Add(Places());
        }

        if (_tiles.Count > 0)
        {
            batch.BatchCommands.Add(Tiles());
        }

        batch.BatchCommands.Add(Head(head, signerNo, lowXid));
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<int> SignerNoAsync(NpgsqlConnection connection, SignedHead head, CancellationToken cancellationToken)
    {
        byte[][] chain = [.. head.Certificates.Select(der => der.ToArray())];
        foreach (var sql in (string[])[TreeSql.FindSigner, TreeSql.InsertSigner])
        {
            await using var command = new NpgsqlCommand(sql, connection)
            {
                Parameters = { new NpgsqlParameter<byte[][]> { TypedValue = chain, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea } },
            };
            if (await command.ExecuteScalarAsync(cancellationToken) is int number)
            {
                return number;
            }
        }

        throw new InvalidOperationException("A signer of heads could not be noted.");
    }

    private void Keep(TreeNode node, ReadOnlySpan<byte> hash)
    {
        if (node.Level > 0 && node.Level % Tile.Height == 0)
        {
            _tiles.Add((node, hash.ToArray()));
        }
    }

    private NpgsqlBatchCommand Places() => new(TreeSql.InsertSequence)
    {
        Parameters =
        {
            new NpgsqlParameter<long> { TypedValue = _first },
            LeafTable.Column(_leaves, leaf => leaf.Id, NpgsqlDbType.Bigint),
            LeafTable.Column(_leaves, leaf => leaf.Hash, NpgsqlDbType.Bytea),
        },
    };

    private NpgsqlBatchCommand Tiles() => new(TreeSql.InsertTiles)
    {
        Parameters =
        {
            LeafTable.Column(_tiles, tile => (short)(tile.Node.Level / Tile.Height), NpgsqlDbType.Smallint),
            LeafTable.Column(_tiles, tile => tile.Node.Index, NpgsqlDbType.Bigint),
            LeafTable.Column(_tiles, tile => tile.Hash, NpgsqlDbType.Bytea),
        },
    };

    private static NpgsqlBatchCommand Head(SignedHead head, int signerNo, ulong lowXid)
    {
        var read = TreeHead.Parse(head.Text.Span);
        return new NpgsqlBatchCommand(TreeSql.InsertHead)
        {
            Parameters =
            {
                new NpgsqlParameter<long> { TypedValue = read.Size },
                LeafTable.Time(read.At),
                new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = head.Text, NpgsqlDbType = NpgsqlDbType.Bytea },
                new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = head.Signature, NpgsqlDbType = NpgsqlDbType.Bytea },
                new NpgsqlParameter<int> { TypedValue = signerNo },
                WaitingLeaves.Xid(lowXid),
            },
        };
    }
}

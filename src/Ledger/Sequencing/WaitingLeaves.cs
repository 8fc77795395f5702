using DataHub.Ledger.Entries;
using DataHub.Ledger.Storage;
using Npgsql;
using NpgsqlTypes;

namespace DataHub.Ledger.Sequencing;

/// <summary>A leaf without a place.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Hash">Its hash in the tree.</param>
/// <param name="Xid">The transaction that wrote it.</param>
internal sealed record WaitingLeaf(long Id, byte[] Hash, ulong Xid);

/// <summary>Reads leaves that have no place yet.</summary>
internal static class WaitingLeaves
{
    /// <summary>Those of transactions from <paramref name="lowXid"/> on, in order of transactions.</summary>
    public static async Task<IReadOnlyList<WaitingLeaf>> ReadAsync(NpgsqlConnection connection, ulong lowXid, int maxRows, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(TreeSql.Unsequenced, connection)
        {
            Parameters = { Xid(lowXid), new NpgsqlParameter<int> { TypedValue = maxRows } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var leaves = new List<WaitingLeaf>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var leaf = new Leaf(reader.GetInt64(0), (LeafKind)reader.GetInt16(2), reader.GetFieldValue<DateTimeOffset>(1), reader.GetInt32(3), reader.GetFieldValue<byte[]>(4));
            leaves.Add(new WaitingLeaf(leaf.Id, leaf.Hash(), reader.GetFieldValue<ulong>(5)));
        }

        return leaves;
    }

    public static NpgsqlParameter<ulong> Xid(ulong xid) => new() { TypedValue = xid, NpgsqlDbType = NpgsqlDbType.Xid8 };
}

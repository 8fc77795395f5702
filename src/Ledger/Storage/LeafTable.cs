using DataHub.Ledger.Entries;
using Npgsql;
using NpgsqlTypes;

namespace DataHub.Ledger.Storage;

/// <summary>Leaves and entries as commands of a batch.</summary>
internal static class LeafTable
{
    /// <summary>Adds a leaf.</summary>
    /// <param name="leaf">The leaf.</param>
    /// <param name="signature">Signature over its bytes; null for events.</param>
    /// <param name="events">Sequence and hash of each event; null for acts.</param>
    public static NpgsqlBatchCommand Insert(Leaf leaf, byte[]? signature, byte[]? events) => new(LedgerSql.InsertLeaf)
    {
        Parameters =
        {
            new NpgsqlParameter<long> { TypedValue = leaf.Id },
            Time(leaf.At),
            new NpgsqlParameter<short> { TypedValue = (short)leaf.Kind },
            new NpgsqlParameter<int> { TypedValue = leaf.Count },
            new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = leaf.Root, NpgsqlDbType = NpgsqlDbType.Bytea },
            Bytes(signature),
            Bytes(events),
        },
    };

    /// <summary>Adds the entries of a leaf.</summary>
    /// <param name="leaf">The leaf.</param>
    /// <param name="entries">Its entries in order.</param>
    public static NpgsqlBatchCommand Insert(Leaf leaf, IReadOnlyList<LedgerEntry> entries) => new(LedgerSql.InsertEntries)
    {
        Parameters =
        {
            new NpgsqlParameter<long> { TypedValue = leaf.Id },
            Time(leaf.At),
            Column(entries, entry => (short)entry.Kind, NpgsqlDbType.Smallint),
            Column(entries, entry => entry.Account, NpgsqlDbType.Text),
            Column(entries, entry => entry.Organisation, NpgsqlDbType.Text),
            Column(entries, entry => entry.Method, NpgsqlDbType.Text),
            Column(entries, entry => entry.Outcome, NpgsqlDbType.Text),
            Column(entries, entry => entry.Subject, NpgsqlDbType.Text),
            Column(entries, entry => entry.ServiceItem, NpgsqlDbType.Text),
            Column(entries, entry => entry.CaseNo, NpgsqlDbType.Text),
            Column(entries, entry => entry.LegalBasis, NpgsqlDbType.Text),
            Column(entries, entry => entry.RequestId, NpgsqlDbType.Text),
            Column(entries, entry => entry.Target, NpgsqlDbType.Text),
            Column(entries, entry => entry.Commitment, NpgsqlDbType.Bytea),
        },
    };

    /// <summary>One column of rows, as an array.</summary>
    public static NpgsqlParameter<TValue[]> Column<TRow, TValue>(IReadOnlyList<TRow> rows, Func<TRow, TValue> value, NpgsqlDbType type)
    {
        var values = new TValue[rows.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = value(rows[i]);
        }

        return new NpgsqlParameter<TValue[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };
    }

    public static NpgsqlParameter<DateTime> Time(DateTimeOffset time) => new() { TypedValue = time.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    private static NpgsqlParameter Bytes(byte[]? bytes) => new() { Value = (object?)bytes ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea };
}

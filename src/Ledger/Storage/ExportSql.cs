namespace DataHub.Ledger.Storage;

/// <summary>The statements of exports: they read what is there, whatever became of it.</summary>
internal static class ExportSql
{
    /// <summary>→ heads by size.</summary>
    internal const string Heads = """
        select h.size, h.text, h.signature, s.certificates, h.low_xid from ledger_head h left join ledger_signer s using (signer_no) order by h.size
        """;

    /// <summary>→ size of the last head.</summary>
    internal const string LastSize = "select coalesce(max(size), 0) from ledger_head";

    /// <summary>$1 from, $2 to, exclusive → index, leaf, hash, and the leaf's own columns, null where it is missing.</summary>
    internal const string Leaves = """
        select s.idx, s.leaf_id, s.hash, l.leaf_id, l.at, l.kind, l.count, l.root, l.events
        from   leaf_sequence s left join ledger_leaf l on l.leaf_id = s.leaf_id
        where  s.idx >= $1 and s.idx < $2
        order  by s.idx
        """;

    /// <summary>$1 times, $2 leaves → their entries.</summary>
    internal const string Entries = $"""
        select {EntryRows.Columns} from unnest($1, $2) as l(leaf_at, leaf) join ledger_entry e on e.at = l.leaf_at and e.leaf_id = l.leaf order by leaf_id, ordinal
        """;

    /// <summary>$1 size of the last head → leaf columns of leaves that no head covers.</summary>
    internal const string Pending = """
        select l.leaf_id, l.at, l.kind, l.count, l.root, l.events
        from   ledger_leaf l
        where  not exists (select from leaf_sequence s where s.leaf_id = l.leaf_id and s.idx < $1)
        order  by l.leaf_id
        """;

    /// <summary>→ entries that are under no leaf: nobody but a hand puts one there.</summary>
    internal const string Orphans = $"""
        select {EntryRows.Columns} from ledger_entry e
        where  not exists (select from ledger_leaf l where l.leaf_id = e.leaf_id and l.at = e.at)
        order  by leaf_id, ordinal
        """;

    /// <summary>→ sequence, stream, type, version, time, data of all events.</summary>
    internal const string Events = "select seq_id, stream_id, type, version, timestamp, data::text from mt_events order by seq_id";

    /// <summary>→ level, place, root of all tiles.</summary>
    internal const string Tiles = "select level, idx, root from ledger_tile order by level, idx";

    /// <summary>→ hashes by index.</summary>
    internal const string Hashes = "select hash from leaf_sequence order by idx";
}

namespace DataHub.Ledger.Storage;

/// <summary>The statements that build and read the tree.</summary>
internal static class TreeSql
{
    /// <summary>Whether this transaction sequences; given back by its end, however that comes.</summary>
    internal const string TryLead = "select pg_try_advisory_xact_lock(1684107374, 1)";

    /// <summary>A leader that stopped in the middle is ended by the server, so that another can go on.</summary>
    internal const string EndIfStopped = "set local idle_in_transaction_session_timeout = '5s'";

    /// <summary>→ size, text, signature, certificates and low_xid of the last head; no row before the first.</summary>
    internal const string LastHead = """
        select h.size, h.text, h.signature, s.certificates, h.low_xid from ledger_head h join ledger_signer s using (signer_no) order by h.size desc limit 1
        """;

    /// <summary>$1 size → as <see cref="LastHead"/>, of the smallest head that large at least.</summary>
    internal const string HeadFrom = """
        select h.size, h.text, h.signature, s.certificates, h.low_xid from ledger_head h join ledger_signer s using (signer_no) where h.size >= $1 order by h.size limit 1
        """;

    /// <summary>→ the lowest transaction still under way. Read before <see cref="Unsequenced"/>.</summary>
    internal const string LowestUnderWay = "select pg_snapshot_xmin(pg_current_snapshot())";

    /// <summary>$1 transactions from this one, $2 rows → leaf, time, kind, count, root, transaction of leaves without a place.</summary>
    internal const string Unsequenced = """
        select l.leaf_id, l.at, l.kind, l.count, l.root, l.xid
        from   ledger_leaf l
        where  l.xid >= $1 and not exists (select from leaf_sequence s where s.leaf_id = l.leaf_id)
        order  by l.xid, l.leaf_id
        limit  $2
        """;

    /// <summary>$1 first index, $2 leaves, $3 hashes.</summary>
    internal const string InsertSequence = """
        insert into leaf_sequence (idx, leaf_id, hash)
        select $1 + n.place - 1, n.leaf_id, n.hash from unnest($2, $3) with ordinality as n(leaf_id, hash, place)
        """;

    /// <summary>$1 levels, $2 places, $3 roots.</summary>
    internal const string InsertTiles = "insert into ledger_tile (level, idx, root) select t.level, t.idx, t.root from unnest($1, $2, $3) as t(level, idx, root)";

    /// <summary>$1 size, $2 time, $3 text, $4 signature, $5 signer, $6 low_xid.</summary>
    internal const string InsertHead = "insert into ledger_head (size, at, text, signature, signer_no, low_xid) values ($1, $2, $3, $4, $5, $6)";

    /// <summary>$1 certificates → number of the signer; no row for a new one.</summary>
    internal const string FindSigner = "select signer_no from ledger_signer where certificates = $1";

    /// <summary>$1 certificates → number given to a new signer. Only under the leader's lock.</summary>
    internal const string InsertSigner = """
        insert into ledger_signer (signer_no, certificates) select coalesce(max(signer_no), 0) + 1, $1 from ledger_signer returning signer_no
        """;

    /// <summary>$1 from, $2 to, exclusive → index and hash of leaves.</summary>
    internal const string LeafHashes = "select idx, hash from leaf_sequence where idx >= $1 and idx < $2 order by idx";

    /// <summary>$1 level, $2 from, $3 to, exclusive → place and root of tiles.</summary>
    internal const string TileRoots = "select idx, root from ledger_tile where level = $1 and idx >= $2 and idx < $3 order by idx";

    /// <summary>$1 leaf → its index and hash; no row while it has no place.</summary>
    internal const string PlaceOf = "select idx, hash from leaf_sequence where leaf_id = $1";

    /// <summary>$1 leaf → time, kind, count, root, events; no row where its month is archived, or there is no such leaf.</summary>
    internal const string Leaf = "select leaf_id, at, kind, count, root, events from ledger_leaf where leaf_id = $1";

    /// <summary>$1 event → the leaves of events written at its time, of which one names it.</summary>
    internal const string LeavesOfEvent = """
        select l.leaf_id, l.at, l.kind, l.count, l.root, l.events
        from   mt_events e
        join   ledger_leaf l on l.at = e.timestamp and l.kind = 2
        where  e.seq_id = $1
        """;

    /// <summary>$1 time, $2 leaf → its entries in order.</summary>
    internal const string EntriesOfLeaf = $"select {EntryRows.Columns} from ledger_entry where at = $1 and leaf_id = $2 order by ordinal";
}

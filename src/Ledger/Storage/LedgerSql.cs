namespace DataHub.Ledger.Storage;

/// <summary>The statements that write leaves.</summary>
internal static class LedgerSql
{
    /// <summary>→ the first of a thousand leaf numbers.</summary>
    internal const string TakeLeafIds = "select nextval('ledger_leaf_id')";

    /// <summary>$1 time: makes the partitions of its month and of the next.</summary>
    internal const string MakePartitions = "select ledger_partition($1), ledger_partition($1 + interval '1 month')";

    /// <summary>$1 leaf, $2 time, $3 kind, $4 count, $5 root, $6 signature, $7 events.</summary>
    internal const string InsertLeaf = "insert into ledger_leaf (leaf_id, at, kind, count, root, signature, events) values ($1, $2, $3, $4, $5, $6, $7)";

    /// <summary>
    /// $1 leaf, $2 time, $3 kinds, $4 accounts, $5 organisations, $6 methods, $7 outcomes, $8 subjects, $9 service items, $10 cases, $11 bases, $12 request ids, $13 targets, $14 commitments: entries of one
    /// leaf in the order given.
    /// </summary>
    internal const string InsertEntries = """
        insert into ledger_entry
               (at, leaf_id, ordinal, kind, account, organisation, method, outcome, subject, service_item, case_no, legal_basis, request_id, target, commitment)
        select $2, $1, e.place - 1, e.kind, e.account, e.organisation, e.method, e.outcome, e.subject, e.service_item, e.case_no, e.legal_basis, e.request_id, e.target, e.commitment
        from   unnest($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) with ordinality
               as e(kind, account, organisation, method, outcome, subject, service_item, case_no, legal_basis, request_id, target, commitment, place)
        """;

    /// <summary>$1 accounts, $2 request ids, $3 digests, $4 number of the key, $5 sealed replies, $6 time. A reply that is there already undoes the whole transaction: <c>ledger_reply_pk</c>.</summary>
    internal const string InsertReplies = """
        insert into ledger_reply (account, request_id, digest, key_no, reply, at)
        select r.account, r.request_id, r.digest, $4, r.reply, $6 from unnest($1, $2, $3, $5) as r(account, request_id, digest, reply)
        """;

    /// <summary>$1 accounts, $2 request ids → account, request id, digest, number of the key, sealed reply, time, for those known.</summary>
    internal const string FindReplies = """
        select r.account, r.request_id, r.digest, r.key_no, r.reply, r.at
        from   unnest($1, $2) as k(account, request_id)
        join   ledger_reply r using (account, request_id)
        """;

    /// <summary>$1 day → number of its key.</summary>
    internal const string FindDayKey = "select key_no from ledger_day_key where day = $1";

    /// <summary>$1 day, $2 number of its key; does nothing where another node was faster.</summary>
    internal const string InsertDayKey = "insert into ledger_day_key (day, key_no) values ($1, $2) on conflict do nothing";

    /// <summary>$1 organisation, $2 from, $3 to → service item, case, answers, time of the first: of what was answered or handed over.</summary>
    internal const string CasesInPeriod = """
        select   service_item, case_no, count(*), min(at)
        from     ledger_entry
        where    organisation = $1 and at >= $2 and at < $3 and kind in (1, 8) and service_item is not null and case_no is not null
        group by service_item, case_no
        order by min(at), service_item, case_no
        """;

    /// <summary>$1 last day, inclusive: destroys the keys of its replies and of all before.</summary>
    internal const string DestroyDayKeys = "delete from record_key where key_no in (select key_no from ledger_day_key where day <= $1)";

    /// <summary>$1 last day, inclusive: removes some thousand of the replies sealed under the keys of those days.</summary>
    internal const string RemoveReplies = """
        delete from ledger_reply where ctid = any(array(
            select ctid from ledger_reply where key_no in (select key_no from ledger_day_key where day <= $1) limit 5000))
        """;

    /// <summary>$1 last day, inclusive: the numbers of those keys.</summary>
    internal const string ForgetDayKeys = "delete from ledger_day_key where day <= $1";
}

namespace DataHub.EventStore.Sealing;

/// <summary>Every statement on wrapped keys.</summary>
internal static class SealingSql
{
    /// <summary>Shared by those who seal, exclusive for an erasure: nothing is sealed under a key that is being destroyed.</summary>
    internal const string EnterGate = "select pg_advisory_xact_lock_shared(1684107372, 2)";

    /// <summary>The other side of <see cref="EnterGate"/>: waits for transactions that seal, and keeps new ones waiting until it has ended.</summary>
    internal const string CloseGate = "select pg_advisory_xact_lock(1684107372, 2)";

    /// <summary>$1 pseudonyms → pseudonym, key number, number of the key-encryption key, wrapped key.</summary>
    internal const string SubjectKeys = "select subject_id, key_no, kek_no, wrapped from subject_key where subject_id = any($1)";

    /// <summary>$1 how many → fresh key numbers.</summary>
    internal const string TakeNumbers = "select nextval('sealing_key_no') from generate_series(1, $1)";

    /// <summary>$1 numbers, $2 pseudonyms (sorted, so that two transactions wait for each other in one direction only), $3 key-encryption keys, $4 wrapped, $5 time.</summary>
    internal const string AddSubjectKeys = """
        insert into subject_key (key_no, subject_id, kek_no, wrapped, created)
        select k.key_no, k.subject_id, k.kek_no, k.wrapped, $5
        from   unnest($1, $2, $3, $4) as k(key_no, subject_id, kek_no, wrapped)
        on conflict (subject_id) do nothing
        """;

    /// <summary>$1 numbers, $2 holders, $3 holders' key numbers, $4 key-encryption keys, $5 wrapped.</summary>
    internal const string AddRecordKeys = """
        insert into record_key (key_no, holder, holder_key_no, kek_no, wrapped)
        select * from unnest($1, $2, $3, $4, $5)
        """;

    /// <summary>
    /// $1 numbers → number, wrapped key, holder (null for a subject's own key), its key-encryption key, and the holder's key number, key-encryption key and wrapped key. A wrap
    /// whose holder was erased does not come.
    /// </summary>
    internal const string Openers = """
        select key_no, wrapped, null::text, kek_no, null::bigint, null::int, null::bytea
        from   subject_key
        where  key_no = any($1)
        union all
        select r.key_no, r.wrapped, r.holder, r.kek_no, s.key_no, s.kek_no, s.wrapped
        from   record_key r left join subject_key s on s.key_no = r.holder_key_no
        where  r.key_no = any($1) and (r.holder = '' or s.key_no is not null)
        """;

    /// <summary>$1 pseudonyms → how many subject keys were destroyed; their wraps of record keys go as well.</summary>
    internal const string Erase = """
        with wraps as (delete from record_key where holder = any($1)),
             keys  as (delete from subject_key where subject_id = any($1) returning key_no)
        select count(*)::int from keys
        """;

    /// <summary>$1 names, $2 check values; those known already stay.</summary>
    internal const string AddChecks = """
        insert into sealing_check (name, value) select * from unnest($1, $2) on conflict (name) do nothing
        """;

    /// <summary>→ names and check values.</summary>
    internal const string Checks = "select name, value from sealing_check order by name";
}

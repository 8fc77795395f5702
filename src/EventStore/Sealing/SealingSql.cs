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

    /// <summary>$1 pseudonyms → pseudonym and number of the subject keys destroyed; their wraps of record keys go as well.</summary>
    internal const string Erase = """
        with wraps as (delete from record_key where holder = any($1))
        delete from subject_key where subject_id = any($1) returning subject_id, key_no
        """;

    /// <summary>$1 pseudonyms, $2 numbers → how many of just these keys there were; a key that a subject got later under another number stays.</summary>
    internal const string EraseAgain = """
        with erased as (select * from unnest($1, $2) as e(subject_id, key_no)),
             wraps  as (delete from record_key r using erased e where r.holder = e.subject_id and r.holder_key_no = e.key_no returning 1),
             keys   as (delete from subject_key s using erased e where s.subject_id = e.subject_id and s.key_no = e.key_no returning 1)
        select (select count(*) from keys) + (select count(*) from wraps)
        """;

    /// <summary>$1 number: no key is given this number or a lower one any more.</summary>
    internal const string PassNumbers = "select setval('sealing_key_no', greatest($1, (select last_value from sealing_key_no)))";

    /// <summary>$1 names, $2 check values; those known already stay.</summary>
    internal const string AddChecks = """
        insert into sealing_check (name, value) select * from unnest($1, $2) on conflict (name) do nothing
        """;

    /// <summary>→ name, check value, whether every node needs the key, whether it is retired.</summary>
    internal const string Checks = """
        select name, value, retired is null and (activation is not null or name not like 'kek-%'), retired is not null from sealing_check order by name
        """;

    /// <summary>→ number of the key-encryption key that wraps new keys; no row before the first node checked its files.</summary>
    internal const string ActiveKey = """
        select split_part(name, '-', 2)::int from sealing_check where activation is not null and retired is null order by activation desc limit 1
        """;

    /// <summary>$1 name: makes it the active one, unless one is.</summary>
    internal const string ActivateFirst = """
        update sealing_check set activation = 1 where name = $1 and not exists (select from sealing_check where activation is not null)
        """;

    /// <summary>$1 name.</summary>
    internal const string Activate = """
        update sealing_check set activation = (select coalesce(max(activation), 0) + 1 from sealing_check) where name = $1
        """;

    /// <summary>$1 name, $2 time.</summary>
    internal const string Retire = "update sealing_check set retired = $2 where name = $1";

    /// <summary>$1 names: keys they wrapped are there again.</summary>
    internal const string TakeBack = "update sealing_check set retired = null where name = any($1)";

    /// <summary>$1 node, $2 names, $3 check values: what this node has now. Nodes not heard of for a day go.</summary>
    internal const string Report = """
        with gone as (delete from sealing_node where (node = $1 and name <> all($2)) or seen < now() - interval '1 day')
        insert into sealing_node (node, name, value, seen) select $1, f.name, f.value, now() from unnest($2, $3) as f(name, value)
        on conflict (node, name) do update set value = excluded.value, seen = excluded.seen
        """;

    /// <summary>$1 node: it stops.</summary>
    internal const string Leave = "delete from sealing_node where node = $1";

    /// <summary>$1 name → nodes alive, and whether each has that key as the database knows it.</summary>
    internal const string Nodes = """
        select n.node, bool_or(n.name = $1 and n.value = c.value)
        from   sealing_node n left join sealing_check c on c.name = $1
        where  n.seen > now() - interval '30 seconds'
        group  by n.node
        order  by n.node
        """;

    /// <summary>→ number, whether activated ever, retired, subject keys and record keys wrapped under it, for each key-encryption key known.</summary>
    internal const string Generations = """
        select split_part(c.name, '-', 2)::int as kek, c.activation, c.retired is not null,
               (select count(*) from subject_key s where s.kek_no = split_part(c.name, '-', 2)::int),
               (select count(*) from record_key r where r.kek_no = split_part(c.name, '-', 2)::int)
        from   sealing_check c
        where  c.name like 'kek-%'
        order  by kek
        """;

    /// <summary>$1 number → how many keys it still wraps.</summary>
    internal const string CountWrapped = """
        select (select count(*) from subject_key where kek_no = $1) + (select count(*) from record_key where kek_no = $1)
        """;

    /// <summary>$1 after this key number, $2 the active key, $3 rows → number, key-encryption key and wrapped key of subject keys to rewrap, locked.</summary>
    internal const string SubjectsToRewrap = """
        select key_no, kek_no, wrapped from subject_key where key_no > $1 and kek_no <> $2 order by key_no limit $3 for no key update
        """;

    /// <summary>As <see cref="SubjectsToRewrap"/>, of the record keys that the key-encryption key opens.</summary>
    internal const string RecordsToRewrap = """
        select key_no, kek_no, wrapped from record_key where key_no > $1 and holder = '' and kek_no <> $2 order by key_no limit $3 for no key update
        """;

    /// <summary>$1 numbers, $2 wrapped, $3 key-encryption key.</summary>
    internal const string RewrapSubjects = """
        update subject_key s set kek_no = $3, wrapped = n.wrapped from unnest($1, $2) as n(key_no, wrapped) where s.key_no = n.key_no
        """;

    /// <summary>As <see cref="RewrapSubjects"/>.</summary>
    internal const string RewrapRecords = """
        update record_key r set kek_no = $3, wrapped = n.wrapped from unnest($1, $2) as n(key_no, wrapped) where r.key_no = n.key_no and r.holder = ''
        """;

    /// <summary>$1 stream of the erasures → its version; no row before the first.</summary>
    internal const string ErasureVersion = "select version from mt_streams where id = $1";

    /// <summary>→ kind (s subject key, r record key), number, subject or holder, holder's key number, key-encryption key, microseconds of creation, wrapped key; as of one moment.</summary>
    internal const string AllKeys = """
        select 's', key_no, subject_id, null::bigint, kek_no, (extract(epoch from created) * 1000000)::bigint, wrapped from subject_key
        union all
        select 'r', key_no, nullif(holder, ''), holder_key_no, kek_no, null, wrapped from record_key
        """;

    /// <summary>$1 to $7 the columns of <see cref="AllKeys"/> → how many were not there.</summary>
    internal const string PutBack = """
        with backup as (select * from unnest($1, $2, $3, $4, $5, $6, $7) as b(kind, key_no, holder, holder_key_no, kek_no, created, wrapped)),
             subjects as (
                 insert into subject_key (key_no, subject_id, kek_no, wrapped, created)
                 select key_no, holder, kek_no, wrapped, to_timestamp(0) + created * interval '1 microsecond' from backup where kind = 's'
                 on conflict do nothing returning 1),
             records as (
                 insert into record_key (key_no, holder, holder_key_no, kek_no, wrapped)
                 select key_no, holder, holder_key_no, kek_no, wrapped from backup where kind = 'r'
                 on conflict do nothing returning 1)
        select (select count(*) from subjects) + (select count(*) from records)
        """;
}

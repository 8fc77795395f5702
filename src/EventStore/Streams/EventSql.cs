namespace DataHub.EventStore.Streams;

/// <summary>Every statement on events and streams.</summary>
internal static class EventSql
{
    /// <summary>$1 keys, $2 types, $3 versions after, $4 time → keys of the streams that were new. Waits for another transaction starting the same stream.</summary>
    internal const string StartStreams = """
        insert into mt_streams (id, type, version, timestamp, created, tenant_id, is_archived)
        select s.id, s.type, s.version, $4, $4, '*DEFAULT*', false
        from   unnest($1, $2, $3) as s(id, type, version)
        on conflict (id) do nothing
        returning id
        """;

    /// <summary>$1 keys → key and version of those that exist, locked in order of their keys.</summary>
    internal const string LockStreams = """
        select id, version from mt_streams where id = any($1) order by id for no key update
        """;

    /// <summary>$1 keys → key and version of those that exist.</summary>
    internal const string StreamVersions = "select id, version from mt_streams where id = any($1)";

    /// <summary>$1 keys, $2 versions after, $3 time; the rows are locked already.</summary>
    internal const string AdvanceStreams = """
        update mt_streams s
        set    version = n.version, timestamp = $3
        from   unnest($1, $2) as n(id, version)
        where  s.id = n.id
        """;

    /// <summary>
    /// Held from before the first sequence value to the end of the transaction, it tells readers: events above this number may still be on their way.
    /// Not <c>select last_value</c>, which runs ahead of what was handed out while a value is being logged.
    /// </summary>
    internal const string AnnounceAppend = """
        select pg_advisory_xact_lock_shared(coalesce(pg_sequence_last_value('mt_events_sequence'), 0))
        """;

    /// <summary>$1 ids, $2 stream keys, $3 versions, $4 JSON, $5 aliases, $6 CLR types, $7 correlation, $8 causation ids, $9 time → sequences in the order given.</summary>
    internal const string InsertEvents = """
        insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type, correlation_id, causation_id, is_archived)
        select nextval('mt_events_sequence'), e.id, e.stream_id, e.version, e.data, e.type, $9, '*DEFAULT*', e.clr_type, e.correlation_id, e.causation_id, false
        from   unnest($1, $2, $3, $4, $5, $6, $7, $8) as e(id, stream_id, version, data, type, clr_type, correlation_id, causation_id)
        returning seq_id
        """;

    /// <summary>New streams in order of keys: key, type, version after, time, time.</summary>
    internal const string CopyStreams = "copy mt_streams (id, type, version, timestamp, created) from stdin (format binary)";

    /// <summary>$1 how many → sequences, for the copy that follows.</summary>
    internal const string TakeSequences = "select nextval('mt_events_sequence') from generate_series(1, $1)";

    /// <summary>Events: sequence, id, stream key, version, JSON, alias, time, CLR type, correlation, causation id.</summary>
    internal const string CopyEvents = """
        copy mt_events (seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type, correlation_id, causation_id) from stdin (format binary)
        """;

    /// <summary>$1 stream key, $2 last version, null = all → events in order.</summary>
    internal const string ReadStream = $"""
        select {EventColumns} from mt_events
        where  stream_id = $1 and version <= coalesce($2, 9223372036854775807)
        order  by version
        """;

    /// <summary>→ last sequence handed out. Read before <see cref="LowestAppendUnderWay"/>.</summary>
    internal const string LastSequence = "select coalesce(pg_sequence_last_value('mt_events_sequence'), 0)";

    /// <summary>→ the lowest number announced by <see cref="AnnounceAppend"/> and not yet ended; null where none is under way.</summary>
    internal const string LowestAppendUnderWay = """
        select min((classid::bigint << 32) | objid::bigint)
        from   pg_locks
        where  locktype = 'advisory' and objsubid = 1 and mode = 'ShareLock'
        and    database = (select oid from pg_database where datname = current_database())
        """;

    /// <summary>$1 after this sequence, $2 up to this one, $3 rows → events in order.</summary>
    internal const string ReadAll = $"""
        select {EventColumns} from mt_events
        where  seq_id > $1 and seq_id <= $2
        order  by seq_id
        limit  $3
        """;

    /// <summary>
    /// $1 idempotency keys: one transaction at a time per key, locked in an order that is the same for all. Locks of two numbers never meet those of
    /// <see cref="AnnounceAppend"/>.
    /// </summary>
    internal const string LockKeys = """
        select pg_advisory_xact_lock(1684107373, k.hash)
        from   (select distinct hashtext(key) as hash from unnest($1) as key order by hash) as k
        """;

    /// <summary>$1 idempotency keys → key and what the first append under it returned, for those known.</summary>
    internal const string ReadKeys = "select key, request_digest, first_seq, last_seq, versions from append_key where key = any($1)";

    /// <summary>$1 keys, $2 digests, $3 first, $4 last sequences, $5 versions as array literals, $6 time.</summary>
    internal const string WriteKeys = """
        insert into append_key (key, request_digest, first_seq, last_seq, versions, created)
        select k.key, k.digest, k.first_seq, k.last_seq, k.versions::bigint[], $6
        from   unnest($1, $2, $3, $4, $5) as k(key, digest, first_seq, last_seq, versions)
        """;

    /// <summary>
    /// Makes the commit that follows wait for standbys: a row left by a commit whose own wait was cut short may be visible and yet not replicated.
    /// </summary>
    internal const string Fence = "select pg_logical_emit_message(true, 'datahub', '')";

    internal const string EventColumns =
        "seq_id, id, stream_id, version, type, data, timestamp, correlation_id, causation_id";
}

namespace DataHub.EventStore.Projections;

/// <summary>Every statement on projections and their progress.</summary>
internal static class ProjectionSql
{
    /// <summary>$1 what is led → whether this session leads it now. Ends with the session; two numbers, so it never meets an append's announcement.</summary>
    internal const string TryLead = "select pg_try_advisory_lock(1684107373, hashtext($1))";

    /// <summary>$1 progression, $2 name, $3 version → a row where it was new.</summary>
    internal const string Register = """
        insert into projection (progression, name, version) values ($1, $2, $3) on conflict (progression) do nothing returning progression
        """;

    /// <summary>$1 progression; fails where somebody else has a row of that name.</summary>
    internal const string StartProgress = "insert into mt_event_progression (name, last_seq_id) values ($1, 0)";

    /// <summary>$1 progression → sequence up to which all events were seen, and since when it serves.</summary>
    internal const string Position = """
        select g.last_seq_id, p.serving_since from mt_event_progression g join projection p on p.progression = g.name where g.name = $1
        """;

    /// <summary>$1 progression → its position, its row kept from the leader until the transaction ends.</summary>
    internal const string HoldProgress = "select last_seq_id from mt_event_progression where name = $1 for update";

    /// <summary>$1 progression, $2 position before, $3 position after: the compare is the fence against a second feeder.</summary>
    internal const string Advance = """
        update mt_event_progression set last_seq_id = $3, last_updated = transaction_timestamp() where name = $1 and last_seq_id = $2
        """;

    /// <summary>$1 progression: it has caught up.</summary>
    internal const string Serve = "update projection set serving_since = transaction_timestamp() where progression = $1 and serving_since is null";

    /// <summary>$1 name → the version readers are to use; no row before the first has caught up.</summary>
    internal const string ServingVersion = "select max(version) from projection where name = $1 and serving_since is not null having max(version) is not null";

    /// <summary>$1 progression, $2 streams → those of them with parked events.</summary>
    internal const string StreamsHeld = "select distinct stream_id from projection_parked where progression = $1 and stream_id = any($2)";

    /// <summary>$1 progression, $2 sequences, $3 streams, $4 error types (null = held back), $5 time.</summary>
    internal const string Park = """
        insert into projection_parked (progression, seq_id, stream_id, error_type, attempts, parked_at)
        select $1, e.seq_id, e.stream_id, e.error_type, case when e.error_type is null then 0 else 1 end, $5
        from   unnest($2, $3, $4) as e(seq_id, stream_id, error_type)
        """;

    /// <summary>$1 progression (null = all), $2 rows → parked events in order.</summary>
    internal const string Parked = """
        select progression, seq_id, stream_id, error_type, attempts, parked_at
        from   projection_parked
        where  $1 is null or progression = $1
        order  by progression, seq_id
        limit  $2
        """;

    /// <summary>$1 progression → streams with parked events.</summary>
    internal const string ParkedStreams = "select distinct stream_id from projection_parked where progression = $1 order by stream_id";

    /// <summary>$1 progression, $2 stream → its parked sequences in order.</summary>
    internal const string ParkedOfStream = "select seq_id from projection_parked where progression = $1 and stream_id = $2 order by seq_id";

    /// <summary>$1 progression, $2 sequence: it was applied after all.</summary>
    internal const string Unpark = "delete from projection_parked where progression = $1 and seq_id = $2";

    /// <summary>$1 progression, $2 sequence, $3 error type, $4 time.</summary>
    internal const string ParkAgain = """
        update projection_parked set error_type = $3, attempts = attempts + 1, parked_at = $4 where progression = $1 and seq_id = $2
        """;

    /// <summary>$1 progression → how many are parked.</summary>
    internal const string CountParked = "select count(*) from projection_parked where progression = $1";

    /// <summary>$1 progression.</summary>
    internal const string UnparkAll = "delete from projection_parked where progression = $1";

    /// <summary>→ progression, position, lag, application name of the leader's session, parked, serving since.</summary>
    internal const string Status = """
        select g.name, g.last_seq_id, greatest(coalesce(pg_sequence_last_value('mt_events_sequence'), 0) - g.last_seq_id, 0), a.application_name,
               (select count(*) from projection_parked k where k.progression = p.progression), p.serving_since
        from   projection p
        join   mt_event_progression g on g.name = p.progression
        left   join pg_locks l on l.locktype = 'advisory' and l.classid = 1684107373 and l.objid = hashtext(p.progression)::bit(32)::bigint::oid and l.objsubid = 2 and l.granted
               and l.database = (select oid from pg_database where datname = current_database())
        left   join pg_stat_activity a on a.pid = l.pid
        order  by p.name, p.version
        """;

    /// <summary>→ the mark, null where there is none yet.</summary>
    internal const string ReadMark = "select last_seq_id from mt_event_progression where name = 'HighWaterMark'";

    /// <summary>Begins the mark at nothing; somebody may have been faster.</summary>
    internal const string StartMark = "insert into mt_event_progression (name, last_seq_id) values ('HighWaterMark', 0) on conflict (name) do nothing";

    /// <summary>
    /// → whether a transaction is open that writes events or has taken a sequence value without announcing itself, as other applications do. Both take these locks
    /// and keep them to their end.
    /// </summary>
    internal const string StrangersUnderWay = """
        select exists (
            select from pg_locks l
            where  l.locktype = 'relation' and l.mode = 'RowExclusiveLock'
            and    l.relation in ('mt_events'::regclass, 'mt_events_sequence'::regclass)
            and    l.database = (select oid from pg_database where datname = current_database())
            and    not exists (
                select from pg_locks a
                where  a.virtualtransaction = l.virtualtransaction and a.locktype = 'advisory' and a.objsubid = 1 and a.mode = 'ShareLock'))
        """;

    /// <summary>$1 the mark, $2 up to this sequence → last event of the run that follows without a gap (the mark where none does), first event behind the gap.</summary>
    internal const string FollowMark = """
        select coalesce(max(seq_id) filter (where seq_id - n = $1), $1), min(seq_id) filter (where seq_id - n > $1)
        from   (select seq_id, row_number() over (order by seq_id) as n
                from   (select seq_id from mt_events where seq_id > $1 and seq_id <= $2 order by seq_id limit 10000) as ahead) as numbered
        """;

    /// <summary>$1 the mark, $2 the mark after.</summary>
    internal const string RaiseMark = """
        update mt_event_progression set last_seq_id = $2, last_updated = transaction_timestamp() where name = 'HighWaterMark' and last_seq_id = $1
        """;

    /// <summary>$1 after this sequence, $2 up to this one, $3 rows, $4 aliases of event types (null = all) → events of the hub in order.</summary>
    internal const string Page = $"""
        select {Streams.EventSql.EventColumns} from mt_events
        where  seq_id > $1 and seq_id <= $2 and not starts_with(stream_id, 'ext/') and ($4 is null or type = any($4))
        order  by seq_id
        limit  $3
        """;

    /// <summary>$1 sequences → those events in order.</summary>
    internal const string BySequence = $"select {Streams.EventSql.EventColumns} from mt_events where seq_id = any($1) order by seq_id";
}

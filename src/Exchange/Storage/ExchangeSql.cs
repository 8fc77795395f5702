namespace DataHub.Exchange.Storage;

/// <summary>All SQL of the exchange.</summary>
internal static class ExchangeSql
{
    /// <summary>$1 resource, $2 keys → version and content of the current records with these keys.</summary>
    internal const string CurrentByKeys = """
        select key, version, content
        from   datahub.record_current
        where  resource = $1 and key = any($2)
        """;

    /// <summary>$1 resources, $2 keys, $3 versions, $4 sequences, $5 contents: the row of each record now points to its newest event.</summary>
    internal const string WriteCurrent = """
        insert into datahub.record_current as r (resource, key, version, seq_id, content)
        select * from unnest($1, $2, $3, $4, $5)
        on conflict on constraint pk_record_current
        do update set version = excluded.version, seq_id = excluded.seq_id, content = excluded.content
        """;

    /// <summary>$1 resources, $2 keys: forgets whom these records were about.</summary>
    internal const string DeleteSubjects = """
        delete from datahub.record_subject s
        using  unnest($1, $2) as changed (resource, key)
        where  s.resource = changed.resource and s.key = changed.key
        """;

    /// <summary>$1 subject ids, $2 resources, $3 roles, $4 keys, $5 elements (-1 outside a list).</summary>
    internal const string WriteSubjects = """
        insert into datahub.record_subject (subject_id, resource, role, key, element)
        select * from unnest($1, $2, $3, $4, $5)
        on conflict on constraint pk_record_subject do nothing
        """;

    /// <summary>$1 subject ids: forgets which records are about them, and the digests of those records, which say what stood in them to whoever can guess it.</summary>
    internal const string ForgetSubjects = """
        with forgotten as (delete from datahub.record_subject where subject_id = any($1) returning resource, key)
        update datahub.record_current r
        set    content = ''
        from   forgotten f
        where  r.resource = f.resource and r.key = f.key
        """;

    /// <summary>$1 resource, $2 subject id, $3 role → current records of that subject, each with the event it rests on.</summary>
    internal const string CurrentBySubject = """
        select r.key, s.element, e.stream_id, e.seq_id, e.data
        from   datahub.record_subject s
        join   datahub.record_current r using (resource, key)
        join   datahub.mt_events e on e.seq_id = r.seq_id
        where  s.subject_id = $2 and s.resource = $1 and s.role = $3
        order  by r.key, s.element
        """;

    /// <summary>$1 resource → watermark and source of the newest completed batch.</summary>
    internal const string Freshness = """
        select watermark, source
        from   datahub.batch
        where  resource = $1 and state = 1
        order  by watermark desc, completed_at desc
        limit  1
        """;

    /// <summary>$1 source, $2 resource: one opening at a time for each source and resource.</summary>
    internal const string LockSource = "select pg_advisory_xact_lock(hashtext($1), hashtext($2))";

    /// <summary>$1 source, $2 resource, $3 sequence, $4 content → the batch with that sequence; with sequence 0 the completed one with that content, else the newest.</summary>
    internal const string BatchBySequence = """
        select batch_id, resource_version, sequence, content_digest, state, key_no, next_chunk, receipt
        from   datahub.batch
        where  source = $1 and resource = $2 and ($3 = 0 or sequence = $3)
        order  by ($3 = 0 and state = 1 and content_digest = $4) desc, sequence desc
        limit  1
        """;

    /// <summary>$1 batch id, $2 source, $3 resource, $4 version, $5 sequence, $6 content digest, $7 watermark, $8 key number, $9 now.</summary>
    internal const string OpenBatch = """
        insert into datahub.batch (batch_id, source, resource, resource_version, sequence, content_digest, watermark, state, key_no, opened_at)
        values ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9)
        """;

    /// <summary>$1 batch id: an open batch ends incomplete.</summary>
    internal const string EndIncomplete = "update datahub.batch set state = 2 where batch_id = $1 and state = 0";

    /// <summary>$1 batch id → the batch, locked until the transaction ends.</summary>
    internal const string LockBatch = """
        select state, next_chunk, received, accepted, unchanged, repeated, quarantined, warned, first_seq, last_seq, receipt
        from   datahub.batch
        where  batch_id = $1
        for    update
        """;

    /// <summary>$1 batch id, $2 to $7 counts of the chunk, $8 and $9 first and last event sequence or null: the next chunk is due.</summary>
    internal const string AdvanceBatch = """
        update datahub.batch
        set    next_chunk = next_chunk + 1, received = received + $2, accepted = accepted + $3, unchanged = unchanged + $4,
               repeated = repeated + $5, quarantined = quarantined + $6, warned = warned + $7,
               first_seq = coalesce(first_seq, $8), last_seq = coalesce($9, last_seq)
        where  batch_id = $1
        """;

    /// <summary>$1 batch id, $2 chunk index, $3 what was told, sealed.</summary>
    internal const string WriteChunk = "insert into datahub.batch_chunk (batch_id, index, told) values ($1, $2, $3)";

    /// <summary>$1 batch id → what was told about its chunks, in order.</summary>
    internal const string ReadChunks = "select index, told from datahub.batch_chunk where batch_id = $1 order by index";

    /// <summary>$1 batch id, $2 receipt, $3 now.</summary>
    internal const string CompleteBatch = """
        update datahub.batch set state = 1, receipt = $2, completed_at = $3 where batch_id = $1
        """;

    /// <summary>$1 resource, $2 batch id, $3 chunk, $4 now, $5 rows, $6 findings (JSON), $7 key numbers, $8 bodies.</summary>
    internal const string WriteQuarantine = """
        insert into datahub.quarantine (resource, batch_id, chunk, row, findings, key_no, body, created)
        select $1, $2, $3, q.row, q.findings::jsonb, q.key_no, q.body, $4
        from   unnest($5, $6, $7, $8) as q (row, findings, key_no, body)
        """;

    /// <summary>$1 batch id, $2 rules, $3 fields, $4 checked, $5 failed: adds to the batch's counts.</summary>
    internal const string AddCounts = """
        insert into datahub.quality_count as q (batch_id, rule, field, checked, failed)
        select $1, c.* from unnest($2, $3, $4, $5) as c (rule, field, checked, failed)
        on conflict on constraint pk_quality_count
        do update set checked = q.checked + excluded.checked, failed = q.failed + excluded.failed
        """;

    /// <summary>$1 resource, $2 batch id or null for the newest completed one → the batch.</summary>
    internal const string ReportedBatch = """
        select batch_id, source, watermark, received, accepted, unchanged, repeated, quarantined
        from   datahub.batch
        where  resource = $1 and (batch_id = $2 or ($2 is null and state = 1))
        order  by completed_at desc nulls last
        limit  1
        """;

    /// <summary>$1 batch id → its counts, most failures first.</summary>
    internal const string CountsOfBatch = """
        select rule, field, checked, failed
        from   datahub.quality_count
        where  batch_id = $1
        order  by failed desc, rule, field
        """;
}

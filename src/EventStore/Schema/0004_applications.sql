-- Other applications on the same tables (docs/marten.md): their roles read everything and write streams under ext/ and progress of their own.
-- The policies apply to whoever has the grant; the hub's own role bypasses them (roles.sql): it costs it nothing, and COPY is open to it.
alter table datahub.mt_streams enable row level security;
alter table datahub.mt_events enable row level security;
alter table datahub.mt_event_progression enable row level security;

create policy read on datahub.mt_streams for select using (true);
create policy read on datahub.mt_events for select using (true);
create policy read on datahub.mt_event_progression for select using (true);

create policy ext_start on datahub.mt_streams for insert with check (starts_with(id, 'ext/'));
create policy ext_advance on datahub.mt_streams for update using (starts_with(id, 'ext/')) with check (starts_with(id, 'ext/'));

-- A number not handed out yet would stop whoever is handed it later.
create policy ext_append on datahub.mt_events for insert
    with check (starts_with(stream_id, 'ext/') and seq_id <= coalesce(pg_sequence_last_value('datahub.mt_events_sequence'), 0));

create policy ext_begin on datahub.mt_event_progression for insert
    with check (not exists (select from datahub.projection p where p.progression = mt_event_progression.name));
create policy ext_progress on datahub.mt_event_progression for update
    using (not exists (select from datahub.projection p where p.progression = mt_event_progression.name));
create policy ext_end on datahub.mt_event_progression for delete
    using (name <> 'HighWaterMark' and not exists (select from datahub.projection p where p.progression = mt_event_progression.name));

-- What Marten's daemon keeps its high water mark with. Both run with the caller's rights. The mark never goes back.
create function datahub.mt_mark_event_progression(name varchar, last_encountered bigint) returns void language sql as $$
    insert into datahub.mt_event_progression as p (name, last_seq_id, last_updated)
    values ($1, $2, transaction_timestamp())
    on conflict on constraint pk_mt_event_progression do update
    set last_seq_id  = case when $1 = 'HighWaterMark' then greatest(p.last_seq_id, $2) else $2 end,
        last_updated = transaction_timestamp()
$$;

create function datahub.mt_mark_progression_with_skip(shard_name varchar, ending_sequence bigint, starting_sequence bigint) returns bigint language plpgsql as $$
declare
    marked bigint;
begin
    insert into datahub.mt_event_progression as p (name, last_seq_id, last_updated)
    values ($1, $2, transaction_timestamp())
    on conflict on constraint pk_mt_event_progression do update
    set last_seq_id = $2, last_updated = transaction_timestamp()
    where p.last_seq_id = $3;

    select p.last_seq_id into marked from datahub.mt_event_progression p where p.name = $1;
    if marked = $2 and $2 > $3 then
        insert into datahub.mt_high_water_skips (ending_sequence, starting_sequence) values ($2, $3)
        on conflict on constraint pkey_mt_high_water_skips_ending_sequence do nothing;
    end if;

    return marked;
end
$$;

-- Marten 9's tables, string stream identity, with its optional metadata columns. Names of constraints and indexes are part of the
-- layout: other applications tell errors apart by them. Appending, never changing: the hub's role gets no update or delete on events.
create table datahub.mt_streams (
    id          varchar     not null,
    type        varchar,
    version     bigint,
    timestamp   timestamptz not null default now(),
    created     timestamptz not null default now(),
    tenant_id   varchar     default '*DEFAULT*',
    is_archived boolean     default false,
    constraint pkey_mt_streams_id primary key (id)
);

create table datahub.mt_events (
    seq_id         bigint       not null,
    id             uuid         not null,
    stream_id      varchar,
    version        bigint       not null,
    data           jsonb        not null,
    bdata          bytea,
    type           varchar(500) not null,
    timestamp      timestamptz  not null,
    tenant_id      varchar      default '*DEFAULT*',
    mt_dotnet_type varchar,
    correlation_id varchar,
    causation_id   varchar,
    headers        jsonb,
    is_archived    boolean      default false,
    constraint pkey_mt_events_seq_id primary key (seq_id),
    constraint fkey_mt_events_stream_id foreign key (stream_id) references datahub.mt_streams (id) on delete cascade
);

create unique index pk_mt_events_stream_and_version on datahub.mt_events (stream_id, version);

create sequence datahub.mt_events_sequence cache 1 owned by datahub.mt_events.seq_id;

create table datahub.mt_event_progression (
    name         varchar not null,
    last_seq_id  bigint,
    last_updated timestamptz default transaction_timestamp(),
    constraint pk_mt_event_progression primary key (name)
);

create table datahub.mt_high_water_skips (
    ending_sequence   bigint not null,
    starting_sequence bigint not null,
    timestamp         timestamptz default transaction_timestamp(),
    constraint pkey_mt_high_water_skips_ending_sequence primary key (ending_sequence)
);

-- What an append with an idempotency key returned, so that the same key returns it again.
create table datahub.append_key (
    key            text        not null,
    request_digest bytea       not null,
    first_seq      bigint      not null,
    last_seq       bigint      not null,
    versions       bigint[]    not null,
    created        timestamptz not null,
    constraint append_key_pk primary key (key)
);

create index append_key_created on datahub.append_key (created);

grant select on all tables in schema datahub to datahub_hub, datahub_reader;
grant insert on datahub.mt_streams, datahub.mt_events, datahub.append_key, datahub.mt_high_water_skips to datahub_hub;
grant update (version, timestamp) on datahub.mt_streams to datahub_hub;
grant insert, update, delete on datahub.mt_event_progression to datahub_hub;
grant delete on datahub.append_key to datahub_hub;
grant usage on sequence datahub.mt_events_sequence to datahub_hub;
grant select on sequence datahub.mt_events_sequence to datahub_reader;

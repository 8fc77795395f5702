-- Read models, batches, quarantine and quality counts of the exchange. Values of records stand in their events only.

create table datahub.record_current (
    resource  text   not null,
    key       text   not null,
    version   bigint not null,
    seq_id    bigint not null,
    content   bytea  not null,
    constraint pk_record_current primary key (resource, key)
);

create table datahub.record_subject (
    subject_id text     not null,
    resource   text     not null,
    role       text     not null,
    key        text     not null,
    element    smallint not null,
    constraint pk_record_subject primary key (subject_id, resource, role, key, element)
);
create index ix_record_subject_record on datahub.record_subject (resource, key);

create table datahub.batch (
    batch_id         uuid        not null,
    source           text        not null,
    resource         text        not null,
    resource_version integer     not null,
    sequence         bigint      not null,
    content_digest   bytea       not null,
    watermark        timestamptz not null,
    state            smallint    not null,
    key_no           bigint      not null,
    next_chunk       integer     not null default 0,
    received         bigint      not null default 0,
    accepted         bigint      not null default 0,
    unchanged        bigint      not null default 0,
    repeated         bigint      not null default 0,
    quarantined      bigint      not null default 0,
    warned           bigint      not null default 0,
    first_seq        bigint,
    last_seq         bigint,
    receipt          bytea,
    opened_at        timestamptz not null,
    completed_at     timestamptz,
    constraint pk_batch primary key (batch_id),
    constraint uq_batch_sequence unique (source, resource, sequence),
    constraint ck_batch_state check (state in (0, 1, 2))
);
create index ix_batch_newest on datahub.batch (resource, watermark desc) where state = 1;

-- What a source was told about each chunk, with the chunk's digest and the keys it held, sealed under the batch's key.
create table datahub.batch_chunk (
    batch_id uuid    not null constraint fk_batch_chunk_batch references datahub.batch,
    index    integer not null,
    told     bytea   not null,
    constraint pk_batch_chunk primary key (batch_id, index)
);

create table datahub.quarantine (
    quarantine_id bigint      not null generated always as identity,
    resource      text        not null,
    batch_id      uuid        not null constraint fk_quarantine_batch references datahub.batch,
    chunk         integer     not null,
    row           integer     not null,
    findings      jsonb       not null,
    key_no        bigint      not null,
    body          bytea       not null,
    created       timestamptz not null,
    constraint pk_quarantine primary key (quarantine_id),
    constraint uq_quarantine_row unique (batch_id, chunk, row)
);

create table datahub.quality_count (
    batch_id uuid   not null constraint fk_quality_count_batch references datahub.batch,
    rule     text   not null,
    field    text   not null,
    checked  bigint not null,
    failed   bigint not null,
    constraint pk_quality_count primary key (batch_id, rule, field)
);

grant select, insert, update on datahub.record_current, datahub.batch, datahub.quality_count to datahub_hub;
grant select, insert, delete on datahub.record_subject to datahub_hub;
grant select, insert on datahub.batch_chunk, datahub.quarantine to datahub_hub;
grant select on datahub.record_current, datahub.record_subject, datahub.batch, datahub.batch_chunk, datahub.quarantine, datahub.quality_count to datahub_reader;

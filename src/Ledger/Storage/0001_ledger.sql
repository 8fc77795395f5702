-- The ledger. The hub's role adds and reads; it has no right to change or delete anything but the replies kept for repetitions, which go after two days.

-- What one transaction made durable, under one Merkle root. kind 1: acts, signed for receipts; kind 2: events of one append, 40 bytes each: sequence (big-endian) and hash.
-- xid is the transaction's own and the hub cannot set it: the sequencer relies on it to find every leaf, however late it is committed.
create table datahub.ledger_leaf (
    leaf_id   bigint      not null,
    at        timestamptz not null,
    xid       xid8        not null default pg_current_xact_id(),
    kind      smallint    not null,
    count     int         not null,
    root      bytea       not null,
    signature bytea,
    events    bytea,
    constraint ledger_leaf_pk primary key (leaf_id, at)
) partition by range (at);

alter table datahub.ledger_leaf alter column events set storage external; -- Hashes do not compress.

create index ledger_leaf_xid on datahub.ledger_leaf (xid);
create index ledger_leaf_at on datahub.ledger_leaf using brin (at) with (autosummarize = on);

-- Acts, in the order of their leaf. The key is also the order in which searches are paged.
create table datahub.ledger_entry (
    at           timestamptz not null,
    leaf_id      bigint      not null,
    ordinal      int         not null,
    kind         smallint    not null,
    account      text        not null,
    organisation text        not null,
    method       text        not null,
    outcome      text        not null,
    subject      text,
    service_item text,
    case_no      text,
    legal_basis  text,
    request_id   text,
    target       text,
    commitment   bytea,
    constraint ledger_entry_pk primary key (at, leaf_id, ordinal)
) partition by range (at);

create index ledger_entry_subject on datahub.ledger_entry (subject, at) where subject is not null;
create index ledger_entry_case_no on datahub.ledger_entry (case_no, at) where case_no is not null;
create index ledger_entry_account on datahub.ledger_entry (account, at);
create index ledger_entry_organisation on datahub.ledger_entry (organisation, at);

-- The place of each leaf in the tree. Stays when the leaf's month is archived, so that proofs can still be made.
create table datahub.leaf_sequence (
    idx     bigint not null,
    leaf_id bigint not null,
    hash    bytea  not null,
    constraint leaf_sequence_pk primary key (idx),
    constraint leaf_sequence_leaf_id unique (leaf_id)
);

-- The root of each full tile of 256 nodes: row (level, idx) is the complete subtree of 256^level leaves number idx. Level 0 stands in leaf_sequence.
create table datahub.ledger_tile (
    level smallint not null,
    idx   bigint   not null,
    root  bytea    not null,
    constraint ledger_tile_pk primary key (level, idx)
);

-- Certificates of those who signed heads, the signer's own first.
create table datahub.ledger_signer (
    signer_no    int     not null,
    certificates bytea[] not null,
    constraint ledger_signer_pk primary key (signer_no)
);

-- Signed tree heads: the text that is signed names size, root, time and the hash of the head before. Every committed leaf of a transaction below low_xid stands in the tree of that size.
create table datahub.ledger_head (
    size      bigint      not null,
    at        timestamptz not null,
    text      bytea       not null,
    signature bytea       not null,
    signer_no int         not null,
    low_xid   xid8        not null,
    constraint ledger_head_pk primary key (size),
    constraint ledger_head_signer foreign key (signer_no) references datahub.ledger_signer (signer_no)
);

-- Answers for repetitions of a request, sealed under the key of their day.
create table datahub.ledger_reply (
    account    text        not null,
    request_id text        not null,
    digest     bytea       not null,
    key_no     bigint      not null,
    reply      bytea       not null,
    at         timestamptz not null,
    constraint ledger_reply_pk primary key (account, request_id)
);

create index ledger_reply_key_no on datahub.ledger_reply using brin (key_no) with (autosummarize = on);

create table datahub.ledger_day_key (
    day    date   not null,
    key_no bigint not null,
    constraint ledger_day_key_pk primary key (day)
);

-- Each node takes numbers by the thousand.
create sequence datahub.ledger_leaf_id as bigint increment 1000 minvalue 1 start 1;

-- Makes the partitions of the month of a time, in UTC. The hub may only call it: tables belong to the owner. A partition is made beside its table and then attached, which no writer has to wait for.
create function datahub.ledger_partition(moment timestamptz) returns void language plpgsql security definer set search_path = datahub, pg_temp as $$
declare
    first timestamp := date_trunc('month', moment at time zone 'UTC');
    month text      := to_char(first, 'YYYYMM');
    parent text;
begin
    if first < '2020-01-01' or first >= '2100-01-01' then
        raise exception 'The ledger has no month %', month;
    end if;

    perform pg_advisory_xact_lock(1684107374, 2);
    foreach parent in array array['ledger_leaf', 'ledger_entry'] loop
        if to_regclass(format('datahub.%I', parent || '_' || month)) is null then
            execute format('create table datahub.%I (like datahub.%I including all)', parent || '_' || month, parent);
            execute format('alter table datahub.%I attach partition datahub.%I for values from (%L) to (%L)',
                parent, parent || '_' || month, first at time zone 'UTC', (first + interval '1 month') at time zone 'UTC');
        end if;
    end loop;
end
$$;

revoke execute on function datahub.ledger_partition(timestamptz) from public;
grant execute on function datahub.ledger_partition(timestamptz) to datahub_hub;

grant select on datahub.ledger_leaf, datahub.ledger_entry, datahub.leaf_sequence, datahub.ledger_tile, datahub.ledger_signer, datahub.ledger_head to datahub_hub, datahub_reader;
grant insert (leaf_id, at, kind, count, root, signature, events) on datahub.ledger_leaf to datahub_hub;
grant insert on datahub.ledger_entry, datahub.leaf_sequence, datahub.ledger_tile, datahub.ledger_signer, datahub.ledger_head to datahub_hub;
grant select, insert, delete on datahub.ledger_reply, datahub.ledger_day_key to datahub_hub;
grant usage on sequence datahub.ledger_leaf_id to datahub_hub;

-- Wrapped keys (docs: sealing). Numbers come from one sequence for both tables, so a sealed value's number names one key for ever.
create sequence datahub.sealing_key_no as bigint;

-- One key per person. Deleting the row erases the person wherever sealed values stand, backups included.
create table datahub.subject_key (
    key_no     bigint      not null,
    subject_id text        not null,
    kek_no     int         not null,
    wrapped    bytea       not null,
    created    timestamptz not null,
    constraint subject_key_pk primary key (key_no),
    constraint subject_key_subject_id unique (subject_id)
);

-- Keys of joint records and batches: one row per holder, each able to open the key alone. Holder '' = wrapped under key-encryption key kek_no;
-- otherwise the pseudonym of a subject, wrapped under that subject's key holder_key_no.
create table datahub.record_key (
    key_no        bigint not null,
    holder        text   not null,
    holder_key_no bigint,
    kek_no        int,
    wrapped       bytea  not null,
    constraint record_key_pk primary key (key_no, holder),
    constraint record_key_one_wrap check ((holder = '') = (kek_no is not null) and (holder = '') = (holder_key_no is null))
);

create index record_key_holder on datahub.record_key (holder) where holder <> '';

-- HMACs of a constant under each key outside the database: a node whose key files differ finds out before it writes.
create table datahub.sealing_check (
    name  text  not null,
    value bytea not null,
    constraint sealing_check_pk primary key (name)
);

grant select, insert, delete on datahub.subject_key, datahub.record_key to datahub_hub;
grant update (kek_no, wrapped) on datahub.subject_key, datahub.record_key to datahub_hub;
grant select, insert on datahub.sealing_check to datahub_hub;
grant usage on sequence datahub.sealing_key_no to datahub_hub;

-- Every question about a subject and its answer. The hub may add and read, never change.

create table datahub.verification_answer (
    consumer       text        not null,
    organisation   text        not null,
    request_id     text        not null,
    request_digest bytea       not null,
    subject_id     text        not null,
    service_item   text        not null,
    case_no        text        not null,
    legal_basis    text        not null,
    asked          jsonb       not null,
    reply          bytea       not null,
    answered_at    timestamptz not null,
    constraint pk_verification_answer primary key (consumer, request_id)
);
create index ix_verification_answer_subject on datahub.verification_answer (subject_id, answered_at);

grant select, insert on datahub.verification_answer to datahub_hub;
grant select on datahub.verification_answer to datahub_reader;

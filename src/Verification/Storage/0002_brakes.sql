-- Answers are in the ledger now. What was answered before stays readable here, and nothing is added.

revoke insert on datahub.verification_answer from datahub_hub;
comment on table datahub.verification_answer is 'Answers given before the ledger; no longer written.';

-- Negative answers of the last day, by pseudonym of the subject or of its neighbourhood. Never more rows for a key than its budget.
create table datahub.mismatch (
    key          text        not null,
    organisation text        not null,
    at           timestamptz not null,
    units        int         not null,
    constraint ck_mismatch_units check (units > 0)
);
create index ix_mismatch_key on datahub.mismatch (key, at);

-- Subjects nobody has a reason to ask about.
create table datahub.honey_subject (
    subject_id text        not null,
    note       text        not null,
    marked_by  text        not null,
    marked_at  timestamptz not null,
    constraint pk_honey_subject primary key (subject_id)
);

-- Which periods were compared with which list of cases, and what came of it.
create table datahub.case_reconciliation (
    reconciliation_id text        not null,
    organisation      text        not null,
    account           text        not null,
    period_from       timestamptz not null,
    period_to         timestamptz not null,
    cases             int         not null,
    questions         bigint      not null,
    unknown_cases     int         not null,
    reconciled_at     timestamptz not null,
    constraint pk_case_reconciliation primary key (reconciliation_id)
);
create index ix_case_reconciliation_at on datahub.case_reconciliation (reconciled_at);

grant select, insert, delete on datahub.mismatch to datahub_hub;
grant select, insert, update, delete on datahub.honey_subject to datahub_hub;
grant select, insert on datahub.case_reconciliation to datahub_hub;
grant select on datahub.case_reconciliation to datahub_reader;

-- key_digest: SHA-256 of the public key the token was used for; chain: the certificate it was exchanged for. With both, a repetition gets the same answer.
alter table datahub.enrolment_token
    add column created_by text        not null,
    add column created_at timestamptz not null,
    add column key_digest bytea,
    add column certificate bytea;
create index ix_enrolment_token_account on datahub.enrolment_token (account) where used_at is null;
grant update (key_digest, certificate) on datahub.enrolment_token to datahub_hub;

-- instance: the running process that sent the last heartbeat; nonce: what it was given, to be named in its next one; head_size: newest ledger head it has checked.
alter table datahub.account_heartbeat
    add column instance       text   not null,
    add column nonce          text   not null,
    add column previous_nonce text   not null,
    add column head_size      bigint not null,
    add column cloned_at      timestamptz;
grant update (instance, nonce, previous_nonce, head_size, cloned_at) on datahub.account_heartbeat to datahub_hub;

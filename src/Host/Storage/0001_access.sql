-- Who may do what, as it stands. The history is in the events; these rows are written in the transaction that appends them.

create table datahub.organisation (
    uscc       text collate "C" not null,
    name       text             not null,
    is_retired boolean          not null,
    version    bigint           not null,
    constraint pk_organisation primary key (uscc)
);

-- Roles that look after the hub never meet in one account, whatever a program or its operator tries.
create table datahub.account (
    id           text collate "C" not null,
    kind         text             not null,
    organisation text collate "C" not null,
    roles        text[]           not null,
    state        text             not null,
    authority    text,
    version      bigint           not null,
    constraint pk_account primary key (id),
    constraint fk_account_organisation foreign key (organisation) references datahub.organisation (uscc),
    constraint ck_account_kind check (kind in ('system', 'person')),
    constraint ck_account_state check (state in ('active', 'suspended', 'closed')),
    constraint ck_account_roles check (roles <@ array['provider', 'consumer', 'issuer', 'steward', 'auditor', 'systemadministrator', 'securityadministrator']
        and array_position(roles, null) is null),
    constraint ck_account_separation check (
        ('auditor' = any(roles))::int + ('systemadministrator' = any(roles))::int + ('securityadministrator' = any(roles))::int <= 1)
);
create index ix_account_organisation on datahub.account (organisation, id);

-- thumbprint: lower-case hex SHA-256 of the DER; authority: key identifier of the authority that issued it, lower-case hex.
create table datahub.account_certificate (
    thumbprint text collate "C" not null,
    account    text collate "C" not null,
    serial     text             not null,
    authority  text             not null,
    not_before timestamptz      not null,
    not_after  timestamptz      not null,
    revoked_at timestamptz,
    reason     text,
    constraint pk_account_certificate primary key (thumbprint),
    constraint fk_account_certificate_account foreign key (account) references datahub.account (id)
);
create index ix_account_certificate_account on datahub.account_certificate (account, not_after);
create index ix_account_certificate_not_after on datahub.account_certificate (not_after);

create table datahub.access_grant (
    id             text collate "C" not null,
    consumer       text collate "C" not null,
    resource       text collate "C" not null,
    fields         text[]           not null,
    purposes       text[]           not null,
    operations     int              not null,
    tells_absence  boolean          not null,
    retention_days int              not null,
    until          date,
    is_revoked     boolean          not null,
    version        bigint           not null,
    constraint pk_access_grant primary key (id),
    constraint fk_access_grant_consumer foreign key (consumer) references datahub.organisation (uscc)
);
create index ix_access_grant_consumer on datahub.access_grant (consumer, resource, id);

create table datahub.access_change (
    id          text collate "C" not null,
    state       text             not null,
    content     jsonb            not null,
    reason      text             not null,
    proposed_by text             not null,
    proposed_at timestamptz      not null,
    decided_by  text,
    decided_at  timestamptz,
    version     bigint           not null,
    constraint pk_access_change primary key (id),
    constraint ck_access_change_state check (state in ('proposed', 'approved', 'rejected', 'withdrawn')),
    constraint ck_access_change_two_people check (state <> 'approved' or decided_by <> proposed_by)
);
create index ix_access_change_state on datahub.access_change (state, id);

-- Raised by every transaction that touches a table above, so that a node learns with one look that something changed. Its row is also what such transactions queue for.
create table datahub.access_version (
    one     boolean not null default true,
    version bigint  not null,
    constraint pk_access_version primary key (one),
    constraint ck_access_version_one check (one)
);
insert into datahub.access_version (version) values (0);

-- hash: SHA-256 of a token; the token itself is told once and never stored.
create table datahub.enrolment_token (
    hash    bytea            not null,
    account text collate "C" not null,
    expires timestamptz      not null,
    used_at timestamptz,
    constraint pk_enrolment_token primary key (hash),
    constraint fk_enrolment_token_account foreign key (account) references datahub.account (id)
);

-- clock_offset_ms: the account's clock minus the hub's; backlog: files or rows that wait at the account.
create table datahub.account_heartbeat (
    account         text collate "C" not null,
    seen_at         timestamptz      not null,
    version         text             not null,
    clock_offset_ms bigint           not null,
    backlog         bigint           not null,
    address         text             not null,
    constraint pk_account_heartbeat primary key (account),
    constraint fk_account_heartbeat_account foreign key (account) references datahub.account (id)
);

-- Alerts of the same code, account and subject within an hour are one row with a count.
create table datahub.alert (
    id              bigint           not null generated always as identity,
    code            text collate "C" not null,
    level           int              not null,
    account         text collate "C" not null,
    subject         text collate "C" not null,
    detail          text             not null,
    count           bigint           not null,
    first_at        timestamptz      not null,
    last_at         timestamptz      not null,
    acknowledged_by text,
    acknowledged_at timestamptz,
    constraint pk_alert primary key (id)
);
create index ix_alert_joined on datahub.alert (code, account, subject, first_at);

grant select, insert on datahub.organisation, datahub.account, datahub.account_certificate, datahub.access_grant, datahub.access_change,
    datahub.enrolment_token, datahub.account_heartbeat, datahub.alert to datahub_hub;
grant select on datahub.access_version to datahub_hub;
grant update (name, is_retired, version) on datahub.organisation to datahub_hub;
grant update (roles, state, version) on datahub.account to datahub_hub;
grant update (revoked_at, reason) on datahub.account_certificate to datahub_hub;
grant update (is_revoked, version) on datahub.access_grant to datahub_hub;
grant update (state, decided_by, decided_at, version) on datahub.access_change to datahub_hub;
grant update (version) on datahub.access_version to datahub_hub;
grant update (used_at) on datahub.enrolment_token to datahub_hub;
grant update (seen_at, version, clock_offset_ms, backlog, address) on datahub.account_heartbeat to datahub_hub;
grant update (level, detail, count, last_at, acknowledged_by, acknowledged_at) on datahub.alert to datahub_hub;
grant select on datahub.organisation, datahub.account, datahub.account_certificate, datahub.access_grant, datahub.access_change, datahub.access_version,
    datahub.account_heartbeat, datahub.alert to datahub_reader;

namespace DataHub.Host.Storage;

/// <summary>All SQL of the register of access. Rows travel as JSON, because PostgreSQL has no parameter for a list of lists.</summary>
internal static class AccessSql
{
    /// <summary>Takes the turn of this transaction, and tells the nodes that something changed. → the version.</summary>
    internal const string Raise = "update datahub.access_version set version = version + 1 returning version";

    /// <summary>→ the version.</summary>
    internal const string Version = "select version from datahub.access_version";

    /// <summary>$1 organisations (JSON).</summary>
    internal const string WriteOrganisations = """
        insert into datahub.organisation as o (uscc, name, is_retired, version)
        select r.uscc, r.name, r.is_retired, r.version
        from   jsonb_to_recordset($1::jsonb) as r (uscc text, name text, is_retired boolean, version bigint)
        on conflict on constraint pk_organisation
        do update set name = excluded.name, is_retired = excluded.is_retired, version = excluded.version
        """;

    /// <summary>$1 accounts (JSON).</summary>
    internal const string WriteAccounts = """
        insert into datahub.account as a (id, kind, organisation, roles, state, authority, version)
        select r.id, r.kind, r.organisation, r.roles, r.state, r.authority, r.version
        from   jsonb_to_recordset($1::jsonb) as r (id text, kind text, organisation text, roles text[], state text, authority text, version bigint)
        on conflict on constraint pk_account
        do update set roles = excluded.roles, state = excluded.state, version = excluded.version
        """;

    /// <summary>$1 certificates (JSON).</summary>
    internal const string WriteCertificates = """
        insert into datahub.account_certificate (thumbprint, account, serial, authority, not_before, not_after)
        select r.thumbprint, r.account, r.serial, r.authority, r.not_before, r.not_after
        from   jsonb_to_recordset($1::jsonb) as r (thumbprint text, account text, serial text, authority text, not_before timestamptz, not_after timestamptz)
        """;

    /// <summary>$1 thumbprints, $2 reasons, $3 instants.</summary>
    internal const string RevokeCertificates = """
        update datahub.account_certificate c
        set    revoked_at = r.revoked_at, reason = r.reason
        from   unnest($1, $2, $3) as r (thumbprint, reason, revoked_at)
        where  c.thumbprint = r.thumbprint
        """;

    /// <summary>$1 grants (JSON).</summary>
    internal const string WriteGrants = """
        insert into datahub.access_grant as g (id, consumer, resource, fields, purposes, operations, tells_absence, retention_days, until, is_revoked, version)
        select r.id, r.consumer, r.resource, r.fields, r.purposes, r.operations, r.tells_absence, r.retention_days, r.until, r.is_revoked, r.version
        from   jsonb_to_recordset($1::jsonb) as r (id text, consumer text, resource text, fields text[], purposes text[], operations int,
                   tells_absence boolean, retention_days int, until date, is_revoked boolean, version bigint)
        on conflict on constraint pk_access_grant
        do update set is_revoked = excluded.is_revoked, version = excluded.version
        """;

    /// <summary>$1 changes (JSON).</summary>
    internal const string WriteChanges = """
        insert into datahub.access_change as c (id, state, content, reason, proposed_by, proposed_at, decided_by, decided_at, version)
        select r.id, r.state, r.content, r.reason, r.proposed_by, r.proposed_at, r.decided_by, r.decided_at, r.version
        from   jsonb_to_recordset($1::jsonb) as r (id text, state text, content jsonb, reason text, proposed_by text, proposed_at timestamptz,
                   decided_by text, decided_at timestamptz, version bigint)
        on conflict on constraint pk_access_change
        do update set state = excluded.state, decided_by = excluded.decided_by, decided_at = excluded.decided_at, version = excluded.version
        """;

    /// <summary>$1 codes → organisations.</summary>
    internal const string Organisations = "select uscc, name, is_retired, version from datahub.organisation where uscc = any($1)";

    /// <summary>$1 ids → accounts.</summary>
    internal const string Accounts = "select id, kind, organisation, roles, state, authority, version from datahub.account where id = any($1)";

    /// <summary>$1 ids → grants.</summary>
    internal const string Grants = """
        select id, consumer, resource, fields, purposes, operations, tells_absence, retention_days, until, is_revoked, version
        from   datahub.access_grant
        where  id = any($1)
        """;

    /// <summary>$1 ids → changes.</summary>
    internal const string Changes = """
        select id, state, content::text, reason, proposed_by, proposed_at, decided_by, decided_at, version
        from   datahub.access_change
        where  id = any($1)
        """;

    /// <summary>→ whether any account that is not closed has a role that looks after the hub.</summary>
    internal const string HasAdministrator = """
        select exists (select from datahub.account
                       where state <> 'closed' and roles && array['auditor', 'systemadministrator', 'securityadministrator'])
        """;

    /// <summary>$1 thumbprint → account and whether it was revoked.</summary>
    internal const string AccountOfCertificate = "select account, revoked_at is not null from datahub.account_certificate where thumbprint = $1";

    /// <summary>$1 account, $2 now → certificates not revoked and not expired, newest first.</summary>
    internal const string CertificatesInForce = """
        select thumbprint, serial, authority, not_before, not_after
        from   datahub.account_certificate
        where  account = $1 and revoked_at is null and not_after > $2
        order  by not_before desc, thumbprint
        """;

    /// <summary>→ every account with its organisation's state.</summary>
    internal const string BookAccounts = """
        select a.id, a.organisation, a.roles, a.state, a.authority, o.is_retired
        from   datahub.account a join datahub.organisation o on o.uscc = a.organisation
        """;

    /// <summary>$1 now → certificates that have not expired.</summary>
    internal const string BookCertificates = "select thumbprint, account, revoked_at is not null from datahub.account_certificate where not_after > $1";

    /// <summary>$1 today → grants in force of organisations that are not retired.</summary>
    internal const string BookGrants = """
        select g.id, g.consumer, g.resource, g.fields, g.purposes, g.operations, g.tells_absence, g.retention_days, g.until, g.is_revoked, g.version
        from   datahub.access_grant g join datahub.organisation o on o.uscc = g.consumer
        where  not g.is_revoked and not o.is_retired and (g.until is null or g.until >= $1)
        order  by g.tells_absence desc, g.id
        """;

    /// <summary>$1 code after which, $2 rows → organisations in the order of their codes.</summary>
    internal const string ListOrganisations = """
        select uscc, name, is_retired, version
        from   datahub.organisation
        where  uscc > $1
        order  by uscc
        limit  $2
        """;

    /// <summary>$1 organisation or null, $2 role or null, $3 instant since when not heard of or null, $4 id after which, $5 rows, $6 now → accounts in the order of their ids.</summary>
    internal const string ListAccounts = """
        select a.id, a.kind, a.organisation, a.roles, a.state, a.authority, a.version,
               (select max(c.not_after) from datahub.account_certificate c where c.account = a.id and c.revoked_at is null and c.not_after > $6),
               h.seen_at, h.version, h.clock_offset_ms, h.backlog, h.address
        from   datahub.account a left join datahub.account_heartbeat h on h.account = a.id
        where  ($1::text is null or a.organisation = $1)
        and    ($2::text is null or $2 = any(a.roles))
        and    ($3::timestamptz is null or (a.state = 'active' and a.kind = 'system' and coalesce(h.seen_at, '-infinity') < $3))
        and    a.id > $4
        order  by a.id
        limit  $5
        """;

    /// <summary>$1 consumer or null, $2 resource or null, $3 id after which, $4 rows → grants in the order of their ids.</summary>
    internal const string ListGrants = """
        select id, consumer, resource, fields, purposes, operations, tells_absence, retention_days, until, is_revoked, version
        from   datahub.access_grant
        where  ($1::text is null or consumer = $1)
        and    ($2::text is null or resource = $2)
        and    id > $3
        order  by id
        limit  $4
        """;

    /// <summary>$1 state or null, $2 id before which or null, $3 rows → changes, newest first.</summary>
    internal const string ListChanges = """
        select id, state, content::text, reason, proposed_by, proposed_at, decided_by, decided_at, version
        from   datahub.access_change
        where  ($1::text is null or state = $1)
        and    ($2::text is null or id < $2)
        order  by id desc
        limit  $3
        """;
}

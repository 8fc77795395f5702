namespace DataHub.Host.Enrolment;

/// <summary>All SQL of enrolment.</summary>
internal static class EnrolmentSql
{
    /// <summary>$1 ids → id, state and outside authority of those accounts that exist.</summary>
    internal const string Accounts = "select id, state, nullif(authority, '') from datahub.account where id = any($1)";

    /// <summary>$1 ids, $2 now: ends the unused tokens of these accounts.</summary>
    internal const string EndTokens = "update datahub.enrolment_token set used_at = $2 where account = any($1) and used_at is null";

    /// <summary>$1 hashes, $2 accounts, $3 expires, $4 created by, $5 now.</summary>
    internal const string AddTokens = """
        insert into datahub.enrolment_token (hash, account, expires, created_by, created_at)
        select t.hash, t.account, $3, $4, $5
        from   unnest($1, $2) as t (hash, account)
        """;

    /// <summary>$1 hash, $2 now, $3 digest of the key → the account, once. Whoever comes second waits here and finds it used.</summary>
    internal const string UseToken = """
        update datahub.enrolment_token
        set    used_at = $2, key_digest = $3
        where  hash = $1 and used_at is null and expires > $2
        returning account
        """;

    /// <summary>$1 hash → what is known of a token.</summary>
    internal const string Token = "select account, expires, used_at, key_digest, certificate from datahub.enrolment_token where hash = $1";

    /// <summary>$1 account → its organisation; none where an outside authority issues its certificates.</summary>
    internal const string OrganisationOfOwn = "select organisation from datahub.account where id = $1 and coalesce(authority, '') = ''";

    /// <summary>$1 hash, $2 certificate.</summary>
    internal const string KeepAnswer = "update datahub.enrolment_token set certificate = $2 where hash = $1";

    /// <summary>$1 account (empty = any), $2 serial (empty = any), $3 now → thumbprints of certificates in force.</summary>
    internal const string CertificatesToRevoke = """
        select thumbprint
        from   datahub.account_certificate
        where  ($1 = '' or account = $1) and ($2 = '' or serial = $2) and revoked_at is null and not_after > $3
        """;

    /// <summary>$1 account → the instance and nonces of its last heartbeat.</summary>
    internal const string LastHeartbeat = "select instance, nonce, previous_nonce, address, cloned_at from datahub.account_heartbeat where account = $1 for update";

    /// <summary>$1 account, $2 now, $3 version, $4 offset, $5 backlog, $6 address, $7 instance, $8 nonce, $9 nonce before, $10 head size, $11 cloned at.</summary>
    internal const string KeepHeartbeat = """
        insert into datahub.account_heartbeat as h
            (account, seen_at, version, clock_offset_ms, backlog, address, instance, nonce, previous_nonce, head_size, cloned_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        on conflict on constraint pk_account_heartbeat
        do update set seen_at = excluded.seen_at, version = excluded.version, clock_offset_ms = excluded.clock_offset_ms, backlog = excluded.backlog,
            address = excluded.address, instance = excluded.instance, nonce = excluded.nonce, previous_nonce = excluded.previous_nonce,
            head_size = greatest(h.head_size, excluded.head_size), cloned_at = excluded.cloned_at
        """;

    /// <summary>$1 now → systems that are not closed, with their last heartbeat and the end of their newest certificate.</summary>
    internal const string Processors = """
        select a.id, a.organisation, h.seen_at, h.version, h.clock_offset_ms, h.backlog, h.address, h.head_size, h.cloned_at,
               (select max(c.not_after) from datahub.account_certificate c where c.account = a.id and c.revoked_at is null and c.not_after > $1)
        from   datahub.account a left join datahub.account_heartbeat h on h.account = a.id
        where  a.kind = 'system' and a.state <> 'closed'
        order  by a.id
        """;
}

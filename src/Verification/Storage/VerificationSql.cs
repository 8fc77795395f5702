namespace DataHub.Verification.Storage;

/// <summary>All SQL of verification.</summary>
internal static class VerificationSql
{
    /// <summary>$1 keys, $2 start of the window → key, organisation, mismatches, when the oldest was.</summary>
    internal const string CountMismatches = """
        select key, organisation, sum(units)::int, min(at)
        from   datahub.mismatch
        where  key = any($1) and at > $2
        group  by key, organisation
        """;

    /// <summary>$1 keys, in an order that is the same for everybody. Held to the end of the transaction.</summary>
    internal const string LockMismatches = "select pg_advisory_xact_lock(hashtextextended(key, 1501)) from unnest($1) key";

    /// <summary>$1 keys, $2 organisation, $3 now, $4 mismatches, $5 most for each key from one organisation, $6 most from all, $7 start of the window. All or nothing.</summary>
    internal const string TakeMismatches = """
        insert into datahub.mismatch (key, organisation, at, units)
        select key, $2, $3, $4
        from   unnest($1) key
        where  not exists (
            select from unnest($1, $5, $6) as budget (key, most_of_caller, most_of_all)
            cross  join lateral (
                select coalesce(sum(units), 0) as of_all, coalesce(sum(units) filter (where organisation = $2), 0) as of_caller
                from   datahub.mismatch m
                where  m.key = budget.key and m.at > $7) as so_far
            where  so_far.of_all + $4 > budget.most_of_all or so_far.of_caller + $4 > budget.most_of_caller)
        """;

    /// <summary>$1 start of the window.</summary>
    internal const string ForgetMismatches = "delete from datahub.mismatch where at <= $1";

    /// <summary>$1 subject ids → those that are marked.</summary>
    internal const string HoneyAmong = "select subject_id from datahub.honey_subject where subject_id = any($1)";

    /// <summary>$1 subject id, $2 note, $3 account, $4 now.</summary>
    internal const string MarkHoney = """
        insert into datahub.honey_subject (subject_id, note, marked_by, marked_at) values ($1, $2, $3, $4)
        on conflict on constraint pk_honey_subject do update set note = excluded.note, marked_by = excluded.marked_by, marked_at = excluded.marked_at
        """;

    /// <summary>$1 subject id.</summary>
    internal const string UnmarkHoney = "delete from datahub.honey_subject where subject_id = $1";

    /// <summary>$1 how many → subject id, note, account, when; newest first.</summary>
    internal const string ListHoney = "select subject_id, note, marked_by, marked_at from datahub.honey_subject order by marked_at desc, subject_id limit $1";

    /// <summary>$1 id, $2 organisation, $3 account, $4 from, $5 to, $6 cases, $7 questions, $8 unknown, $9 now.</summary>
    internal const string AddReconciliation = """
        insert into datahub.case_reconciliation
            (reconciliation_id, organisation, account, period_from, period_to, cases, questions, unknown_cases, reconciled_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """;

    /// <summary>$1 organisation or empty for all, $2 how many → reconciliations, newest first.</summary>
    internal const string ListReconciliations = """
        select   reconciliation_id, organisation, account, period_from, period_to, cases, questions, unknown_cases, reconciled_at
        from     datahub.case_reconciliation
        where    $1 = '' or organisation = $1
        order by reconciled_at desc
        limit    $2
        """;
}

namespace DataHub.Host.Storage;

/// <summary>All SQL of the alerts.</summary>
internal static class AlertSql
{
    private const string Columns = "id, code, level, account, subject, detail, count, first_at, last_at, acknowledged_by, acknowledged_at";

    /// <summary>$1 what the alert is joined by: alerts of one kind come one after the other.</summary>
    internal const string TakeTurn = "select pg_advisory_xact_lock(hashtextextended($1, 330382))";

    /// <summary>$1 code, $2 level, $3 account, $4 subject, $5 detail, $6 now: joined with one of the last hour that nobody acknowledged, else new.</summary>
    internal const string Raise = """
        with joined as (
            update datahub.alert a
            set    count = a.count + 1, last_at = $6, level = greatest(a.level, $2), detail = $5
            where  a.id = (select id from datahub.alert
                           where  code = $1 and account = $3 and subject = $4 and first_at > $6 - interval '1 hour' and acknowledged_at is null
                           order  by first_at desc limit 1)
            returning a.id
        )
        insert into datahub.alert (code, level, account, subject, detail, count, first_at, last_at)
        select $1, $2, $3, $4, $5, 1, $6, $6 where not exists (select from joined)
        """;

    /// <summary>$1 whether acknowledged ones as well, $2 id before which or null, $3 rows → alerts, newest first.</summary>
    internal const string List = $"""
        select {Columns}
        from   datahub.alert
        where  ($1 or acknowledged_at is null)
        and    ($2::bigint is null or id < $2)
        order  by id desc
        limit  $3
        """;

    /// <summary>$1 id, $2 account, $3 now → the alert; nothing where there is none or somebody has acknowledged it.</summary>
    internal const string Acknowledge = $"""
        update datahub.alert
        set    acknowledged_by = $2, acknowledged_at = $3
        where  id = $1 and acknowledged_at is null
        returning {Columns}
        """;

    /// <summary>$1 id → the alert.</summary>
    internal const string Find = $"select {Columns} from datahub.alert where id = $1";
}

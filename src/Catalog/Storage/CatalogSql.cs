namespace DataHub.Catalog.Storage;

/// <summary>All SQL of the catalog.</summary>
internal static class CatalogSql
{
    /// <summary>The constraint by which a resource belongs to one entry.</summary>
    internal const string UniqueResource = "uq_catalog_entry_resource";

    /// <summary>$1 codes, $2 resources → code, version and entry of those registered under one or the other.</summary>
    internal const string KnownEntries = """
        select code, version, entry
        from   datahub.catalog_entry
        where  code = any($1) or resource = any($2)
        """;

    /// <summary>$1 codes, $2 resources or null, $3 versions, $4 entries (JSON), $5 compact titles, $6 search vectors.</summary>
    internal const string WriteEntries = """
        insert into datahub.catalog_entry as e (code, resource, version, entry, title, search)
        select n.code, n.resource, n.version, n.entry::jsonb, n.title, n.search::tsvector
        from   unnest($1, $2, $3, $4, $5, $6) as n (code, resource, version, entry, title, search)
        on conflict on constraint pk_catalog_entry
        do update set resource = excluded.resource, version = excluded.version, entry = excluded.entry, title = excluded.title, search = excluded.search
        """;

    /// <summary>$1 codes, $2 names, $3 names without the place.</summary>
    internal const string WritePublishers = """
        insert into datahub.catalog_publisher (code, name, local_name)
        select * from unnest($1, $2, $3)
        on conflict on constraint pk_catalog_publisher do nothing
        """;

    /// <summary>→ a number that any registration or revision of an executable entry raises, in whatever order they are committed.</summary>
    internal const string SchemaState = "select coalesce(sum(version), 0)::bigint from datahub.catalog_entry where resource is not null";

    /// <summary>→ every executable entry.</summary>
    internal const string ExecutableEntries = "select entry from datahub.catalog_entry where resource is not null";

    /// <summary>→ only for the transaction: a search may not hold the database longer.</summary>
    internal const string LimitSearch = "set local statement_timeout = '2s'";

    /// <summary>$1 patterns for names of offices, one a word of a query → place of the word (from 1), code of a publisher whose name it shortens.</summary>
    internal const string OfficesByShortName = """
        select distinct w.place, p.code
        from   unnest($1::text[]) with ordinality as w (pattern, place)
        join   datahub.catalog_publisher p on p.local_name like w.pattern or p.name like w.pattern
        order  by 1, 2
        limit  50
        """;

    /// <summary>
    /// $1 what must match (tsquery), $2 how many of $3 must at least, $3 lexemes (tsqueries), $4 what ranks (tsquery), $5 whole item names
    /// (tsquery), $6 words, $7 the whole query, $8 and $9 range of codes that begin as asked or null, $10 rows
    /// → code, title, publisher, abstract, sharing, cycle, resource, score, number of all matches; best first.
    /// The rank of the text is 1 at most; a title that is, begins with or holds the query, or that the query fills, stands above it.
    /// </summary>
    internal const string Search = """
        with matching as (
            select e.*, e.code >= $8 and e.code < $9 as by_code
            from   datahub.catalog_entry e
            where  (e.search @@ $1::tsquery and (select count(*) from unnest($3::tsquery[]) l where e.search @@ l) >= $2)
            or     (e.code >= $8 and e.code < $9)
        ),
        scored as (
            select m.*,
                   ts_rank('{0.05, 0.3, 0.35, 1.0}', m.search, $4::tsquery)
                   + case when m.title = $7 then 3 when starts_with(m.title, $7) then 0.6 when strpos(m.title, $7) > 0 then 0.3 else 0 end
                   + case when m.search @@ $5::tsquery then 0.4 else 0 end
                   + 0.5 * (select coalesce(sum(length(w)), 0) from unnest($6) w where strpos(m.title, w) > 0) / greatest(length(m.title), 1)
                   + case when m.by_code then 5 else 0 end as score
            from   matching m
        )
        select code, entry ->> 'Title', entry ->> 'PublisherName', entry ->> 'Abstract', (entry ->> 'Sharing')::int, (entry ->> 'UpdateCycle')::int,
               coalesce(resource, ''), score::double precision, count(*) over ()
        from   scored
        order  by score desc, code
        limit  $10
        """;
}

-- The directory as it stands: the current version of every entry, ready to be searched. The history is in the events.

create table datahub.catalog_entry (
    code     text collate "C" not null,
    resource text collate "C",
    version  bigint           not null,
    entry    jsonb            not null,
    title    text collate "C" not null,
    search   tsvector         not null,
    constraint pk_catalog_entry primary key (code),
    constraint uq_catalog_entry_resource unique (resource)
);
create index ix_catalog_entry_search on datahub.catalog_entry using gin (search);

-- Names under which providers registered, to find an office by a short form of its name.
create table datahub.catalog_publisher (
    code       text             not null,
    name       text collate "C" not null,
    local_name text collate "C" not null,
    constraint pk_catalog_publisher primary key (code, name)
);

grant select, insert, update on datahub.catalog_entry to datahub_hub;
grant select, insert on datahub.catalog_publisher to datahub_hub;
grant select on datahub.catalog_entry, datahub.catalog_publisher to datahub_reader;

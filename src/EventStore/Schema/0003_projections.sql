-- The hub's asynchronous projections; how far each has come stands in mt_event_progression, as Marten has it.
create table datahub.projection (
    progression   text not null,
    name          text not null,
    version       int  not null,
    serving_since timestamptz,
    constraint projection_pk primary key (progression),
    constraint projection_name_version unique (name, version)
);

-- Events a projection could not take, and those of the same stream held back behind them (no error type). Never what stands in them.
create table datahub.projection_parked (
    progression text        not null,
    seq_id      bigint      not null,
    stream_id   text        not null,
    error_type  text,
    attempts    int         not null,
    parked_at   timestamptz not null,
    constraint projection_parked_pk primary key (progression, seq_id),
    constraint projection_parked_progression foreign key (progression) references datahub.projection (progression)
);

create index projection_parked_stream on datahub.projection_parked (progression, stream_id, seq_id);

grant select on datahub.projection, datahub.projection_parked to datahub_hub, datahub_reader;
grant insert on datahub.projection, datahub.projection_parked to datahub_hub;
grant update (serving_since) on datahub.projection to datahub_hub;
grant update (error_type, attempts, parked_at) on datahub.projection_parked to datahub_hub;
grant delete on datahub.projection_parked to datahub_hub;

-- A role for one application that uses the hub's event tables (docs/marten.md). Run as superuser in the hub's database, after the hub has
-- started there once; repeating it does no harm. The role's name comes from a setting:
--   psql -c "set datahub.ext_role = 'reports'" -f ext-role.sql datahub
do $$
declare
    role_name text := current_setting('datahub.ext_role');
begin
    if role_name !~ '^[a-z][a-z0-9_]{1,39}$' or role_name ~ '^(datahub|pg|postgres)' then
        raise exception 'datahub.ext_role must be 2 to 40 of a-z, 0-9 and _, beginning with a letter, not with datahub, pg or postgres';
    end if;

    if not exists (select from pg_roles where rolname = role_name) then
        execute format('create role %I login', role_name);
    end if;

    execute format('alter role %I nosuperuser nobypassrls nocreaterole nocreatedb noreplication', role_name);
    execute format('alter role %I set log_min_messages = log', role_name);
    execute format('alter role %I set log_parameter_max_length = 0', role_name);
    execute format('alter role %I set log_parameter_max_length_on_error = 0', role_name);

    -- Its own documents, in its own schema.
    execute format('create schema if not exists %I authorization %I', role_name, role_name);

    execute format('grant usage on schema datahub to %I', role_name);
    execute format('grant select on datahub.mt_streams, datahub.mt_events, datahub.mt_event_progression, datahub.mt_high_water_skips to %I', role_name);
    execute format('grant select (progression) on datahub.projection to %I', role_name);
    execute format('grant insert on datahub.mt_streams, datahub.mt_events, datahub.mt_event_progression, datahub.mt_high_water_skips to %I', role_name);
    execute format('grant update (version, timestamp) on datahub.mt_streams to %I', role_name);
    execute format('grant update, delete on datahub.mt_event_progression to %I', role_name);
    execute format('grant usage, select on sequence datahub.mt_events_sequence to %I', role_name);
end
$$;

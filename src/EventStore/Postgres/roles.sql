-- The three roles of a hub. Run as superuser; repeating it does no harm.
-- Error texts can quote values, and values can be personal: what a client's statement raises goes to that client, not to the server's log.
do $$
declare
    role_name text;
begin
    foreach role_name in array array['datahub_owner', 'datahub_hub', 'datahub_reader'] loop
        if not exists (select from pg_roles where rolname = role_name) then
            execute format('create role %I login', role_name);
        end if;

        execute format('alter role %I set log_min_messages = log', role_name);
        execute format('alter role %I set log_statement = none', role_name);
        execute format('alter role %I set log_min_duration_statement = -1', role_name);
        execute format('alter role %I set log_parameter_max_length = 0', role_name);
        execute format('alter role %I set log_parameter_max_length_on_error = 0', role_name);
        execute format('alter role %I set jit = off', role_name);
    end loop;

    alter role datahub_reader set default_transaction_read_only = on;

    -- Row-level security is for other applications' roles; PostgreSQL refuses COPY to whoever is subject to it.
    alter role datahub_hub bypassrls;

    if exists (select from pg_settings where name = 'wal_compression' and 'lz4' = any(enumvals)) then
        alter role datahub_hub set wal_compression = 'lz4';
    end if;
end
$$;

-- Whoever only reads reads as this role; a login without the right to create it reads as itself.
do $$
begin
    create role dealstream_reader nologin;
exception
    when duplicate_object or unique_violation or insufficient_privilege then null;
end
$$;

do $$
begin
    if exists (select from pg_roles where rolname = 'dealstream_reader') then
        grant usage on schema catalog to dealstream_reader;
        grant select on all tables in schema catalog to dealstream_reader;
        alter default privileges in schema catalog grant select on tables to dealstream_reader;
        if not pg_has_role(current_user, 'dealstream_reader', 'member') then
            grant dealstream_reader to current_user;
        end if;
    end if;
exception
    when insufficient_privilege then null;
end
$$;

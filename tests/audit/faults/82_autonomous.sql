-- A SECURITY DEFINER function writes over a connection of its own.
-- why: no policy of the caller holds there, and a rollback undoes none of it
-- kind: leak
-- proof-role: fault_user
-- proof: select app.log_it('x')
-- expect: INSERT 0 1

create extension dblink with schema app;
create table app.autolog (at timestamptz default now(), who text);
alter table app.autolog owner to fault_owner;
do $do$
begin
    execute format(
        $f$
        create function app.log_it(note text) returns text
        language sql security definer
        set search_path = app, pg_catalog, pg_temp
        as $$
            select app.dblink_exec('host=%s port=%s user=%s dbname=%s', 'insert into app.autolog (who) values (session_user)')
        $$
        $f$,
        split_part(current_setting('unix_socket_directories'), ',', 1), current_setting('port'), current_user,
        current_database());
end
$do$;
revoke all on function app.log_it(text) from public;
grant execute on function app.log_it(text) to fault_user;

-- Forging of the seal where it is a parameter of the server.
-- vector: SET, set_config, roles, databases, the system, functions with a clause, views, grants, the keeper's own tools
-- expect: 42501 each time, whichever way the seal is held; A stays A, nobody stays nobody

-- as: a
-- refused: 42501
set backtrace_functions = ':id_of_b_6d617274000040008000000000000001_session'

-- refused: 42501
set local backtrace_functions = ':id_of_b_6d617274000040008000000000000001_session'

-- refused: 42501
set session backtrace_functions to ':id_of_b_6d617274000040008000000000000001_session'

-- refused: 42501
select set_config('backtrace_functions', ':id_of_b_6d617274000040008000000000000001_session', true)

-- refused: 42501
select set_config('backtrace_functions', ':id_of_b_6d617274000040008000000000000001_session', false)

-- refused: 42501
select set_config('BackTrace_Functions', ':id_of_b_6d617274000040008000000000000001_session', true)

-- refused: 42501
set backtrace_functions to default

-- refused: 42501
reset backtrace_functions

-- refused: 42501
select set_config('backtrace_functions', null, true)

-- refused: 42501
select set_config('backtrace_functions', '', true)

-- refused: 42501
update pg_settings set setting = ':id_of_b_6d617274000040008000000000000001_session' where name = 'backtrace_functions'

-- refused: 42501
alter role current_user set backtrace_functions = ':id_of_b_6d617274000040008000000000000001_session'

-- refused: 42501
alter role current_user set backtrace_functions from current

-- refused: 42501
alter role session_user set backtrace_functions to ':id_of_b_6d617274000040008000000000000001_session'

-- refused: 42501
alter role all set backtrace_functions = ':id_of_b_6d617274000040008000000000000001_session'

-- refused: 42501
do $$ begin execute format('alter role current_user in database %I set backtrace_functions = %L', current_database(), ':id_of_b_6d617274000040008000000000000001_session'); end $$

-- refused: 42501
do $$ begin execute format('alter database %I set backtrace_functions = %L', current_database(), ':id_of_b_6d617274000040008000000000000001_session'); end $$

-- refused: 42501
do $$ begin set local backtrace_functions = ':id_of_b_6d617274000040008000000000000001_session'; end $$

-- refused: 42501
create function pg_temp.f() returns integer language sql set backtrace_functions = ':id_of_b_6d617274000040008000000000000001_session' as 'select 1'

-- refused: 42501
create function shikiri_seal.f() returns integer language sql set backtrace_functions = ':id_of_b_6d617274000040008000000000000001_session' as 'select 1'

-- refused: 42501
alter function shikiri_seal.tenant() set backtrace_functions = ':id_of_b_6d617274000040008000000000000001_session'

-- refused: 42501
alter function shikiri_seal.enter(text) set backtrace_functions = ':id_of_b_6d617274000040008000000000000001_session'

-- refused: 42501
grant set on parameter backtrace_functions to shikiri_app

-- refused: 42501
grant all on parameter backtrace_functions to public

-- refused: 42501
set role shikiri_keeper

-- refused: 42501
set session authorization shikiri_keeper

-- refused: 42501
set session authorization shikiri_migrator

-- refused: 42501
select shikiri_vault.put_seal(':id_of_b_6d617274000040008000000000000001_session')

-- refused: 42501
select shikiri_vault.lift_seal()

-- refused: 42501
select pg_reload_conf()

-- rows: 1
select s.tenant_id from shikiri.slip s group by s.tenant_id

-- sqlstate: 00000
select s.customer_name from shikiri.slip s where s.tenant_id = :id_of_b limit 1

-- as: nobody
-- refused: 42501
select set_config('backtrace_functions', ':id_of_b_6d617274000040008000000000000001_session', true)

-- sqlstate: SK001
select s.customer_name from shikiri.slip s where s.tenant_id = :id_of_b limit 1

-- as: outside
-- refused: 42501
alter system set backtrace_functions = ':id_of_b_6d617274000040008000000000000001_session'

-- refused: 42501
set backtrace_functions = ':id_of_b_6d617274000040008000000000000001_session'

-- refused: 42501
set session characteristics as transaction read write; set backtrace_functions = ':id_of_b_6d617274000040008000000000000001_session'

discard all

-- sqlstate: SK001
select s.customer_name from shikiri.slip s where s.tenant_id = :id_of_b limit 1

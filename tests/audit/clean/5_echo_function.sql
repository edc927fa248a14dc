-- Functions that hand back what they are given, as it is or in a sentence (correct).
-- over: 1_base

create function app.greeting(name text) returns text
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
    select 'Hello ' || $1
$$;
create function app.same(p uuid) returns uuid
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
    select $1
$$;
create function app.folded(slip_no text, customer_name text) returns text
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
    select lower($1) || '/' || $2
$$;
alter function app.greeting(text) owner to fault_owner;
alter function app.same(uuid) owner to fault_owner;
alter function app.folded(text, text) owner to fault_owner;
revoke all on function app.greeting(text), app.same(uuid), app.folded(text, text) from public;
grant execute on function app.greeting(text), app.same(uuid), app.folded(text, text) to fault_user;

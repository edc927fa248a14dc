-- Functions that hand back what they are given, in any wrapping (correct).
-- over: 1_base

create function app.echo(x anyelement) returns anyelement
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
select $1
$$;
create function app.hello(slip_no text) returns table (said text, len int)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    said := upper(slip_no);
    len := length(slip_no);
    return next;
end
$$;
create function app.md(t text) returns text
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
select md5($1)
$$;
create function app.js(slip_no text, customer_name text) returns jsonb
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
select jsonb_build_object('n', $1, 'c', reverse($2))
$$;
revoke all on all functions in schema app from public;
grant execute on function app.echo(anyelement), app.hello(text), app.md(text), app.js(text, text) to fault_user;

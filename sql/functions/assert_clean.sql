-- Proof that a connection carries nothing over to the next tenant. Runs after the reset, before reuse.
create or replace function shikiri_seal.assert_clean() returns void
language plpgsql stable security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    what text;
begin
    what := case
        when exists (select from pg_prepared_statements where from_sql) then 'a statement prepared in SQL'
        when exists (select from pg_cursors where is_holdable) then 'a cursor'
        when exists (select from pg_listening_channels()) then 'a LISTEN'
        when pg_my_temp_schema() <> 0 then 'a temporary object'
        when current_user <> session_user then 'another role'
        when shikiri_seal.is_sealed() then 'a seal'
    end;
    if what is not null then
        raise exception 'shikiri: % was left on the connection', what using errcode = 'SK020';
    end if;
end
$$;
revoke all on function shikiri_seal.assert_clean() from public;
grant execute on function shikiri_seal.assert_clean() to shikiri_app, shikiri_checker, shikiri_operator;

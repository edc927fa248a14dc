-- SECURITY DEFINER function owned by a BYPASSRLS role, tenant taken from the caller.
-- why: search_path is pinned, but the body trusts its argument and RLS does not apply to its owner.
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
-- proof: select count(*) from app.slips_of('bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb');
-- expect: 3

create role fault_reporter nologin bypassrls;
grant usage on schema app to fault_reporter;
grant select on app.slips to fault_reporter;
create function app.slips_of(p uuid)
returns setof app.slips
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select * from app.slips where tenant_id = p
$$;
alter function app.slips_of(uuid) owner to fault_reporter;
revoke all on function app.slips_of(uuid) from public;
grant execute on function app.slips_of(uuid) to fault_user;

-- CREATE on schema public granted to PUBLIC (pre-15 default restored).
-- why: Any role can plant functions or tables that unqualified names resolve to.
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
-- proof: create function public.fee_rate(numeric) returns numeric language sql as $$ select count(*)::numeric from app.slips $$;
-- proof: select app.fee(1);
-- expect: 6

grant usage, create on schema public to public;
create function app.fee(p numeric)
returns numeric
language plpgsql security definer
set search_path = public, pg_catalog
as $$
begin
    return fee_rate(p);
end
$$;
create function public.fee_rate(numeric)
returns numeric
language sql immutable
as $$
    select round($1 * 0.01)
$$;
revoke all on function app.fee(numeric) from public;
grant execute on function app.fee(numeric) to fault_user;
drop function public.fee_rate(numeric);

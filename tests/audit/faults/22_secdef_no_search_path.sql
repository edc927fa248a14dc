-- SECURITY DEFINER function without a pinned search_path.
-- why: The caller shadows the table it reads with a temporary one and becomes an operator.
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
-- proof: create temp table operators as select session_user::name as login;
-- proof: grant select on operators to public;
-- proof: select count(*) from app.slips where tenant_id = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
-- expect: 3

create table app.operators (
    login name primary key
);
alter table app.operators owner to fault_owner;
alter table app.operators enable row level security;
alter table app.operators force row level security;
create function app.is_operator()
returns boolean
language plpgsql stable security definer
as $$
begin
    return exists (select 1 from operators o where o.login = session_user);
end
$$;
revoke all on function app.is_operator() from public;
grant execute on function app.is_operator() to fault_user;
drop policy tenant_isolation on app.slips;
create policy tenant_isolation on app.slips for all to fault_user
    using (tenant_id = (select app.current_tenant()) or (select app.is_operator()))
    with check (tenant_id = (select app.current_tenant()));

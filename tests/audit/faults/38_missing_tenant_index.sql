-- Policy column tenant_id has no index.
-- why: Not a leak: every tenant query reads the whole table.
-- kind: performance
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
-- proof: set enable_seqscan = off;
-- proof: explain (costs off) select * from app.exports;
-- expect-part: Seq Scan on exports

create table app.exports (
    id bigint generated always as identity primary key,
    tenant_id uuid not null,
    made_at timestamptz not null default now()
);
alter table app.exports owner to fault_owner;
alter table app.exports enable row level security;
alter table app.exports force row level security;
create policy tenant_isolation on app.exports for all to fault_user
    using (tenant_id = (select app.current_tenant()))
    with check (tenant_id = (select app.current_tenant()));
grant select, insert on app.exports to fault_user;

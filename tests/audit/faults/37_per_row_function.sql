-- Policy calls a plpgsql VOLATILE function once per row.
-- why: Not a leak: every scan calls the function per row and no index can be used.
-- kind: performance
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
-- proof: set enable_seqscan = off;
-- proof: explain (costs off) select * from app.slips;
-- expect-part: Filter: (tenant_id = app.current_tenant_slow())

create function app.current_tenant_slow()
returns uuid
language plpgsql volatile
set search_path = pg_catalog
as $$
begin
    return app.current_tenant();
end
$$;
alter function app.current_tenant_slow() owner to fault_owner;
drop policy tenant_isolation on app.slips;
create policy tenant_isolation on app.slips for all to fault_user
    using (tenant_id = app.current_tenant_slow())
    with check (tenant_id = app.current_tenant_slow());

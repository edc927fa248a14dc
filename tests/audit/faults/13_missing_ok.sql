-- One-argument current_setting() in the policy.
-- why: Not a leak: a session without a tenant gets an error (or, after SET LOCAL, a cast error) instead of an empty result.
-- kind: outage
-- proof-role: fault_user
-- proof: select count(*) from app.slips;
-- expect: error 42704

drop policy tenant_isolation on app.slips;
create policy tenant_isolation on app.slips for all to fault_user
    using (tenant_id = (select current_setting('app.tenant_id')::uuid))
    with check (tenant_id = (select current_setting('app.tenant_id')::uuid));

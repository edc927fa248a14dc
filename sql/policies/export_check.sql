-- Access to export_check: read by the tenant, written by the checker's function only.
alter table shikiri.export_check enable row level security;
alter table shikiri.export_check force row level security;

-- To every role that can reach the table, the owner included: without a policy of its own a role
-- would see zero rows where it must see an error.
drop policy if exists tenant_rows on shikiri.export_check;
create policy tenant_rows on shikiri.export_check as permissive for all to shikiri_app, shikiri_owner, shikiri_keeper
    using (tenant_id = (select shikiri_seal.tenant()))
    with check (tenant_id = (select shikiri_seal.tenant()));

-- The floor: whatever permissive policy anybody adds later is ANDed with this one, for every role there is.
drop policy if exists tenant_floor on shikiri.export_check;
create policy tenant_floor on shikiri.export_check as restrictive for all to public
    using (tenant_id = (select shikiri_seal.tenant()))
    with check (tenant_id = (select shikiri_seal.tenant()));

revoke all on shikiri.export_check from public, shikiri_app, shikiri_checker, shikiri_operator, shikiri_auditor, shikiri_keeper;
grant select on shikiri.export_check to shikiri_app;
grant select, insert on shikiri.export_check to shikiri_keeper;

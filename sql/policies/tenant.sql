-- Access to tenant: a biller sees its own line; the keeper writes it.
alter table shikiri.tenant enable row level security;
alter table shikiri.tenant force row level security;

-- To every role that can reach the table, the owner included: without a policy of its own a role
-- would see zero rows where it must see an error.
drop policy if exists tenant_rows on shikiri.tenant;
create policy tenant_rows on shikiri.tenant as permissive for all to shikiri_app, shikiri_owner, shikiri_keeper
    using (tenant_id = (select shikiri_seal.tenant()))
    with check (tenant_id = (select shikiri_seal.tenant()));

-- The floor: whatever permissive policy anybody adds later is ANDed with this one, for every role there is.
drop policy if exists tenant_floor on shikiri.tenant;
create policy tenant_floor on shikiri.tenant as restrictive for all to public
    using (tenant_id = (select shikiri_seal.tenant()))
    with check (tenant_id = (select shikiri_seal.tenant()));

revoke all on shikiri.tenant from public, shikiri_app, shikiri_checker, shikiri_operator, shikiri_auditor, shikiri_keeper;
grant select on shikiri.tenant to shikiri_app;
grant select, insert on shikiri.tenant to shikiri_keeper;

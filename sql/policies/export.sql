-- Access to export: the frozen order. Written once by the keeper; nobody updates or deletes.
alter table shikiri.export enable row level security;
alter table shikiri.export force row level security;

-- To every role that can reach the table, the owner included: without a policy of its own a role
-- would see zero rows where it must see an error.
drop policy if exists tenant_rows on shikiri.export;
create policy tenant_rows on shikiri.export as permissive for all to shikiri_app, shikiri_checker, shikiri_owner, shikiri_keeper
    using (tenant_id = (select shikiri_seal.tenant()))
    with check (tenant_id = (select shikiri_seal.tenant()));

-- The floor: whatever permissive policy anybody adds later is ANDed with this one, for every role there is.
drop policy if exists tenant_floor on shikiri.export;
create policy tenant_floor on shikiri.export as restrictive for all to public
    using (tenant_id = (select shikiri_seal.tenant()))
    with check (tenant_id = (select shikiri_seal.tenant()));

revoke all on shikiri.export from public, shikiri_app, shikiri_checker, shikiri_operator, shikiri_auditor, shikiri_keeper;
grant select on shikiri.export to shikiri_app, shikiri_checker;
grant select, insert on shikiri.export to shikiri_keeper;

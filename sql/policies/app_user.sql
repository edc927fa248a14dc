-- Access to app_user: sessions read their own tenant's users; the keeper's functions write.
alter table shikiri.app_user enable row level security;
alter table shikiri.app_user force row level security;

-- To every role that can reach the table, the owner included: without a policy of its own a role
-- would see zero rows where it must see an error.
drop policy if exists tenant_rows on shikiri.app_user;
create policy tenant_rows on shikiri.app_user as permissive for all to shikiri_app, shikiri_owner, shikiri_keeper
    using (tenant_id = (select shikiri_seal.tenant()))
    with check (tenant_id = (select shikiri_seal.tenant()));

-- The floor: whatever permissive policy anybody adds later is ANDed with this one, for every role there is.
drop policy if exists tenant_floor on shikiri.app_user;
create policy tenant_floor on shikiri.app_user as restrictive for all to public
    using (tenant_id = (select shikiri_seal.tenant()))
    with check (tenant_id = (select shikiri_seal.tenant()));

revoke all on shikiri.app_user from public, shikiri_app, shikiri_checker, shikiri_operator, shikiri_auditor, shikiri_keeper;
grant select on shikiri.app_user to shikiri_app;
grant select, insert on shikiri.app_user to shikiri_keeper;
grant update (disabled_at) on shikiri.app_user to shikiri_keeper;

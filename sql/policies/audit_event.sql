-- Access to audit_event: append-only. Read by the tenant's sessions, appended by the keeper only.
alter table shikiri.audit_event enable row level security;
alter table shikiri.audit_event force row level security;

-- To every role that can reach the table, the owner included: without a policy of its own a role
-- would see zero rows where it must see an error.
drop policy if exists tenant_rows on shikiri.audit_event;
create policy tenant_rows on shikiri.audit_event as permissive for all to shikiri_app, shikiri_owner, shikiri_keeper
    using (tenant_id = (select shikiri_seal.tenant()))
    with check (tenant_id = (select shikiri_seal.tenant()));

-- The floor: whatever permissive policy anybody adds later is ANDed with this one, for every role there is.
drop policy if exists tenant_floor on shikiri.audit_event;
create policy tenant_floor on shikiri.audit_event as restrictive for all to public
    using (tenant_id = (select shikiri_seal.tenant()))
    with check (tenant_id = (select shikiri_seal.tenant()));

-- A person's own business: the ticket of an export does not read it.
drop policy if exists session_reads on shikiri.audit_event;
create policy session_reads on shikiri.audit_event as restrictive for select to shikiri_app
    using ((select shikiri_seal.scope()) = 'session');

revoke all on shikiri.audit_event from public, shikiri_app, shikiri_checker, shikiri_operator, shikiri_auditor, shikiri_keeper;
grant select on shikiri.audit_event to shikiri_app;
grant select, insert on shikiri.audit_event to shikiri_keeper;

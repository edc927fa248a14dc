-- Access to audit_event: append-only. Read by the tenant's sessions, appended by the keeper only.
alter table shikiri.audit_event enable row level security, force row level security;

-- To every role that can reach the table, the owner included: without a policy of its own a role
-- would see zero rows where it must see an error.
-- The same fact twice: the second line is what indexes understand. The first is an array that is true at one place
-- only; Postgres takes reading it to cost nothing, so it runs before every condition of a query. Without it a
-- cheap condition meets rows of others first, and a subquery behind it, or the error of a missing seal, tells so.
drop policy if exists tenant_rows on shikiri.audit_event;
create policy tenant_rows on shikiri.audit_event as permissive for all to shikiri_app, shikiri_owner, shikiri_keeper
    using (
        (select array_fill(true, array[1], array[shikiri_seal.tenant()]))[tenant_id]
        and tenant_id = (select shikiri_seal.tenant())
    )
    with check (tenant_id = (select shikiri_seal.tenant()));

-- The floor: whatever permissive policy anybody adds later is ANDed with this one, for every role there is.
drop policy if exists tenant_floor on shikiri.audit_event;
create policy tenant_floor on shikiri.audit_event as restrictive for all to public
    using (
        (select array_fill(true, array[1], array[shikiri_seal.tenant()]))[tenant_id]
        and tenant_id = (select shikiri_seal.tenant())
    )
    with check (tenant_id = (select shikiri_seal.tenant()));

-- A person's own business: the ticket of an export does not read it.
drop policy if exists session_reads on shikiri.audit_event;
create policy session_reads on shikiri.audit_event as restrictive for select to shikiri_app
    using ((select shikiri_seal.scope() = 'session'));

revoke all on shikiri.audit_event from public, shikiri_app, shikiri_checker, shikiri_operator, shikiri_auditor, shikiri_keeper;
grant select on shikiri.audit_event to shikiri_app;
grant select, insert on shikiri.audit_event to shikiri_keeper;

-- Row security does not stop TRUNCATE, and an owner holds every right unless it is taken: a record is not emptied
-- by somebody's mistake. (UPDATE stays with the owner: Postgres checks foreign keys with it.)
revoke delete, truncate on shikiri.audit_event from shikiri_owner;

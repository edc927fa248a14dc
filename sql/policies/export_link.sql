-- Access to export_link: links to files, without their secrets. Read by the tenant, written by the keeper only.
alter table shikiri.export_link enable row level security, force row level security;

-- To every role that can reach the table, the owner included: without a policy of its own a role
-- would see zero rows where it must see an error.
-- The same fact twice: the second line is what indexes understand. The first is an array that is true at one place
-- only; Postgres takes reading it to cost nothing, so it runs before every condition of a query. Without it a
-- cheap condition meets rows of others first, and a subquery behind it, or the error of a missing seal, tells so.
drop policy if exists tenant_rows on shikiri.export_link;
create policy tenant_rows on shikiri.export_link as permissive for all to shikiri_app, shikiri_owner, shikiri_keeper
    using (
        (select array_fill(true, array[1], array[shikiri_seal.tenant()]))[tenant_id]
        and tenant_id = (select shikiri_seal.tenant())
    )
    with check (tenant_id = (select shikiri_seal.tenant()));

-- The floor: whatever permissive policy anybody adds later is ANDed with this one, for every role there is.
drop policy if exists tenant_floor on shikiri.export_link;
create policy tenant_floor on shikiri.export_link as restrictive for all to public
    using (
        (select array_fill(true, array[1], array[shikiri_seal.tenant()]))[tenant_id]
        and tenant_id = (select shikiri_seal.tenant())
    )
    with check (tenant_id = (select shikiri_seal.tenant()));

revoke all on shikiri.export_link from public, shikiri_app, shikiri_checker, shikiri_operator, shikiri_auditor, shikiri_keeper;
grant select on shikiri.export_link to shikiri_app;
grant select, insert, update on shikiri.export_link to shikiri_keeper;

-- Row security does not stop TRUNCATE, and an owner holds every right unless it is taken: a record is not emptied
-- by somebody's mistake. (UPDATE stays with the owner: Postgres checks foreign keys with it.)
revoke delete, truncate on shikiri.export_link from shikiri_owner;

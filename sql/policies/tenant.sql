-- Access to tenant: a biller and its checker see its own line; the keeper writes it.
alter table shikiri.tenant enable row level security, force row level security;

-- To every role that can reach the table, the owner included: without a policy of its own a role
-- would see zero rows where it must see an error.
-- The same fact twice: the second line is what indexes understand. The first is an array that is true at one place
-- only; Postgres takes reading it to cost nothing, so it runs before every condition of a query. Without it a
-- cheap condition meets rows of others first, and a subquery behind it, or the error of a missing seal, tells so.
drop policy if exists tenant_rows on shikiri.tenant;
create policy tenant_rows on shikiri.tenant as permissive for all to shikiri_app, shikiri_checker, shikiri_owner, shikiri_keeper
    using (
        (select array_fill(true, array[1], array[shikiri_seal.tenant()]))[tenant_id]
        and tenant_id = (select shikiri_seal.tenant())
    )
    with check (tenant_id = (select shikiri_seal.tenant()));

-- The floor: whatever permissive policy anybody adds later is ANDed with this one, for every role there is.
drop policy if exists tenant_floor on shikiri.tenant;
create policy tenant_floor on shikiri.tenant as restrictive for all to public
    using (
        (select array_fill(true, array[1], array[shikiri_seal.tenant()]))[tenant_id]
        and tenant_id = (select shikiri_seal.tenant())
    )
    with check (tenant_id = (select shikiri_seal.tenant()));

revoke all on shikiri.tenant from public, shikiri_app, shikiri_checker, shikiri_operator, shikiri_auditor, shikiri_keeper;
grant select on shikiri.tenant to shikiri_app, shikiri_checker;
grant select, insert on shikiri.tenant to shikiri_keeper;
grant update (issuer_code, payee_name, collector_name, slip_purpose, slip_remarks) on shikiri.tenant to shikiri_keeper;

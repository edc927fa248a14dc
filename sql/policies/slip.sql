-- Access to slip: everything that anybody may do with the rows of payment slips.
alter table shikiri.slip enable row level security, force row level security;

-- To every role that can reach the table, the owner included: without a policy of its own a role
-- would see zero rows where it must see an error.
-- The same fact twice: the second line is what indexes understand. The first is an array that is true at one place
-- only; Postgres takes reading it to cost nothing, so it runs before every condition of a query. Without it a
-- cheap condition meets rows of others first, and a subquery behind it, or the error of a missing seal, tells so.
drop policy if exists tenant_rows on shikiri.slip;
create policy tenant_rows on shikiri.slip as permissive for all to shikiri_app, shikiri_checker, shikiri_owner, shikiri_keeper
    using (
        (select array_fill(true, array[1], array[shikiri_seal.tenant()]))[tenant_id]
        and tenant_id = (select shikiri_seal.tenant())
    )
    with check (tenant_id = (select shikiri_seal.tenant()));

-- The floor: whatever permissive policy anybody adds later is ANDed with this one, for every role there is.
drop policy if exists tenant_floor on shikiri.slip;
create policy tenant_floor on shikiri.slip as restrictive for all to public
    using (
        (select array_fill(true, array[1], array[shikiri_seal.tenant()]))[tenant_id]
        and tenant_id = (select shikiri_seal.tenant())
    )
    with check (tenant_id = (select shikiri_seal.tenant()));

-- Only a person's session writes here: the ticket of an export reads, and nothing else.
drop policy if exists session_writes on shikiri.slip;
create policy session_writes on shikiri.slip as restrictive for insert to shikiri_app
    with check ((select shikiri_seal.scope() = 'session'));

revoke all on shikiri.slip from public, shikiri_app, shikiri_checker, shikiri_operator, shikiri_auditor, shikiri_keeper;
grant select on shikiri.slip to shikiri_app, shikiri_checker;
grant insert (
    tenant_id, bill_number, reissue_number, customer_number, customer_name, due_date, revenue_stamp, amount_yen,
    consumption_tax_yen
) on shikiri.slip to shikiri_app;
-- An event in the chain is held against its rows.
grant select (tenant_id, bill_number, reissue_number, xmin) on shikiri.slip to shikiri_keeper;

-- Access to slip_import: written and read by sessions, never changed.
alter table shikiri.slip_import enable row level security, force row level security;

-- To every role that can reach the table, the owner included: without a policy of its own a role
-- would see zero rows where it must see an error.
-- The same fact twice: the second line is what indexes understand. The first is an array that is true at one place
-- only; Postgres takes reading it to cost nothing, so it runs before every condition of a query. Without it a
-- cheap condition meets rows of others first, and a subquery behind it, or the error of a missing seal, tells so.
drop policy if exists tenant_rows on shikiri.slip_import;
create policy tenant_rows on shikiri.slip_import as permissive for all to shikiri_app, shikiri_owner, shikiri_keeper
    using (
        (select array_fill(true, array[1], array[shikiri_seal.tenant()]))[tenant_id]
        and tenant_id = (select shikiri_seal.tenant())
    )
    with check (tenant_id = (select shikiri_seal.tenant()));

-- The floor: whatever permissive policy anybody adds later is ANDed with this one, for every role there is.
drop policy if exists tenant_floor on shikiri.slip_import;
create policy tenant_floor on shikiri.slip_import as restrictive for all to public
    using (
        (select array_fill(true, array[1], array[shikiri_seal.tenant()]))[tenant_id]
        and tenant_id = (select shikiri_seal.tenant())
    )
    with check (tenant_id = (select shikiri_seal.tenant()));

-- A person's own business: the ticket of an export does not read it.
drop policy if exists session_reads on shikiri.slip_import;
create policy session_reads on shikiri.slip_import as restrictive for select to shikiri_app
    using ((select shikiri_seal.scope() = 'session'));

-- Only a person's session writes here: the ticket of an export reads, and nothing else.
drop policy if exists session_writes on shikiri.slip_import;
create policy session_writes on shikiri.slip_import as restrictive for insert to shikiri_app
    with check ((select shikiri_seal.scope() = 'session'));

revoke all on shikiri.slip_import from public, shikiri_app, shikiri_checker, shikiri_operator, shikiri_auditor, shikiri_keeper;
grant select on shikiri.slip_import to shikiri_app;
grant insert (
    tenant_id, import_id, mode, outcome, encoding, encoding_detected, file_sha256, file_bytes, row_count, error_count,
    notice_count, imported_by
) on shikiri.slip_import to shikiri_app;
-- An event in the chain is held against its rows.
grant select (tenant_id, import_id, outcome, row_count, file_sha256, xmin) on shikiri.slip_import to shikiri_keeper;

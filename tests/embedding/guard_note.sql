-- An embedder's own tenant table: the key led by tenant_id, the policy, the floor, the least grants.
set role shikiri_owner;
create table shikiri.note (
    tenant_id integer not null,
    note text collate "C" not null,
    constraint note_pkey primary key (tenant_id, note)
);
alter table shikiri.note alter column tenant_id set statistics 0, alter column note set statistics 0;
alter table shikiri.note enable row level security;
alter table shikiri.note force row level security;
-- The same fact twice, as in sql/policies/slip.sql: the first line runs before every condition of a query.
create policy tenant_rows on shikiri.note as permissive for all to shikiri_app, shikiri_owner
    using (
        (select array_fill(true, array[1], array[shikiri_seal.tenant()]))[tenant_id]
        and tenant_id = (select shikiri_seal.tenant())
    )
    with check (tenant_id = (select shikiri_seal.tenant()));
create policy tenant_floor on shikiri.note as restrictive for all to public
    using (
        (select array_fill(true, array[1], array[shikiri_seal.tenant()]))[tenant_id]
        and tenant_id = (select shikiri_seal.tenant())
    )
    with check (tenant_id = (select shikiri_seal.tenant()));
grant select, insert on shikiri.note to shikiri_app;

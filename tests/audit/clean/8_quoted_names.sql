-- Names with blanks, capitals and quotes, in a schema of such a name (correct).
-- over: 1_base

create schema "Shop Floor" authorization fault_owner;
grant usage on schema "Shop Floor" to fault_user;
set role fault_owner;
create table "Shop Floor"."Order Lines (new)" (
    "tenant_id" uuid not null references app.tenants,
    "lineNo" integer not null,
    "the ""text"", short" text,
    primary key ("tenant_id", "lineNo")
);
alter table "Shop Floor"."Order Lines (new)" enable row level security;
alter table "Shop Floor"."Order Lines (new)" force row level security;
create policy "Own, and no other" on "Shop Floor"."Order Lines (new)" for all to fault_user
    using (tenant_id = (select app.current_tenant()));
grant select, insert, update, delete on "Shop Floor"."Order Lines (new)" to fault_user;
create function "Shop Floor"."isMine"("tenantId" uuid) returns boolean
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select $1 = app.current_tenant()
$$;
revoke all on function "Shop Floor"."isMine"(uuid) from public;
grant execute on function "Shop Floor"."isMine"(uuid) to fault_user;
reset role;
insert into "Shop Floor"."Order Lines (new)"
    select tenant_id, n, 'Line ' || upper(left(tenant_id::text, 1)) || '-' || n from app.tenants, generate_series(1, 2) n;

//! Changes of relations, their columns, keys and what hangs on them.

use super::Change;

/// Relations, their columns, keys and what hangs on them.
pub const RELATIONS: &[Change] = &[
    ("table", "create table shikiri.more (tenant_id integer)", "drop table shikiri.more"),
    ("table", "create table public.child () inherits (shikiri.slip)", "drop table public.child"),
    (
        "table",
        "alter table shikiri.slip disable row level security",
        "alter table shikiri.slip enable row level security",
    ),
    (
        "table",
        "alter table shikiri.slip no force row level security",
        "alter table shikiri.slip force row level security",
    ),
    (
        "table",
        "alter table shikiri.print_report set unlogged",
        "alter table shikiri.print_report set logged",
    ),
    (
        "table",
        "alter table shikiri.slip replica identity full",
        "alter table shikiri.slip replica identity default",
    ),
    (
        "table",
        "alter table shikiri.slip set (fillfactor = 50)",
        "alter table shikiri.slip reset (fillfactor)",
    ),
    (
        "table",
        "alter table shikiri.slip owner to postgres",
        "alter table shikiri.slip owner to shikiri_owner",
    ),
    (
        "table",
        "alter table shikiri.slip rename to slips",
        "alter table shikiri.slips rename to slip",
    ),
    (
        "table",
        "alter table shikiri.slip set schema away",
        "alter table away.slip set schema shikiri",
    ),
    (
        "table",
        "alter table shikiri.slip cluster on slip_pkey",
        "alter table shikiri.slip set without cluster",
    ),
    (
        "table",
        "grant select on shikiri.slip to beside_other",
        "revoke select on shikiri.slip from beside_other",
    ),
    (
        "table",
        "grant select on shikiri_vault.seal_key to shikiri_app",
        "revoke select on shikiri_vault.seal_key from shikiri_app",
    ),
    (
        "table",
        "grant select on away.notes to shikiri_app",
        "revoke select on away.notes from shikiri_app",
    ),
    (
        "table",
        "grant select on pg_catalog.pg_statistic to shikiri_app",
        "revoke select on pg_catalog.pg_statistic from shikiri_app",
    ),
    (
        "toast table",
        "alter table shikiri.slip set (toast.autovacuum_enabled = false)",
        "alter table shikiri.slip reset (toast.autovacuum_enabled)",
    ),
    (
        "index",
        "create index beside_index on shikiri.slip (tenant_id)",
        "drop index shikiri.beside_index",
    ),
    (
        "index",
        "alter index shikiri.slip_pkey set (fillfactor = 50)",
        "alter index shikiri.slip_pkey reset (fillfactor)",
    ),
    (
        "index",
        "set allow_system_table_mods = on; update pg_index set indisvalid = false where indexrelid = 'shikiri.slip_pkey'::regclass",
        "set allow_system_table_mods = on; update pg_index set indisvalid = true where indexrelid = 'shikiri.slip_pkey'::regclass",
    ),
    (
        "index column",
        "create index beside_index on shikiri.slip ((tenant_id + 1)); alter index shikiri.beside_index alter column 1 set statistics 7",
        "drop index shikiri.beside_index",
    ),
    (
        "sequence",
        "alter sequence shikiri_ops.wall_wall_id_seq increment 2",
        "alter sequence shikiri_ops.wall_wall_id_seq increment 1",
    ),
    (
        "sequence column",
        "grant update on sequence shikiri_ops.wall_wall_id_seq to shikiri_app",
        "revoke update on sequence shikiri_ops.wall_wall_id_seq from shikiri_app",
    ),
    ("view", "create view public.v as select * from shikiri.slip", "drop view public.v"),
    ("view", "create view public.v as select shikiri_seal.tenant()", "drop view public.v"),
    (
        "view",
        "alter view shikiri_audit.settings set (security_barrier = true)",
        "alter view shikiri_audit.settings reset (security_barrier)",
    ),
    (
        "view",
        "alter view shikiri_audit.settings set (security_invoker = true)",
        "alter view shikiri_audit.settings reset (security_invoker)",
    ),
    (
        "view column",
        "alter view shikiri_audit.settings alter column settings set default '{}'",
        "alter view shikiri_audit.settings alter column settings drop default",
    ),
    (
        "materialized view",
        "create materialized view away.m as select * from shikiri_ops.tenant",
        "drop materialized view away.m",
    ),
    (
        "materialized view column",
        "alter materialized view shikiri_audit.m alter column one set statistics 7",
        "alter materialized view shikiri_audit.m alter column one set statistics -1",
    ),
    (
        "composite type",
        "create type shikiri_seal.more as (a integer)",
        "drop type shikiri_seal.more",
    ),
    (
        "composite type column",
        "alter type shikiri_seal.pair alter attribute a type bigint",
        "alter type shikiri_seal.pair alter attribute a type integer",
    ),
    (
        "foreign table",
        "create foreign table shikiri.away (tenant_id integer) server beside_server",
        "drop foreign table shikiri.away",
    ),
    (
        "foreign table column",
        "alter foreign table shikiri_seal.far alter column a options (x 'y')",
        "alter foreign table shikiri_seal.far alter column a options (drop x)",
    ),
    (
        "table column",
        "alter table shikiri.slip add column more integer",
        "alter table shikiri.slip drop column more",
    ),
    (
        "table column",
        "alter table shikiri.slip rename column customer_name to name",
        "alter table shikiri.slip rename column name to customer_name",
    ),
    (
        "table column",
        "alter table shikiri.slip alter column reissue_number type integer",
        "alter table shikiri.slip alter column reissue_number type smallint; alter table shikiri.slip alter column reissue_number set statistics 0",
    ),
    (
        "table column",
        "alter table shikiri.slip alter column customer_name drop not null",
        "alter table shikiri.slip alter column customer_name set not null",
    ),
    (
        "table column",
        "alter table shikiri.slip alter column customer_name set storage external",
        "alter table shikiri.slip alter column customer_name set storage extended",
    ),
    (
        "table column",
        "alter table shikiri.slip alter column customer_name set compression pglz",
        "alter table shikiri.slip alter column customer_name set compression default",
    ),
    (
        "table column",
        "alter table shikiri.slip alter column customer_name set statistics 100",
        "alter table shikiri.slip alter column customer_name set statistics 0",
    ),
    (
        "table column",
        "alter table shikiri.slip alter column customer_name set (n_distinct = 5)",
        "alter table shikiri.slip alter column customer_name reset (n_distinct)",
    ),
    (
        "table column",
        "grant update (customer_name) on shikiri.slip to shikiri_app",
        "revoke update (customer_name) on shikiri.slip from shikiri_app",
    ),
    (
        "table column",
        "grant select (t) on away.notes to shikiri_app",
        "revoke select (t) on away.notes from shikiri_app",
    ),
    (
        "table column",
        "grant select (stavalues1) on pg_catalog.pg_statistic to shikiri_app",
        "revoke select (stavalues1) on pg_catalog.pg_statistic from shikiri_app",
    ),
    (
        "default value",
        "alter table shikiri.slip alter column customer_name set default 'x'",
        "alter table shikiri.slip alter column customer_name drop default",
    ),
    (
        "table constraint",
        "alter table shikiri.slip add constraint more check (amount_yen < 9)  not valid",
        "alter table shikiri.slip drop constraint more",
    ),
    (
        "table constraint",
        "alter table shikiri.tenant drop constraint stamp_policy_is_known",
        "alter table shikiri.tenant add constraint stamp_policy_is_known check (stamp_policy in ('taxable', 'exempt'))",
    ),
    (
        "table constraint",
        "create temporary table kept as select conname, conrelid::regclass::text as t, pg_get_constraintdef(oid) as d from pg_constraint \
        where contype = 'f' and conrelid = 'shikiri.app_user'::regclass; do $$ declare it record; begin for it in select * from pg_temp.kept loop \
        execute format('alter table %s drop constraint %I', it.t, it.conname); end loop; end $$",
        "do $$ declare it record; begin for it in select * from pg_temp.kept loop \
        execute format('alter table %s add constraint %I %s', it.t, it.conname, it.d); end loop; end $$; drop table pg_temp.kept",
    ),
    (
        "rule",
        "create rule r as on insert to shikiri.slip do also insert into away.notes values (new.tenant_id, new.customer_name)",
        "drop rule r on shikiri.slip",
    ),
    (
        "rule",
        "create rule r as on delete to shikiri_ops.tenant do instead nothing",
        "drop rule r on shikiri_ops.tenant",
    ),
    (
        "rule",
        "create rule r as on insert to away.notes do also delete from shikiri.slip",
        "drop rule r on away.notes",
    ),
    (
        "trigger",
        "create trigger t after insert on shikiri.slip for each row execute function beside.on_row()",
        "drop trigger t on shikiri.slip",
    ),
    (
        "trigger",
        "alter table shikiri.slip disable trigger all",
        "alter table shikiri.slip enable trigger all",
    ),
    (
        "policy",
        "create policy more on shikiri.slip using (true)",
        "drop policy more on shikiri.slip",
    ),
    (
        "policy",
        "alter policy tenant_rows on shikiri.slip to shikiri_app",
        "alter policy tenant_rows on shikiri.slip to shikiri_app, shikiri_checker, shikiri_owner, shikiri_keeper",
    ),
    (
        "policy",
        "create policy far on away.notes using (n = shikiri_seal.tenant())",
        "drop policy far on away.notes",
    ),
    (
        "statistics object",
        "create statistics shikiri.more on bill_number, amount_yen from shikiri.slip",
        "drop statistics shikiri.more",
    ),
];

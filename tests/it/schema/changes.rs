//! Every kind of DDL that Postgres has, on or beside the wall: how it is made and how it is undone.

/// One change: the kind of object in Postgres's own words (`pg_get_object_address`), how it is made, how it is undone.
pub type Change = (&'static str, &'static str, &'static str);

/// What some changes need: it is there before the first digest is taken.
pub const GROUND: &str = "
    create schema beside; create schema away;
    create table away.notes (n integer, t text);
    create role beside_other login; create role beside_deep login;
    create function beside.one() returns integer language sql as 'select 1';
    create function beside.on_event() returns event_trigger language plpgsql as 'begin end';
    create function beside.on_row() returns trigger language plpgsql as 'begin return new; end';
    create operator family beside.family using btree;
    create materialized view shikiri_audit.m as select 1 as one;
    create type shikiri_seal.pair as (a integer);
    create domain shikiri_seal.small as integer;
    create foreign data wrapper beside_wrapper; create server beside_server foreign data wrapper beside_wrapper;
    create foreign table shikiri_seal.far (a integer) server beside_server;
    create publication beside_pub with (publish = 'insert');
    create text search configuration beside.words (copy = pg_catalog.simple);
    create text search dictionary beside.dict (template = pg_catalog.simple);
    create subscription beside_sub connection 'dbname=nowhere' publication p
        with (connect = false, enabled = false, create_slot = false, slot_name = none);
    create event trigger beside_event on ddl_command_end when tag in ('CREATE CONVERSION') execute function beside.on_event();
    select lo_create(4711);
";

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
        "alter policy tenant_rows on shikiri.slip to shikiri_app, shikiri_checker, shikiri_owner",
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

/// Code and what decides how it is run.
pub const CODE: &[Change] = &[
    (
        "function",
        "create function away.f() returns integer language sql security definer as 'select 1'",
        "drop function away.f()",
    ),
    (
        "function",
        "alter function beside.one() leakproof",
        "alter function beside.one() not leakproof",
    ),
    (
        "function",
        "alter function shikiri_seal.tenant() cost 1",
        "alter function shikiri_seal.tenant() cost 100",
    ),
    (
        "function",
        "alter function shikiri_vault.export_steps() rows 7",
        "alter function shikiri_vault.export_steps() rows 1000",
    ),
    (
        "function",
        "alter function shikiri_seal.tenant() set work_mem = '8MB'",
        "alter function shikiri_seal.tenant() reset work_mem",
    ),
    (
        "function",
        "alter function shikiri_seal.tenant() parallel safe",
        "alter function shikiri_seal.tenant() parallel restricted",
    ),
    (
        "function",
        "alter function shikiri_seal.tenant() security invoker",
        "alter function shikiri_seal.tenant() security definer",
    ),
    (
        "function",
        "alter function shikiri_seal.tenant() owner to postgres",
        "alter function shikiri_seal.tenant() owner to shikiri_keeper",
    ),
    (
        "function",
        "alter function beside.one() support pg_catalog.generate_series_int4_support",
        "create or replace function beside.one() returns integer language sql as 'select 1'",
    ),
    (
        "function",
        "alter function pg_catalog.texteq(text, text) not leakproof",
        "alter function pg_catalog.texteq(text, text) leakproof",
    ),
    (
        "function",
        "alter function pg_catalog.pg_sleep(double precision) security definer",
        "alter function pg_catalog.pg_sleep(double precision) security invoker",
    ),
    (
        "function",
        "grant execute on function pg_catalog.lo_import(text) to shikiri_app",
        "revoke execute on function pg_catalog.lo_import(text) from shikiri_app",
    ),
    (
        "function",
        "grant execute on function pg_catalog.pg_read_file(text) to public",
        "revoke execute on function pg_catalog.pg_read_file(text) from public",
    ),
    (
        "function",
        "revoke execute on function pg_catalog.pg_sleep(double precision) from public",
        "grant execute on function pg_catalog.pg_sleep(double precision) to public",
    ),
    (
        "function",
        "grant execute on function shikiri_vault.bind(integer, uuid, text) to beside_other",
        "revoke execute on function shikiri_vault.bind(integer, uuid, text) from beside_other",
    ),
    (
        "function",
        "grant execute on function beside.one() to shikiri_app",
        "revoke execute on function beside.one() from shikiri_app",
    ),
    (
        "aggregate",
        "create aggregate shikiri_seal.total (integer) (sfunc = int4pl, stype = integer)",
        "drop aggregate shikiri_seal.total (integer)",
    ),
    (
        "procedure",
        "create procedure away.p() language sql security definer as 'select 1'",
        "drop procedure away.p()",
    ),
    ("type", "create type shikiri.kind as enum ('a')", "drop type shikiri.kind"),
    (
        "type",
        "grant usage on type shikiri_seal.small to beside_other",
        "revoke usage on type shikiri_seal.small from beside_other",
    ),
    ("type", "create domain shikiri.kind as text check (value <> '')", "drop domain shikiri.kind"),
    (
        "domain constraint",
        "alter domain shikiri_seal.small add constraint more check (value < 9)",
        "alter domain shikiri_seal.small drop constraint more",
    ),
    ("cast", "create cast (text as integer) with inout as implicit", "drop cast (text as integer)"),
    ("collation", "create collation away.c from \"C\"", "drop collation away.c"),
    (
        "conversion",
        "create conversion away.c for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8",
        "drop conversion away.c",
    ),
    (
        "language",
        "set allow_system_table_mods = on; update pg_language set lanpltrusted = true where lanname = 'c'",
        "set allow_system_table_mods = on; update pg_language set lanpltrusted = false where lanname = 'c'",
    ),
    ("language", "create language more handler plpgsql_call_handler", "drop language more"),
    (
        "language",
        "revoke usage on language plpgsql from public",
        "grant usage on language plpgsql to public",
    ),
    (
        "operator",
        "create operator away.=== (function = int4eq, leftarg = integer, rightarg = integer)",
        "drop operator away.=== (integer, integer)",
    ),
    (
        "operator",
        "alter operator pg_catalog.= (text, text) set (restrict = none)",
        "alter operator pg_catalog.= (text, text) set (restrict = eqsel)",
    ),
    (
        "operator class",
        "create operator class away.c for type integer using hash as operator 1 =, function 1 hashint4(integer)",
        "drop operator family away.c using hash",
    ),
    (
        "operator family",
        "create operator family away.f using btree",
        "drop operator family away.f using btree",
    ),
    (
        "operator of access method",
        "alter operator family beside.family using btree add operator 1 < (integer, integer)",
        "alter operator family beside.family using btree drop operator 1 (integer, integer)",
    ),
    (
        "function of access method",
        "alter operator family beside.family using btree add function 1 (integer, integer) btint4cmp(integer, integer)",
        "alter operator family beside.family using btree drop function 1 (integer, integer)",
    ),
    (
        "access method",
        "create access method more type index handler hashhandler",
        "drop access method more",
    ),
    (
        "transform",
        "create transform for integer language sql (from sql with function prsd_lextype(internal), to sql with function int4recv(internal))",
        "drop transform for integer language sql",
    ),
    (
        "text search parser",
        "create text search parser away.p (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype)",
        "drop text search parser away.p",
    ),
    (
        "text search template",
        "create text search template away.t (lexize = dsimple_lexize)",
        "drop text search template away.t",
    ),
    (
        "text search dictionary",
        "alter text search dictionary beside.dict (accept = false)",
        "alter text search dictionary beside.dict (accept)",
    ),
    (
        "text search configuration",
        "alter text search configuration beside.words drop mapping for email",
        "alter text search configuration beside.words add mapping for email with simple",
    ),
    (
        "event trigger",
        "alter event trigger beside_event disable",
        "alter event trigger beside_event enable",
    ),
    (
        "event trigger",
        "create event trigger more on sql_drop execute function beside.on_event()",
        "drop event trigger more",
    ),
];

/// What is of the whole database or server.
pub const BESIDE: &[Change] = &[
    ("schema", "create schema more", "drop schema more"),
    (
        "schema",
        "grant create on schema shikiri_seal to shikiri_app",
        "revoke create on schema shikiri_seal from shikiri_app",
    ),
    (
        "schema",
        "grant usage on schema away to shikiri_app",
        "revoke usage on schema away from shikiri_app",
    ),
    (
        "schema",
        "alter schema shikiri_audit owner to postgres",
        "alter schema shikiri_audit owner to shikiri_keeper",
    ),
    ("publication", "create publication more for all tables", "drop publication more"),
    (
        "publication",
        "alter publication beside_pub set (publish = 'insert, update')",
        "alter publication beside_pub set (publish = 'insert')",
    ),
    (
        "publication relation",
        "alter publication beside_pub add table shikiri.slip where (amount_yen > 1)",
        "alter publication beside_pub drop table shikiri.slip",
    ),
    (
        "publication namespace",
        "alter publication beside_pub add tables in schema shikiri",
        "alter publication beside_pub drop tables in schema shikiri",
    ),
    (
        "subscription",
        "alter subscription beside_sub set publication other with (refresh = false)",
        "alter subscription beside_sub set publication p with (refresh = false)",
    ),
    ("foreign-data wrapper", "create foreign data wrapper more", "drop foreign data wrapper more"),
    (
        "server",
        "alter server beside_server options (add host 'elsewhere')",
        "alter server beside_server options (drop host)",
    ),
    (
        "server",
        "grant usage on foreign server beside_server to shikiri_app",
        "revoke usage on foreign server beside_server from shikiri_app",
    ),
    (
        "user mapping",
        "create user mapping for shikiri_app server beside_server",
        "drop user mapping for shikiri_app server beside_server",
    ),
    (
        "extension",
        "set allow_system_table_mods = on; update pg_extension set extversion = '2'",
        "set allow_system_table_mods = on; update pg_extension set extversion = '1.0'",
    ),
    (
        "default acl",
        "alter default privileges for role shikiri_owner grant select on tables to public",
        "alter default privileges for role shikiri_owner revoke select on tables from public",
    ),
    (
        "default acl",
        "alter default privileges for role shikiri_owner in schema shikiri grant select on tables to shikiri_operator",
        "alter default privileges for role shikiri_owner in schema shikiri revoke select on tables from shikiri_operator",
    ),
    (
        "large object",
        "grant select on large object 4711 to public",
        "revoke select on large object 4711 from public",
    ),
    (
        "database",
        "do $$ begin execute format('grant connect on database %I to public', current_database()); end $$",
        "do $$ begin execute format('revoke connect on database %I from public', current_database()); end $$",
    ),
    (
        "database",
        "do $$ begin execute format('alter database %I set row_security = off', current_database()); end $$",
        "do $$ begin execute format('alter database %I reset row_security', current_database()); end $$",
    ),
    (
        "database",
        "do $$ begin execute format('alter database %I connection limit 77', current_database()); end $$",
        "do $$ begin execute format('alter database %I connection limit -1', current_database()); end $$",
    ),
    (
        "database",
        "do $$ begin execute format('alter database %I owner to beside_other', current_database()); end $$",
        "do $$ begin execute format('alter database %I owner to postgres', current_database()); end $$",
    ),
    (
        "tablespace",
        "alter tablespace pg_default set (random_page_cost = 2)",
        "alter tablespace pg_default reset (random_page_cost)",
    ),
    (
        "tablespace",
        "grant create on tablespace pg_default to shikiri_app",
        "revoke create on tablespace pg_default from shikiri_app",
    ),
    (
        "parameter ACL",
        "grant set on parameter log_statement to shikiri_app",
        "revoke set on parameter log_statement from shikiri_app",
    ),
    ("role", "alter role shikiri_operator superuser", "alter role shikiri_operator nosuperuser"),
    ("role", "alter role shikiri_operator bypassrls", "alter role shikiri_operator nobypassrls"),
    ("role", "alter role shikiri_operator createrole", "alter role shikiri_operator nocreaterole"),
    ("role", "alter role shikiri_operator createdb", "alter role shikiri_operator nocreatedb"),
    (
        "role",
        "alter role shikiri_operator replication",
        "alter role shikiri_operator noreplication",
    ),
    ("role", "alter role shikiri_operator inherit", "alter role shikiri_operator noinherit"),
    ("role", "alter role shikiri_owner login", "alter role shikiri_owner nologin"),
    (
        "role",
        "alter role shikiri_operator connection limit 7",
        "alter role shikiri_operator connection limit -1",
    ),
    (
        "role",
        "alter role shikiri_operator valid until '2030-01-01'",
        "alter role shikiri_operator valid until 'infinity'",
    ),
    (
        "role",
        "alter role shikiri_app set work_mem = '8MB'",
        "alter role shikiri_app reset work_mem",
    ),
    ("role", "alter role all set work_mem = '8MB'", "alter role all reset work_mem"),
    ("role", "create role mallory bypassrls", "drop role mallory"),
    ("role", "create role mallory superuser login", "drop role mallory"),
    ("role", "create role mallory replication", "drop role mallory"),
    ("role", "create role mallory createrole", "drop role mallory"),
    (
        "role membership",
        "grant shikiri_auditor to beside_other",
        "revoke shikiri_auditor from beside_other",
    ),
    (
        "role membership",
        "grant shikiri_owner to beside_other; grant beside_other to beside_deep",
        "revoke beside_other from beside_deep; revoke shikiri_owner from beside_other",
    ),
    (
        "role membership",
        "grant pg_read_all_data to beside_other",
        "revoke pg_read_all_data from beside_other",
    ),
    ("role membership", "grant pg_monitor to beside_other", "revoke pg_monitor from beside_other"),
    (
        "role membership",
        "grant beside_other to shikiri_app",
        "revoke beside_other from shikiri_app",
    ),
    (
        "security label",
        "set allow_system_table_mods = on; insert into pg_seclabel values ('shikiri.slip'::regclass, 'pg_class'::regclass, 0, 'some', 'label')",
        "set allow_system_table_mods = on; delete from pg_seclabel",
    ),
    (
        "security label",
        "set allow_system_table_mods = on; insert into pg_shseclabel select oid, 'pg_authid'::regclass, 'some', 'label' from pg_roles where rolname = 'shikiri_app'",
        "set allow_system_table_mods = on; delete from pg_shseclabel",
    ),
];

/// What changes nothing in the digest: the catalogue in which it stands, how it is made and undone. Each is in
/// `shikiri_vault.wall_left_out()` with its reason; `-` is what is of a schema that is neither ours nor guarded.
pub const LEFT_OUT: &[Change] = &[
    (
        "pg_description",
        "comment on table shikiri.slip is 'x'",
        "comment on table shikiri.slip is null",
    ),
    (
        "pg_shdescription",
        "comment on role shikiri_app is 'x'",
        "comment on role shikiri_app is null",
    ),
    ("pg_class", "analyze", "select 1"),
    (
        "pg_authid",
        "alter role shikiri_operator password 'x'",
        "alter role shikiri_operator password null",
    ),
    (
        "pg_subscription",
        "alter subscription beside_sub connection 'dbname=other'",
        "alter subscription beside_sub connection 'dbname=nowhere'",
    ),
    ("pg_largeobject", "select lo_put(4711, 0, 'x')", "select 1"),
    (
        "-",
        "create table away.more (a integer); create view away.v as select * from away.more",
        "drop view away.v; drop table away.more",
    ),
    (
        "-",
        "create role bob login; grant select on away.notes to bob",
        "drop owned by bob; drop role bob",
    ),
    (
        "-",
        "create function away.f() returns integer language sql as 'select 1'",
        "drop function away.f()",
    ),
    ("-", "create type away.t as enum ('a')", "drop type away.t"),
];

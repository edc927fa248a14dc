//! Changes of what is of the whole database or server.

use super::Change;

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

//! Changes of code and of what decides how it is run.

use super::Change;

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
        "alter function shikiri_seal.enter(text) security invoker",
        "alter function shikiri_seal.enter(text) security definer",
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

//! Every kind of DDL that Postgres has, on or beside the wall: how it is made and how it is undone.

mod beside;
mod code;
mod relations;

pub use beside::BESIDE;
pub use code::CODE;
pub use relations::RELATIONS;

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

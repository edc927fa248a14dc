//! Leaks that are planted, one of each kind: the sweep must find every one, in the place and rendering where it is.

use std::sync::Arc;

use shikiri::dba::catalog::Login;

use super::{
    length,
    reaching::{Job, Shot},
    read_log,
    renderings::Renderings,
    stage::{Door, Stage},
    sweep::{Prelude, sweep},
    tap::Tap,
};

/// The binding as it was before its pads stayed columns: 113 billers' rows could be read with what it let print.
const BIND_OF_BEFORE: &str = "
create or replace function shikiri_vault.bind_of_before(p_tenant_id integer, p_actor uuid, p_scope text) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    body text;
    key record;
begin
    select k.kid, k.inner_pad, k.outer_pad into key from shikiri_vault.seal_key k where k.active;
    if not found then
        raise exception 'shikiri: there is no seal key' using errcode = 'SK003';
    end if;
    body := p_tenant_id || ':' || p_actor || ':' || p_scope || ':' || key.kid;
    perform set_config('shikiri.seal', body || ':' || encode(sha256(key.outer_pad || sha256(key.inner_pad
        || convert_to(body, 'UTF8') || decode('00', 'hex') || int4send(pg_backend_pid())
        || timestamptz_send(transaction_timestamp()) || convert_to(session_user::text, 'UTF8'))), 'hex'), true);
end
$$;";

/// A world that seals by a parameter has no key to lose.
const A_KEY: &str = "insert into shikiri_vault.seal_key (kid, inner_pad, outer_pad, active) \
     select 1, shikiri_planted.pad(54), shikiri_planted.pad(92), true \
     where not exists (select from shikiri_vault.seal_key)";
const A_PAD: &str = "create schema shikiri_planted; create function shikiri_planted.pad(p_byte integer) returns bytea \
     language sql as $$ select sha256(convert_to(gen_random_uuid()::text, 'UTF8')) \
     || decode(repeat(lpad(to_hex(p_byte), 2, '0'), 32), 'hex') $$";

/// What is planted: its name, where it must be found, how it is written, and the body of the function.
type Plant = (&'static str, &'static str, &'static str, &'static str);

const PLANTS: &[Plant] = &[
    (
        "bind as it was",
        "message",
        "signed numbers",
        "begin perform shikiri_vault.bind_of_before(1, '00000000-0000-0000-0000-000000000000', 'session'); end",
    ),
    (
        "a variable of a statement, out of a query",
        "message",
        "signed numbers",
        "declare v bytea; begin select c.verifier into v from shikiri_vault.credential c limit 1; \
         perform pg_sleep(0) where convert_from(current_setting('x.y', true)::bytea, 'UTF8') <> encode(v || '', 'escape') \
         or v < current_setting('x.y', true)::bytea; end",
    ),
    (
        "a notice",
        "message",
        "hex",
        "begin raise notice '%', (select c.verifier from shikiri_vault.credential c limit 1); end",
    ),
    (
        "upper case with colons",
        "message",
        "hex",
        "begin raise notice '%', (select regexp_replace(upper(encode(c.verifier, 'hex')), '(..)', E'\\\\1:\\n', 'g') \
         from shikiri_vault.credential c limit 1); end",
    ),
    (
        "a part of it",
        "message",
        "hex",
        "begin raise debug '%', (select substr(c.verifier, 11, 9) from shikiri_vault.credential c limit 1); end",
    ),
    (
        "escape format",
        "message",
        "escape",
        "begin raise notice using message = 'x', detail = (select encode(c.verifier, 'escape') \
         from shikiri_vault.credential c limit 1); end",
    ),
    (
        "base64 behind another byte",
        "message",
        "base64",
        "begin raise warning using message = 'x', hint = (select encode('x' || c.verifier, 'base64') \
         from shikiri_vault.credential c limit 1); end",
    ),
    (
        "a list of bytes with line breaks",
        "message",
        "unsigned numbers",
        "begin raise info '%', (select string_agg(get_byte(c.verifier, n)::text, E',\\n' order by n) \
         from (select verifier from shikiri_vault.credential limit 1) c, generate_series(0, 31) n); end",
    ),
    (
        "an error",
        "message",
        "hex",
        "begin raise exception using message = 'x', detail = (select 'Failing row contains ' || c.pepper::text \
         from shikiri_vault.pepper c); end",
    ),
    (
        "a row",
        "row",
        "hex",
        "begin return (select encode(c.pepper, 'hex') from shikiri_vault.pepper c); end",
    ),
    (
        "a value of another biller",
        "message",
        "raw",
        "begin raise notice '%', (select min(s.customer_name) from shikiri.slip s where s.customer_name like 'CANARY%'); end",
    ),
    (
        "the server's log alone",
        "log",
        "hex",
        "begin set local client_min_messages = error; raise log '%', (select c.pepper from shikiri_vault.pepper c); end",
    ),
];

/// What must be there for the plants to leak it.
pub fn prepare(root: &mut Tap) {
    root.must(A_PAD);
    root.must(A_KEY);
    root.must(BIND_OF_BEFORE);
}

/// Every plant is found, alone; afterwards there is none.
pub fn all_are_found(
    stage: &Stage,
    root: &mut Tap,
    renderings: &Arc<Renderings>,
    plans: &Prelude,
) -> usize {
    let sql = "select shikiri_planted.leak()".to_owned();
    let shot =
        Shot { function: "planted".to_owned(), sql, params: Vec::new(), must_succeed: false };
    let jobs = [Job { login: Login::App, door: Door::Unbound, shots: vec![shot] }];
    root.must("grant usage on schema shikiri_planted to shikiri_app");
    for (name, place, rendering, body) in PLANTS {
        let result = if *place == "row" { "text" } else { "void" };
        root.must("drop function if exists shikiri_planted.leak()");
        root.must(&format!(
            "create function shikiri_planted.leak() returns {result} language plpgsql security definer as $f$ {body} $f$"
        ));
        let from = length(&stage.log());
        let swept = sweep(stage, &jobs, std::slice::from_ref(plans), renderings);
        let (logged, _) = read_log(&stage.log(), from, renderings);
        let in_log = logged.iter().any(|it| it.rendering == *rendering);
        let told = swept.findings.iter().any(|it| it.place == *place && it.rendering == *rendering);
        let quiet = *place != "log" || swept.findings.is_empty();
        assert!(
            if *place == "log" { in_log && quiet } else { told },
            "{name}: not found in the {place} as {rendering}: {:?}, log {logged:?}",
            swept.findings
        );
        // What is a message of level LOG or an error is in the server's log as well.
        assert!(in_log || !["bind as it was", "an error"].contains(name), "{name}: {logged:?}");
    }
    root.must("drop schema shikiri_planted cascade; drop function shikiri_vault.bind_of_before(integer, uuid, text)");
    PLANTS.len()
}

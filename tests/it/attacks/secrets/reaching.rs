//! What is called: the calls of the function matrix, calls that get further, and every function with nothing but nulls.

use std::collections::{BTreeMap, BTreeSet};

use shikiri::dba::catalog::Login;

use super::{
    super::calls::CALLS,
    stage::{DRAWS, Door, Facts, Stage},
    tap::Tap,
};

/// One call, ready to be sent.
#[derive(Debug, Clone)]
pub struct Shot {
    pub function: String,
    pub sql: String,
    pub params: Vec<String>,
    /// It is told here to get to its end.
    pub must_succeed: bool,
}

/// The calls of one login through one door.
pub struct Job {
    pub login: Login,
    pub door: Door,
    pub shots: Vec<Shot>,
}

/// Calls with everything right, so that the inner statements run, and with one thing missing, so that they fail late.
const FURTHER: &[(Login, Door, &str, &[&str])] = &[
    (
        Login::App,
        Door::Unbound,
        "select o.outcome from shikiri_seal.open_session(':attempt_of_a', decode(':derived_of_a', 'hex'), 'take_over', 'x') o",
        &[],
    ),
    (
        Login::App,
        Door::Unbound,
        "select o.outcome from shikiri_seal.open_session(':attempt_of_a', decode(':derived_of_a', 'hex'), 'parallel', null) o",
        &[],
    ),
    (
        Login::App,
        Door::Unbound,
        "select o.outcome from shikiri_seal.open_session(':attempt_of_b', 'wrong', 'ask', 'x') o",
        &[],
    ),
    (
        Login::App,
        Door::Session,
        "select o.outcome from shikiri_seal.open_session(':attempt_of_b', 'wrong', 'ask', 'x') o",
        &[],
    ),
    (
        Login::App,
        Door::Unbound,
        "select count(a) from generate_series(1, 10) n, \
        lateral shikiri_seal.begin_login(':code_of_b', 'admin', sha256(('wrong' || n)::bytea)) a",
        &[],
    ),
    (
        Login::App,
        Door::Unbound,
        "select length(p.salt) from shikiri_seal.login_params(':code_of_b', 'admin') p",
        &[],
    ),
    (
        Login::App,
        Door::Unbound,
        "select length(p.salt) from shikiri_seal.login_params('nowhere', null) p",
        &[],
    ),
    (
        Login::App,
        Door::Unbound,
        "select o.outcome from shikiri_seal.open_link($1, $2, null, null) o",
        &["link_of_a", "secret_of_a"],
    ),
    (
        Login::App,
        Door::Unbound,
        "select o.outcome from shikiri_seal.open_link($1, $2, 0, 1) o",
        &["link_of_a", "secret_of_a"],
    ),
    (Login::App, Door::Unbound, "select shikiri_seal.end_fetch($1, true, 1)", &["fetch_of_a"]),
    (Login::App, Door::Session, "select shikiri_seal.end_fetch($1, true, 1)", &["fetch_of_b"]),
    (
        Login::Checker,
        Door::Unbound,
        "select shikiri_seal.note_shredded(array[:id_of_b], array[':expired_of_b']::uuid[])",
        &[],
    ),
    (
        Login::App,
        Door::Session,
        "select shikiri_seal.change_own_password(':proof_of_a', decode(':derived_of_a', 'hex'), 's', 'k', 'v', null)",
        &[],
    ),
    (
        Login::App,
        Door::Session,
        "select c.outcome from shikiri_seal.cancel_export(':queued_of_a', null, 0, 'x') c",
        &[],
    ),
    (
        Login::App,
        Door::Session,
        "select b.outcome from shikiri_seal.begin_reprint(':ready_of_a', 1, 1) b",
        &[],
    ),
    (Login::App, Door::Session, "select shikiri_seal.retain_export(':queued_of_a', 3)", &[]),
    (Login::App, Door::Queued, "draw", &[]),
    (
        Login::Checker,
        Door::Check,
        "select shikiri_seal.record_check(count(*)::integer, sum(amount_yen), 1, \
        decode(repeat('ab', 32 * count(*)::integer), 'hex')) from shikiri.slip",
        &[],
    ),
    (
        Login::Checker,
        Door::CheckReprint,
        "select shikiri_seal.record_reprint(sha256('x'), 10)",
        &[],
    ),
    (
        Login::App,
        Door::Reprint,
        "select length(f.chain_hash) from shikiri_seal.reprint_facts() f",
        &[],
    ),
    (Login::App, Door::Reprint, "select shikiri_seal.finish_reprint('x', 'x')", &[]),
    (
        Login::Operator,
        Door::Unbound,
        "select shikiri_ops.add_user(':code_of_b', 'new', 'x', 'clerk', 'x', 'x', 'x')",
        &[],
    ),
    (
        Login::Operator,
        Door::Unbound,
        "select shikiri_ops.add_tenant('10077', 'x', 'taxable', '{ask}')",
        &[],
    ),
];

/// The same, but each fails inside, with a row in hand that its error could show.
const FAILING: &[(Login, Door, &str)] = &[
    (Login::App, Door::Session, "select shikiri_seal.reset_password(':user_of_b', null, 'k', 'v')"),
    (Login::App, Door::Session, "select shikiri_seal.reset_password(':user_of_b', 's', 'k', null)"),
    (
        Login::App,
        Door::Session,
        "select o.outcome from shikiri_seal.add_user('n', null, 'clerk', 's', 'k', 'v') o",
    ),
    (
        Login::App,
        Door::Session,
        "select o.outcome from shikiri_seal.add_user('n', 'n', 'no role', 's', 'k', 'v') o",
    ),
    (
        Login::App,
        Door::Session,
        "select o.outcome from shikiri_seal.add_user('n', 'n', 'clerk', 's', 'k', null) o",
    ),
    (
        Login::App,
        Door::Session,
        "select m.outcome from shikiri_seal.make_link(':ready_of_a', 60, null, ':session_of_a') m",
    ),
    (Login::App, Door::Session, "select shikiri_seal.recall_export(':ready_of_a', null)"),
    (
        Login::Operator,
        Door::Unbound,
        "select shikiri_ops.set_issuer(':code_of_b', 'x', 'x', 'x', 'x', 'x')",
    ),
    (
        Login::Operator,
        Door::Unbound,
        "select shikiri_ops.reset_user(':code_of_b', 'admin', null, 'x', 'x')",
    ),
    (
        Login::Operator,
        Door::Unbound,
        "select shikiri_ops.add_user(':code_of_b', 'n', null, 'no role', 'x', 'x', null)",
    ),
];

/// All of it, by login and door.
pub fn jobs(stage: &Stage, root: &mut Tap) -> Vec<Job> {
    let mut jobs = BTreeMap::<(usize, Door), Job>::new();
    for (n, login) in Login::ALL.into_iter().enumerate() {
        let allowed = executable(root, login);
        for door in doors(login) {
            let mut shots = Vec::new();
            for call in CALLS.iter().filter(|it| allowed.iter().any(|one| one == it.function)) {
                for facts in [&stage.theirs, &stage.own] {
                    let params = call.params.iter().map(|it| facts[it].clone()).collect();
                    shots.push(Shot {
                        function: call.function.to_owned(),
                        sql: filled(call.sql, facts),
                        params,
                        must_succeed: false,
                    });
                }
            }
            let further = FURTHER.iter().filter(|it| it.0 == login && it.1 == *door);
            shots.extend(further.map(|it| of_text(stage, it.2, it.3, true)));
            let failing = FAILING.iter().filter(|it| it.0 == login && it.1 == *door);
            shots.extend(failing.map(|it| of_text(stage, it.2, &[], false)));
            if [Door::Unbound, Door::Session].contains(door) {
                shots.extend(allowed.iter().map(|it| of_nulls(it)));
            }
            let mut seen = BTreeSet::new();
            shots.retain(|it| seen.insert((it.sql.clone(), it.params.clone())));
            jobs.insert((n, *door), Job { login, door: *door, shots });
        }
    }
    jobs.into_values().collect()
}

fn doors(login: Login) -> &'static [Door] {
    match login {
        Login::App => &[Door::Unbound, Door::Session, Door::Queued, Door::Drawn, Door::Reprint],
        Login::Checker => &[Door::Unbound, Door::Check, Door::CheckReprint],
        _ => &[Door::Unbound],
    }
}

fn of_text(stage: &Stage, text: &str, params: &[&str], must_succeed: bool) -> Shot {
    let drawing = DRAWS.map(|it| format!("{it} from shikiri.slip")).join("; ");
    let text = if text == "draw" { &drawing } else { text };
    let from = text.find("shikiri_").expect("calls a function of ours");
    let to = text[from..].find('(').expect("with arguments") + from;
    Shot {
        function: text[from..to].to_owned(),
        sql: filled(text, &stage.theirs),
        params: params.iter().map(|it| stage.theirs[it].clone()).collect(),
        must_succeed,
    }
}

/// A call with a null for each argument: errors of constraints show rows.
fn of_nulls(function: &str) -> Shot {
    let (name, types) = function.trim_end_matches(')').split_once('(').expect("a signature");
    let types = types.split(',').filter(|it| !it.is_empty());
    let nulls: Vec<_> = types.map(|it| format!("null::{it}")).collect();
    Shot {
        function: function.to_owned(),
        sql: format!("select count(*) from {name}({})", nulls.join(", ")),
        params: Vec::new(),
        must_succeed: false,
    }
}

fn filled(text: &str, facts: &Facts) -> String {
    facts.iter().fold(text.to_owned(), |it, (name, value)| it.replace(&format!(":{name}"), value))
}

/// What a login may execute in our schemas, by the live catalogue.
fn executable(root: &mut Tap, login: Login) -> Vec<String> {
    let role = login.role();
    root.must(&format!(
        "select p.oid::regprocedure::text from pg_proc p where p.pronamespace::regnamespace::text like 'shikiri%' \
         and has_schema_privilege('{role}', p.pronamespace, 'usage') and has_function_privilege('{role}', p.oid, 'execute') \
         order by 1"
    ))
}

/// What touches most of the vault in little time: logins, links, tickets, orders, and the doors themselves.
const CORE: &[&str] = &[
    "open_session",
    "settle_logins",
    "open_link",
    "order_export",
    "reset_password",
    "record_check",
    "verify_chain",
];

/// The calls that are made after every single setting.
pub fn core(deepest: &[Job]) -> Vec<Job> {
    let is_core = |it: &&Shot| CORE.iter().any(|name| it.function.contains(&format!(".{name}")));
    let mut jobs: Vec<Job> = deepest
        .iter()
        .map(|it| Job {
            login: it.login,
            door: it.door,
            shots: it.shots.iter().filter(is_core).cloned().collect(),
        })
        .collect();
    jobs.retain(|it| !it.shots.is_empty());
    jobs
}

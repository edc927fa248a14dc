//! The function matrix: what each login role's calls come to, unbound, in A's session and in A's export.

use std::collections::{BTreeMap, BTreeSet};

use shikiri::{
    dba::catalog::Login,
    testkit::{A, B, World},
};
use uuid::Uuid;

use super::{
    calls::{CALLS, Call, REFUSED, Scope},
    target::{Party, Target},
    wire::{Outcome, Wire},
};
use crate::golden;

/// An export that was ordered, with what its process and its checker hold.
pub struct Ordered {
    id: String,
    pub ticket: String,
    pub check: String,
}

/// Orders an export of everything a biller has.
pub async fn order(app: &mut Wire, party: &Party) -> Ordered {
    app.enter(&party.secret).await;
    let id = Uuid::new_v4().to_string();
    let text = format!(
        "select o.outcome, o.export_ticket, o.check_ticket from shikiri_seal.order_export('{id}', \
         'slip_list', '{{\"all\": true}}', (select count(*)::integer from shikiri.slip), null, '{{}}') o"
    );
    let outcome = app.simple(&text).await;
    assert_eq!(outcome.rows[0][0], "ordered", "{}", outcome.all());
    app.must("commit").await;
    Ordered { id, ticket: outcome.rows[0][1].clone(), check: outcome.rows[0][2].clone() }
}

async fn door(wire: &mut Wire, function: &str, secret: &str) {
    wire.must("rollback; begin").await;
    let text = format!("select shikiri_seal.{function}($1::text)");
    let entered = wire.extended(&text, &[Some(secret.to_owned())]).await;
    assert!(entered.state.is_none(), "{function}: {}", entered.all());
}

/// Takes an export from its order to its release, the way its two processes do.
pub async fn run_export(world: &World, app: &mut Wire, party: &Party) -> String {
    let ordered = order(app, party).await;
    let (rows, sum) =
        ("select count(*) from shikiri.slip", "select sum(amount_yen) from shikiri.slip");
    door(app, "enter_export", &ordered.ticket).await;
    let (rows, sum) = (app.value(rows).await, app.value(sum).await);
    let begun = app.value(&format!("select shikiri_seal.begin_export({rows}, {sum}, 1)")).await;
    assert_eq!(begun, "running");
    let list = format!("decode(repeat('ab', 32 * {rows}), 'hex')");
    let pages = format!(
        "'{{1}}', '{{{rows}}}', '{{{sum}}}', '{{first}}', '{{last}}', array[{list}], '{{0}}', '{{9}}'"
    );
    app.must(&format!("select shikiri_seal.report_pages({pages})")).await;
    let finish = format!("select shikiri_seal.finish_drawing(sha256({list}), 'x', 10, null)");
    let drawn = app.value(&finish).await;
    assert_eq!(drawn, "checking");
    app.must("commit").await;
    let mut checker = Wire::connect(&world.url(Login::Checker)).await;
    door(&mut checker, "enter_check", &ordered.check).await;
    let agrees = format!("select shikiri_seal.record_check({rows}, {sum}, 1, {list})");
    assert_eq!(checker.value(&agrees).await, "t");
    checker.must("commit").await;
    door(app, "enter_export", &ordered.ticket).await;
    assert_eq!(
        app.value("select shikiri_seal.release_export('certificate', 'kid')").await,
        "ready"
    );
    app.must("commit").await;
    ordered.id
}

/// Everything the database holds of one tenant, as one digest, read by a superuser.
async fn digest(root: &mut Wire, tenant_id: i32) -> String {
    let tables = "select a.attrelid::regclass::text from pg_attribute a join pg_class c on c.oid = a.attrelid \
         where c.relnamespace::regnamespace::text like 'shikiri%' and c.relkind = 'r' and a.attname = 'tenant_id' \
         order by 1";
    let mut all = String::new();
    let tables = root.simple(tables).await;
    assert!(tables.rows.len() > 10, "{}", tables.all());
    for table in tables.rows.iter().map(|row| &row[0]) {
        let text = format!(
            "select count(*) || ' ' || coalesce(md5(string_agg(t::text, ',' order by t::text)), '') \
             from {table} t where t.tenant_id = {tenant_id}"
        );
        all += &format!("{table} {}\n", root.value(&text).await);
    }
    all
}

/// The facts that calls are made with.
struct Matrix {
    target: Target,
    facts: BTreeMap<&'static str, String>,
    root: Wire,
    before: String,
    lines: Vec<String>,
}

impl Matrix {
    async fn new(world: &World) -> Matrix {
        let target = Target::wall(world).await;
        let mut app = Wire::connect(&target.app).await;
        let of_b = run_export(world, &mut app, &target.b).await;
        // A link that B's session made and is bound to.
        app.enter(&target.b.secret).await;
        let link = format!(
            "select m.token from shikiri_seal.make_link('{of_b}', 900, 'session', '{}') m",
            target.b.session_id
        );
        let link_of_b = app.value(&link).await;
        app.must("commit").await;
        let of_a = order(&mut app, &target.a).await;
        order(&mut app, &target.b).await;
        let facts = BTreeMap::from([
            ("secret_of_a", target.a.secret.clone()),
            ("secret_of_b", target.b.secret.clone()),
            ("session_of_a", target.a.session_id.clone()),
            ("session_of_b", target.b.session_id.clone()),
            ("link_of_b", link_of_b),
            ("user_of_a", target.a.user_id.clone()),
            ("user_of_b", target.b.user_id.clone()),
            ("id_of_a", target.a.tenant_id.to_string()),
            ("code_of_b", B.code.to_owned()),
            ("export_of_b", of_b),
            ("ticket_of_a", of_a.ticket),
            ("check_of_a", of_a.check),
        ]);
        let mut root = Wire::connect(&target.superuser).await;
        let before = digest(&mut root, target.b.tenant_id).await;
        Matrix { target, facts, root, before, lines: Vec::new() }
    }

    async fn open(&self, wire: &mut Wire, login: Login, scope: Scope) {
        let (function, fact) = match (scope, login) {
            (Scope::Unbound, _) => return wire.must("rollback; begin").await,
            (Scope::Session, _) => ("enter", "secret_of_a"),
            (Scope::Export, Login::Checker) => ("enter_check", "check_of_a"),
            (Scope::Export, _) => ("enter_export", "ticket_of_a"),
        };
        door(wire, function, &self.facts[fact]).await;
    }

    async fn call(&mut self, wire: &mut Wire, login: Login, scope: Scope, call: &Call) {
        self.open(wire, login, scope).await;
        let seal = "select coalesce(current_setting('shikiri.seal', true), '')";
        let sealed = wire.value(seal).await;
        wire.must("savepoint call").await;
        let mut sql = call.sql.to_owned();
        for (name, value) in &self.facts {
            sql = sql.replace(&format!(":{name}"), value);
        }
        let outcome = if call.params.is_empty() {
            wire.simple(&sql).await
        } else {
            let params: Vec<_> =
                call.params.iter().map(|it| Some(self.facts[it].clone())).collect();
            wire.extended(&sql, &params).await
        };
        if outcome.state.is_some() {
            wire.must("rollback to savepoint call").await;
        }
        let what =
            format!("{} | {scope:?} | {} | {}", login.role(), call.function, told(call, &outcome));
        let entered = call.function.contains(".enter") && outcome.state.is_none();
        if !entered {
            assert_eq!(wire.value(seal).await, sealed, "{what}: the seal is another one");
        }
        let after = self.rows_of_others(wire, &what).await;
        wire.must(if call.undo { "rollback" } else { "commit" }).await;
        let now = digest(&mut self.root, self.target.b.tenant_id).await;
        assert_eq!(now, self.before, "{what}: something of B changed");
        self.lines.push(format!("{what} | then {after}"));
    }

    /// What the transaction reads after the call: its own rows or an error.
    async fn rows_of_others(&self, wire: &mut Wire, what: &str) -> String {
        wire.must("savepoint look").await;
        let look = format!(
            "select count(*) > 0, count(*) filter (where tenant_id <> {}) from shikiri.slip",
            self.target.a.tenant_id
        );
        let seen = wire.simple(&look).await;
        if let Some(code) = seen.state {
            wire.must("rollback to savepoint look").await;
            assert!(["SK001", "42501"].contains(&code.as_str()), "{what}: then {code}");
            return code;
        }
        assert_eq!(seen.rows[0], ["t", "0"], "{what}: rows of others");
        "own rows".to_owned()
    }
}

/// The outcome in words that are the same in every run.
fn told(call: &Call, outcome: &Outcome) -> String {
    let with = call.params.join(", ");
    let with = if with.is_empty() { String::new() } else { format!("with {with}: ") };
    match &outcome.state {
        Some(code) => format!("{with}{code}"),
        None => {
            let cells = outcome.rows.iter().flatten().cloned().collect::<Vec<_>>().join(" ");
            format!("{with}{}", if cells.is_empty() { "done" } else { &cells })
        }
    }
}

/// What a role may execute in our schemas, by the live catalogue.
async fn executable(root: &mut Wire, role: &str) -> BTreeSet<String> {
    let text = format!(
        "select p.oid::regprocedure::text from pg_proc p where p.pronamespace::regnamespace::text like 'shikiri%' \
         and has_schema_privilege('{role}', p.pronamespace, 'usage') and has_function_privilege('{role}', p.oid, 'execute')"
    );
    root.simple(&text).await.rows.into_iter().map(|mut row| row.swap_remove(0)).collect()
}

#[tokio::test]
async fn every_function_a_role_may_call_is_called_and_none_reaches_the_other_biller() {
    assert_ne!(A.code, B.code);
    let world = World::new().await;
    let mut matrix = Matrix::new(&world).await;
    for login in Login::ALL {
        let allowed = executable(&mut matrix.root, login.role()).await;
        for function in &allowed {
            let known = CALLS.iter().any(|it| it.function == *function);
            assert!(known, "{} may execute {function}: the matrix does not call it", login.role());
        }
        let scopes: &[Scope] = match login {
            Login::App => &[Scope::Unbound, Scope::Session, Scope::Export],
            Login::Checker => &[Scope::Unbound, Scope::Export],
            _ => &[Scope::Unbound],
        };
        let refused = |it: &Call| REFUSED.contains(&(login.role(), it.function));
        let mut wire = Wire::connect(&world.url(login)).await;
        for scope in scopes {
            for call in CALLS.iter().filter(|it| allowed.contains(it.function) || refused(it)) {
                assert_ne!(allowed.contains(call.function), refused(call), "{}", call.function);
                matrix.call(&mut wire, login, *scope, call).await;
            }
        }
    }
    golden::same("function_matrix.txt", &(matrix.lines.join("\n") + "\n"));
}

//! What a wrapped read can leave on its connection, whatever stands in its file: every kind of expression that might,
//! each followed by the light reset and the next biller's read.

use shikiri::{
    dba::catalog::Login,
    testkit::{A, B, SLIPS_B, World},
    wall::{PINNED_OPTIONS, RESET_AFTER_READS, one_statement},
};
use tokio_postgres::{Client, Statement};

use super::secret;
use crate::support::{connect, text};

/// Everything that lives as long as a session, in one line. The name of a setting that nobody declared and the seed
/// of `random()` are not in it: the full reset leaves them too.
const STATE: &str = "select concat_ws(' ',
    (select count(*) from pg_prepared_statements where from_sql),
    (select count(*) from pg_prepared_statements where not from_sql and statement like '%of the next biller%'),
    (select count(*) from pg_cursors where is_holdable), (select count(*) from pg_listening_channels()),
    pg_my_temp_schema(), current_user, session_user, current_setting('role'),
    (select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()),
    (select string_agg(name || '=' || setting, ',' order by name) from pg_settings
        where setting is distinct from reset_val and context in ('user', 'superuser') and name not in
            ('transaction_isolation', 'transaction_read_only', 'transaction_deferrable', 'seed', 'role',
            'session_authorization')),
    current_setting('transaction_isolation'), current_setting('transaction_read_only'),
    '[' || coalesce(current_setting('shikiri.seal', true), '') || ']',
    '[' || coalesce(current_setting('planted.value', true), '') || ']')";

/// What has arguments, or is worth trying with these.
const EXPRESSIONS: &[&str] = &[
    "(select string_agg(set_config(s.name, case s.vartype when 'bool' then 'on' else s.setting end, false), ',') \
        from pg_settings s where s.context = 'user' and s.name not in \
        ('role', 'session_authorization', 'transaction_read_only', 'transaction_deferrable', 'transaction_isolation'))",
    "set_config('role', 'shikiri_app', false)",
    "set_config('role', 'none', false)",
    "set_config('session_authorization', 'shikiri_app', false)",
    "set_config('transaction_read_only', 'on', false)",
    "set_config('transaction_isolation', 'serializable', false)",
    "set_config('default_transaction_read_only', 'on', false)",
    "set_config('default_transaction_isolation', 'serializable', false)",
    "set_config('default_transaction_deferrable', 'on', false) || set_config('default_transaction_read_only', 'on', false)",
    "set_config('search_path', 'pg_temp', false)",
    "set_config('client_encoding', 'SJIS', false)",
    "set_config('row_security', 'off', false)",
    "set_config('plan_cache_mode', 'force_custom_plan', false)",
    "set_config('client_min_messages', 'error', false)",
    "set_config('shikiri.seal', current_setting('shikiri.seal'), false)",
    "set_config('planted.value', 'of A', false)",
    "set_config('planted.value', 'of A', true)",
    "setseed(0.5)",
    "pg_advisory_lock(42)",
    "pg_advisory_lock_shared(1, 2)",
    "pg_try_advisory_lock(43)",
    "pg_advisory_xact_lock(44)",
    "lo_open(lo_create(0), 131072)",
    "pg_notify('a', 'b')",
    "pg_export_snapshot()",
    "pg_cancel_backend(pg_backend_pid())",
    "currval('pg_temp.nothing')",
    "cursor_to_xml('loot', 1, true, true, '')",
    "ts_stat('select to_tsvector(''a'')')",
    "ts_rewrite('a'::tsquery, 'prepare evil as select 1')",
    "schema_to_xml('pg_temp', true, true, '')",
];

/// Commands, each through a function that runs a text.
const COMMANDS: &[&str] = &[
    "prepare evil as select 1",
    "deallocate all",
    "declare loot cursor with hold for select 1",
    "listen loot",
    "create temp table slip (customer_name text)",
    "select 1 into temp slip",
    "create function pg_temp.f() returns int language sql as ''select 1''",
    "set role none",
    "set session authorization default",
    "set work_mem = ''77MB''",
    "set local work_mem = ''77MB''",
    "select set_config(''work_mem'', ''66MB'', false)",
    "begin",
    "commit",
    "savepoint a",
    "prepare transaction ''a''",
    "lock table shikiri.slip",
    "load ''auto_explain''",
    "do $x$ begin end $x$",
    "discard all",
    "reset all",
];

/// Texts that try to be more than a sub-select.
const BREAKING_OUT: &[&str] = &[
    "select 1 as one) q offset 0) q) r on true; prepare evil as select 1; select (select (select (select 1",
    "select 1 as one into temp slip",
    "with evil as (insert into shikiri.slip default values returning 1) select 1 as one from evil",
    "select 1 as one) q offset 0) q where true) r on true into temp slip --",
    "prepare evil as select 1",
    "do $$ begin end $$",
];

struct Scene {
    app: Client,
    /// B's read, prepared before A came: no text is prepared on a connection that was not reset.
    next: Statement,
    a: String,
    b: String,
    url: String,
    fresh: String,
    _world: World,
}

async fn connection(url: &str) -> (Client, Statement) {
    let app = connect(url).await;
    let sql = "select min(s.tenant_id) as low, count(*) as n /* of the next biller */ from shikiri.slip s";
    let next = app.prepare(&one_statement(sql, 0)).await.expect("prepares");
    (app, next)
}

impl Scene {
    async fn new() -> Scene {
        let world = World::new().await;
        let (a, b) = (secret(&world, &A, "clerk").await, secret(&world, &B, "clerk").await);
        let url = format!("{} options='{PINNED_OPTIONS}'", world.url(Login::App));
        let (app, next) = connection(&url).await;
        let mut scene = Scene { app, next, a, b, url, fresh: String::new(), _world: world };
        scene.next_biller().await.expect("B reads");
        scene.fresh = text(&scene.app, STATE).await;
        scene
    }

    /// B's read in the flight of the light reset.
    async fn next_biller(&self) -> Result<i64, String> {
        let params: [&(dyn tokio_postgres::types::ToSql + Sync); 1] = [&self.b];
        let (reset, read) = tokio::join!(
            biased;
            self.app.batch_execute(RESET_AFTER_READS),
            self.app.query_one(&self.next, &params),
        );
        reset.map_err(|err| format!("the reset: {err:?}"))?;
        read.map(|row| row.get("n")).map_err(|err| format!("the read: {err:?}"))
    }

    /// What is wrong after A's read with this in it; and whether it ran at all.
    async fn attempt(&mut self, sql: &str) -> (bool, Vec<String>) {
        let ran = match self.app.prepare(&one_statement(sql, 0)).await {
            Ok(prepared) => self.app.query(&prepared, &[&self.a]).await.is_ok(),
            Err(_) => false,
        };
        if self.app.is_closed() {
            (self.app, self.next) = connection(&self.url).await;
            return (ran, vec![]);
        }
        let mut wrong = Vec::new();
        match self.next_biller().await {
            Ok(n) if n == i64::from(SLIPS_B) => {}
            other => wrong.push(format!("{sql}: B's read: {other:?}")),
        }
        let state = text(&self.app, STATE).await;
        if state != self.fresh {
            wrong.push(format!("{sql}: left\n  {state}\nnot\n  {}", self.fresh));
            (self.app, self.next) = connection(&self.url).await;
        }
        (ran, wrong)
    }
}

#[tokio::test]
async fn light_reset_leftovers_of_any_expression_are_gone() {
    let mut scene = Scene::new().await;
    let (mut ran, mut wrong) = (0, Vec::new());
    let texts = EXPRESSIONS.iter().map(|it| format!("select ({it})::text as one"));
    let commands = COMMANDS.iter().flat_map(|it| {
        [
            format!("select query_to_xml('{it}', true, true, '')::text as one"),
            format!("select query_to_xml_and_xmlschema('{it}', true, true, '')::text as one"),
            format!("select ts_rewrite('a'::tsquery, '{it}')::text as one"),
        ]
    });
    let breaking = BREAKING_OUT.iter().map(|it| (*it).to_owned());
    for sql in texts.chain(commands).chain(breaking) {
        let (it_ran, what) = scene.attempt(&sql).await;
        ran += usize::from(it_ran);
        wrong.extend(what);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(20 <= ran, "only {ran} ran: the zero is not earned");
}

/// Whatever Postgres lets the application call without an argument; new ones come with new versions.
#[tokio::test]
async fn light_reset_leftovers_of_any_function_without_arguments_are_gone() {
    let mut scene = Scene::new().await;
    let functions = scene
        .app
        .query(
            "select p.oid::regproc::text from pg_proc p where p.pronargs = 0 and p.prokind = 'f' \
             and p.provolatile = 'v' and p.prorettype <> 'trigger'::regtype \
             and p.prorettype <> 'event_trigger'::regtype and p.prorettype <> 'internal'::regtype \
             and has_function_privilege(p.oid, 'execute') order by 1",
            &[],
        )
        .await
        .expect("lists");
    let (mut ran, mut wrong) = (0, Vec::new());
    for row in &functions {
        let (it_ran, what) =
            scene.attempt(&format!("select {}()::text as one", row.get::<_, String>(0))).await;
        ran += usize::from(it_ran);
        wrong.extend(what);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(10 <= ran, "only {ran} of {} ran", functions.len());
}

/// The control: without the reset there is something to find.
#[tokio::test]
async fn without_the_light_reset_there_are_leftovers() {
    let scene = Scene::new().await;
    for it in [
        "select pg_advisory_lock(42)::text as one",
        "select set_config('work_mem', '66MB', false) as one",
        "select set_config('planted.value', 'of A', false) as one",
    ] {
        scene.app.query(&one_statement(it, 0), &[&scene.a]).await.expect("runs");
        assert_ne!(text(&scene.app, STATE).await, scene.fresh, "{it}");
        scene.app.batch_execute(RESET_AFTER_READS).await.expect("resets");
        assert_eq!(text(&scene.app, STATE).await, scene.fresh, "{it}");
    }
}

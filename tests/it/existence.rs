//! Whether a login exists: nothing that the application's connection can count or see tells it, without an attempt or with one.

use shikiri::{
    dba::catalog::Login,
    testkit::{A, B, World},
};

use crate::attacks::Wire;

/// Counters of this backend, its locks, and what a call reads.
const COUNTERS: &[&str] = &[
    "select t.relname, t.seq_scan, t.seq_tup_read, t.idx_scan, t.idx_tup_fetch, t.n_tup_ins, t.n_tup_upd, t.n_tup_del \
     from pg_stat_xact_all_tables t where t.schemaname like 'shikiri%' order by t.schemaname, t.relname",
    "select i.relname, pg_stat_get_xact_numscans(i.oid), pg_stat_get_xact_tuples_returned(i.oid), \
         pg_stat_get_xact_tuples_fetched(i.oid), pg_stat_get_xact_blocks_fetched(i.oid) \
     from pg_class i where i.relnamespace::regnamespace::text like 'shikiri%' order by i.oid::regclass::text",
    "select f.funcname, f.calls from pg_stat_xact_user_functions f order by f.funcid",
    "select l.locktype, l.relation::regclass, l.mode from pg_locks l where l.pid = pg_backend_pid() \
     and l.locktype in ('relation', 'tuple', 'transactionid', 'advisory') order by 1, 2, 3",
];

/// Settings of the connection's own: as they are, and such as change every plan.
const SETTINGS: &[&str] = &[
    "select",
    "set enable_seqscan = off; set enable_material = off; set enable_nestloop = off; set enable_hashjoin = off",
    "set enable_seqscan = off; set random_page_cost = 1e20; set plan_cache_mode = force_generic_plan; set jit = off",
];

/// Who is asked for: code, login, and what is the matter with it.
fn logins() -> [(&'static str, &'static str, &'static str); 7] {
    [
        (A.code, "admin", "exists"),
        (A.code, "clerk", "is locked"),
        (A.code, "gone", "is disabled"),
        (B.code, "clerk", "is of a suspended biller"),
        (A.code, "nobody", "does not exist"),
        (B.code, "nobody", "does not exist, nor may its biller"),
        ("99999", "clerk", "is of no biller"),
    ]
}

/// How many blocks a plan touched, found in memory or not: which of the two, and who writes them back, is the server's
/// other work.
fn blocks(plan: &str) -> String {
    let number = |key: &str| {
        let rest = plan.split(key).nth(1).unwrap_or_default();
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<u64>().unwrap_or_default()
    };
    format!("Buffers: {}\n", number("shared hit=") + number(" read="))
}

/// Everything that is to be seen of one look at a login, on a connection of its own.
async fn seen(world: &World, root: &mut Wire, settings: &str, code: &str, login: &str) -> String {
    root.must("truncate shikiri_vault.login_attempt").await;
    let mut app = Wire::connect(&world.url(Login::App)).await;
    app.must(settings).await;
    let begin =
        format!("select shikiri_seal.begin_login('{code}', '{login}', sha256(sha256('wrong')))");
    let id = app.value(&begin).await;
    let ask =
        format!("select length(salt), kdf from shikiri_seal.login_params('{code}', '{login}')");
    let open = format!(
        "select o.outcome, o.tenant_id from shikiri_seal.open_session('{id}', 'wrong', 'ask', 'x') o"
    );
    // The first look fills caches, and whatever makes the server plan anew, for anybody, shows in one look: what is the
    // same twice running is what a look costs.
    let mut before = String::new();
    for _ in 0..10 {
        let mut res = String::new();
        for call in [&ask, &begin, &open] {
            // What the transaction before counted is told as this one's, until the server has written it down.
            app.must("select pg_stat_force_next_flush()").await;
            app.must("begin").await;
            let answer = app.simple(call).await;
            if *call != begin {
                res += &answer.all();
            }
            for counter in COUNTERS {
                let told = app.simple(counter).await;
                assert!(told.state.is_none(), "{}", told.all());
                res += &format!("{}\n", told.all());
            }
            let cost =
                format!("explain (analyze, buffers, costs off, timing off, summary off) {call}");
            res += &blocks(&app.simple(&cost).await.all());
            app.must("rollback").await;
        }
        if res == before {
            return res;
        }
        before = res;
    }
    panic!("no two looks at {login} running are the same: {before}");
}

#[tokio::test]
async fn login_existence_by_xact_stats() {
    let world = World::new().await;
    let mut root = Wire::connect(&world.superuser_url()).await;
    let functions = "do $$ begin execute format('alter database %I set track_functions = ''all''', current_database()); end $$";
    root.must(functions).await;
    let stand = format!(
        "insert into shikiri_vault.credential (tenant_id, login, user_id, salt, kdf, verifier, disabled_at) \
             select t.tenant_id, 'gone', gen_random_uuid(), uuid_send(gen_random_uuid()), c.kdf, c.verifier, now() \
             from shikiri_vault.credential c join shikiri_ops.tenant t using (tenant_id) \
             where t.tenant_code = '{a}' and c.login = 'clerk'; \
         update shikiri_vault.credential c set locked_until = now() + interval '15 minutes' from shikiri_ops.tenant t \
             where t.tenant_id = c.tenant_id and t.tenant_code = '{a}' and c.login = 'clerk'; \
         update shikiri_ops.tenant set suspended_at = now() where tenant_code = '{b}'",
        a = A.code,
        b = B.code
    );
    root.must(&stand).await;
    // Rows that nobody sees any more are read too, until somebody tidies them away: that must not happen between two looks.
    for table in ["shikiri_vault.credential", "shikiri_ops.tenant"] {
        root.must(&format!("vacuum (freeze, analyze) {table}")).await;
    }
    root.must("alter table shikiri_vault.login_attempt set (autovacuum_enabled = off)").await;
    for settings in SETTINGS {
        let (code, login, _) = logins()[0];
        let one = seen(&world, &mut root, settings, code, login).await;
        assert!(one.contains("credential") && one.contains("open_session"), "it counts: {one}");
        assert!(one.contains("Buffers: ") && !one.contains("Buffers: 0"), "{one}");
        for (code, login, what) in logins() {
            let other = seen(&world, &mut root, settings, code, login).await;
            assert_eq!(one, other, "a login that {what}, with {settings}");
        }
    }
}

#[tokio::test]
async fn what_is_written_of_a_failure_is_not_written_on_the_applications_connection() {
    let world = World::new().await;
    let mut app = Wire::connect(&world.url(Login::App)).await;
    let refused = app.simple("select shikiri_seal.settle_logins()").await;
    assert_eq!(refused.code(), "42501");
    let mut checker = Wire::connect(&world.url(Login::Checker)).await;
    for login in ["clerk", "nobody"] {
        let text = format!("select shikiri_seal.begin_login('{}', '{login}', sha256('x'))", A.code);
        app.value(&text).await;
    }
    assert_eq!(
        checker.value("select shikiri_seal.settle_logins()").await,
        "2",
        "both are forgotten"
    );
    assert_eq!(checker.value("select shikiri_seal.settle_logins()").await, "0");
    let mut root = Wire::connect(&world.superuser_url()).await;
    let events = "select count(*) from shikiri.audit_event where action = 'login.failed'";
    assert_eq!(root.value(events).await, "1", "one of them is a login");
}

/// What the server counts of each table of the service since it was made, for anybody who asks.
const TABLES: &str = "select c.oid::regclass, pg_stat_get_tuples_inserted(c.oid), pg_stat_get_tuples_updated(c.oid), \
     pg_stat_get_tuples_deleted(c.oid) \
     from pg_class c where c.relnamespace::regnamespace::text like 'shikiri%' and c.relkind = 'r' order by c.oid";

/// The tables whose counters one committed and counted attempt moves.
async fn moved(world: &World, code: &str, login: &str) -> Vec<String> {
    let mut app = Wire::connect(&world.url(Login::App)).await;
    let mut checker = Wire::connect(&world.url(Login::Checker)).await;
    let before = app.simple(TABLES).await.rows;
    let begin = format!("select shikiri_seal.begin_login('{code}', '{login}', sha256('wrong'))");
    app.value(&begin).await;
    app.must("select pg_stat_force_next_flush()").await;
    assert_eq!(checker.value("select shikiri_seal.settle_logins()").await, "1", "{login}");
    checker.must("select pg_stat_force_next_flush()").await;
    checker.must("select 1").await;
    let after = app.simple(TABLES).await.rows;
    assert_eq!(before.len(), after.len());
    let changed = before.iter().zip(&after).filter(|(before, after)| before != after);
    let mut res: Vec<String> = changed.map(|(before, _)| before[0].clone()).collect();
    res.sort();
    res
}

#[tokio::test]
async fn login_existence_by_counters_of_whole_tables_costs_an_attempt_and_is_closed_by_the_second_tier()
 {
    let world = World::new().await;
    let of_nobody = moved(&world, A.code, "nobody").await;
    assert_eq!(of_nobody, ["shikiri_vault.login_attempt"]);
    assert_eq!(moved(&world, "99999", "admin").await, of_nobody, "nor is there such a biller");
    // As docs/promises.md says: this, and nothing else, tells that a login is there.
    let of_somebody = moved(&world, A.code, "admin").await;
    let written = ["shikiri.audit_event", "shikiri_vault.chain_head", "shikiri_vault.credential"];
    assert_eq!(of_somebody, [&written[..], &["shikiri_vault.login_attempt"]].concat());

    let mut root = Wire::connect(&world.superuser_url()).await;
    root.must(include_str!("../../sql/hardening/superuser.sql")).await;
    let counters = "select p.oid::regprocedure from pg_proc p where p.pronamespace = 'pg_catalog'::regnamespace \
         and p.proname like 'pg\\_stat\\_get\\_%' and p.proargtypes = '26'::oidvector";
    let counters = root.simple(counters).await.rows;
    assert!(20 < counters.len(), "{counters:?}");
    let mut app = Wire::connect(&world.url(Login::App)).await;
    for counter in counters {
        let call = counter[0].replace("(oid)", "('shikiri_vault.credential'::regclass)");
        assert_eq!(app.simple(&format!("select {call}")).await.code(), "42501", "{call}");
    }
    assert_eq!(app.simple("select n_tup_upd from pg_stat_all_tables").await.code(), "42501");
    assert_eq!(app.simple("select currtid2('shikiri.slip', '(0,1)')").await.code(), "42501");
}

//! sqlsmith, sealed as A: random statements of a program that knows nothing of us, and no value of B in what comes back.

use std::{
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use shikiri::testkit::Settings;

use super::{
    differential::{say, seed},
    field::Field,
    marks::Marks,
    proxy::{self, Server},
    watched::{Seen, Watch},
};
use crate::attacks::Wire;

/// Statements of a run, unless the environment asks for another number.
const STATEMENTS: u32 = 1_000;

/// Of a hundred statements so many must run without an error, or the rest shows nothing.
const SHARE_MIN: usize = 50;

/// Of a hundred statements so many are about the catalogue too.
const CATALOGUE_SHARE: u32 = 20;

/// One run, to its end.
async fn run(field: &Field, seed: u32, statements: u32) -> Seen {
    let mut root = Wire::connect(&field.target.superuser).await;
    let marks = Marks::of(&mut root, field.target.a.tenant_id, field.target.b.tenant_id).await;
    say(&format!(
        "sqlsmith: seed {seed}, {statements} statements (SHIKIRI_TEST_SEED, SHIKIRI_TEST_SQLSMITH_STATEMENTS); \
         {} marks of B, no mark in {} columns",
        marks.count(),
        field.unmarked.len()
    ));
    let database = root.value("select current_database()").await;
    let watch = Watch::new(marks);
    let server = Server::of(&field.target.app);
    let (port, task) = proxy::serve(server, field.target.a.secret.clone(), watch.clone()).await;
    let of_catalogue = statements * CATALOGUE_SHARE / 100;
    let parts =
        [(seed, statements - of_catalogue, true), (seed.wrapping_add(1), of_catalogue, false)];
    let until = Instant::now() + Duration::from_secs(60) + Duration::from_millis(60) * statements;
    let children: Vec<Child> =
        parts.iter().map(|part| start(field, &database, port, *part)).collect();
    for child in children {
        wait(child, until, &watch).await;
    }
    task.abort();
    let mut seen = watch.seen.lock().expect("nobody panics with it");
    std::mem::take(&mut *seen)
}

fn start(
    field: &Field,
    database: &str,
    port: u16,
    (seed, statements, of_ours_only): (u32, u32, bool),
) -> Child {
    let target = format!(
        "host=127.0.0.1 port={port} user=shikiri_app dbname={database} sslmode=disable gssencmode=disable"
    );
    let mut command = Command::new("sqlsmith");
    command.arg(format!("--target={target}"));
    command.arg(format!("--seed={seed}")).arg(format!("--max-queries={statements}"));
    if of_ours_only {
        command.arg("--exclude-catalog");
    }
    if let Some(password) = field.world.server().password() {
        command.env("PGPASSWORD", password);
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("it was there a moment ago")
}

async fn wait(mut child: Child, until: Instant, watch: &Watch) {
    loop {
        match child.try_wait().expect("it is our own") {
            Some(status) if status.success() => return,
            Some(status) => return watch.trouble(format!("sqlsmith ended with {status}")),
            None if until < Instant::now() => {
                child.kill().expect("it is our own");
                child.wait().expect("it is our own");
                return watch.trouble("sqlsmith did not come to its end in time".to_owned());
            }
            None => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

fn is_there() -> bool {
    let mut version = Command::new("sqlsmith");
    version.arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// Says so where there is no sqlsmith, and fails where there must be.
fn not_looked_at(settings: &Settings) -> bool {
    if is_there() {
        return false;
    }
    say("!! sqlsmith: NOT LOOKED AT: it is not installed (Debian: apt-get install sqlsmith) !!");
    assert!(!settings.in_ci, "in CI sqlsmith must be there: nothing was looked at");
    true
}

#[tokio::test]
async fn sqlsmith_sealed_as_one_biller_meets_no_value_of_another() {
    let settings = Settings::from_env().expect("readable");
    if not_looked_at(&settings) {
        return;
    }
    let (seed, started) = (seed(&settings), Instant::now());
    let statements = settings.sqlsmith_statements.unwrap_or(STATEMENTS);
    let field = Field::new().await;
    let seen = run(&field, seed, statements).await;
    let (sent, ran) = seen.ran();
    say(&format!(
        "  {sent} statements, {ran} without an error; by class: {}\n  {} rows, {} values, {} of them ids of A, \
         {} errors, {} notices; {} s",
        seen.classes(),
        seen.rows,
        seen.values,
        seen.tenants,
        seen.errors,
        seen.notices,
        started.elapsed().as_secs()
    ));
    assert!(
        seen.marks.is_empty(),
        "seed {seed}: {}",
        seen.marks[..seen.marks.len().min(5)].join("\n")
    );
    assert_eq!(seen.trouble, Vec::<String>::new());
    let wanted = usize::try_from(statements).expect("fits");
    assert!(wanted * 9 <= sent * 10, "of {wanted} statements {sent} were sent");
    assert!(sent * SHARE_MIN <= ran * 100, "{ran} of {sent} ran: the others showed nothing");
    assert!(0 < seen.tenants, "no row of A came back: nothing was asked of the tables");
}

#[tokio::test]
async fn sqlsmith_meets_another_billers_values_where_the_policies_are_gone() {
    let settings = Settings::from_env().expect("readable");
    if not_looked_at(&settings) {
        return;
    }
    let field = Field::new().await;
    let mut root = Wire::connect(&field.target.superuser).await;
    let damage = "do $$ declare it regclass; begin for it in select c.oid from pg_class c \
         where c.relnamespace = 'shikiri'::regnamespace and c.relrowsecurity loop \
         execute format('alter table %s disable row level security', it); end loop; end $$";
    root.must(damage).await;
    let seen = run(&field, 1, 600).await;
    assert!(!seen.marks.is_empty(), "sqlsmith read {} rows and saw nothing of B", seen.rows);
    say(&format!("  found: {}", seen.marks[0].lines().next().unwrap_or_default()));
}

//! What may happen to an export while it runs. Each test holds it at a page, does it, and looks.

use std::{path::Path, time::Duration};

use shikiri::{
    domain::{ByteRange, CsvEncoding, ExportState, Scope, SlipPrint, Wish},
    export::{FetchError, Order, OrderError},
    statements::{
        exports::{EndInterrupted, OrderExport, options_to_json, scope_to_json},
        operator::SuspendTenant,
    },
    testkit::{A, SLIPS_A, World},
    wall,
};
use tokio_postgres::{Client, NoTls};

use super::{all, ended, exporter, line};

pub(super) async fn superuser(world: &World) -> Client {
    let (client, connection) =
        tokio_postgres::connect(&world.superuser_url(), NoTls).await.expect("connects");
    tokio::spawn(connection);
    client
}

/// Holds every export of the world at its first page, until the client is dropped or commits.
pub(crate) async fn hold_at_first_page(world: &World) -> Client {
    let client = superuser(world).await;
    let lock = "begin; lock table shikiri.export_page in share row exclusive mode";
    client.batch_execute(lock).await.expect("locks");
    client
}

/// Who waits to write a page. Worlds are copies of one template: the table has the same oid in each.
const HELD: &str = "from pg_locks where not granted and relation = 'shikiri.export_page'::regclass \
     and database = (select oid from pg_database where datname = current_database())";

pub(crate) async fn until_held(world: &World) {
    let client = superuser(world).await;
    for _ in 0..500 {
        let waiting = format!("select count(*) {HELD}");
        if client.query_one(&waiting, &[]).await.expect("asks").get::<_, i64>(0) > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("no export came to its first page");
}

/// Files below a directory, without lock files.
pub(crate) fn files(dir: &Path) -> Vec<String> {
    let mut res = Vec::new();
    for entry in std::fs::read_dir(dir).expect("reads") {
        let path = entry.expect("reads").path();
        if path.is_dir() {
            res.extend(files(&path));
        } else if !path.ends_with("lock") {
            res.push(path.display().to_string());
        }
    }
    res
}

/// Artefacts and keys of artefacts that an exporter of this directory left.
pub(crate) fn left(dir: &Path) -> Vec<String> {
    [files(&dir.join("files")), files(&dir.join("keys/files"))].concat()
}

/// What the operator is told of exports that tripped, read as the operator.
async fn incidents(world: &World) -> Vec<(uuid::Uuid, String)> {
    let url = world.url(shikiri::dba::catalog::Login::Operator);
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await.expect("connects");
    tokio::spawn(connection);
    let ask = "select i.export_id, i.cause from shikiri_ops.incident i order by i.opened_at";
    let rows = client.query(ask, &[]).await.expect("the operator may read it");
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

#[tokio::test]
async fn a_policy_that_breaks_for_exports_trips_and_releases_nothing() {
    let world = World::new().await;
    let dir = tempfile::tempdir().expect("a directory");
    let exporter = exporter(&world, dir.path());
    let a = world.login(&A, "clerk").await;
    // Broken for tickets only, so that the order itself is counted right.
    let broken = "create or replace function public.broken(integer) returns boolean language sql stable as \
         $$ select $1 = shikiri_seal.tenant() or shikiri_seal.scope() <> 'session' $$; \
         grant usage on schema public to shikiri_app; \
         alter policy tenant_rows on shikiri.slip using (public.broken(tenant_id)); \
         alter policy tenant_floor on shikiri.slip using (public.broken(tenant_id))";
    superuser(&world).await.batch_execute(broken).await.expect("breaks");
    let id = exporter.order(&a, all(SLIPS_A)).await.expect("ordered");
    let line = ended(&world, &a, id).await;
    assert_eq!((line.state, line.failure.as_deref()), (ExportState::Tripped, Some("foreign_row")));
    assert_eq!(incidents(&world).await, [(id.0, "foreign_row".to_owned())]);
    let fetched = exporter.fetch(&a, id, ByteRange::Whole).await;
    assert!(matches!(fetched, Err(FetchError::NotReady(ExportState::Tripped))));
    assert_eq!(left(dir.path()), Vec::<String>::new());
}

/// Counted right, checked right, and wrong in between: only the statement that fetches a block meets a row of B.
#[tokio::test]
async fn a_row_of_another_biller_in_a_block_alone_trips_every_report() {
    let world = World::new().await;
    let dir = tempfile::tempdir().expect("a directory");
    let exporter = exporter(&world, dir.path());
    let a = world.login(&A, "clerk").await;
    let reports =
        [Wish::SlipList, Wish::SlipCsv(CsvEncoding::Utf8), Wish::PaymentSlip(SlipPrint::PLAIN)];
    // The world before: the same orders, released.
    for report in reports {
        let id = exporter.order(&a, Order { report, ..all(SLIPS_A) }).await.expect("ordered");
        assert_eq!(ended(&world, &a, id).await.state, ExportState::Ready, "{report:?}");
        exporter.discard(&a, id).await.expect("is no longer needed");
    }
    let broken = "create function public.broken(integer, text) returns boolean language sql stable as \
         $$ select $1 = shikiri_seal.tenant() or (shikiri_seal.scope() <> 'session' \
             and $2 = '0000000000000001' and current_query() like '%next block of%') $$; \
         grant usage on schema public to shikiri_app, shikiri_checker; \
         alter policy tenant_rows on shikiri.slip using (public.broken(tenant_id, bill_number)); \
         alter policy tenant_floor on shikiri.slip using (public.broken(tenant_id, bill_number))";
    superuser(&world).await.batch_execute(broken).await.expect("breaks");
    let mut tripped = Vec::new();
    for report in reports {
        let id = exporter.order(&a, Order { report, ..all(SLIPS_A) }).await.expect("ordered");
        let line = ended(&world, &a, id).await;
        let end = (line.state, line.failure.as_deref());
        assert_eq!(end, (ExportState::Tripped, Some("foreign_row")), "{report:?}");
        let fetched = exporter.fetch(&a, id, ByteRange::Whole).await;
        assert!(matches!(fetched, Err(FetchError::NotReady(ExportState::Tripped))), "{report:?}");
        tripped.push((id.0, "foreign_row".to_owned()));
    }
    assert_eq!(incidents(&world).await, tripped);
    assert!(exporter.drain(Duration::from_secs(30)).await);
    assert_eq!(left(dir.path()), Vec::<String>::new());
}

#[tokio::test]
async fn a_policy_that_is_wide_open_is_noticed_at_the_order() {
    let world = World::new().await;
    let dir = tempfile::tempdir().expect("a directory");
    let exporter = exporter(&world, dir.path());
    let a = world.login(&A, "clerk").await;
    let broken = "alter policy tenant_rows on shikiri.slip using (true); \
         alter policy tenant_floor on shikiri.slip using (true)";
    superuser(&world).await.batch_execute(broken).await.expect("breaks");
    let refused = exporter.order(&a, all(SLIPS_A)).await;
    assert!(matches!(refused, Err(OrderError::Db(wall::Error::ForeignRow { .. }))), "{refused:?}");
}

#[tokio::test]
async fn a_second_computation_that_disagrees_trips_and_releases_nothing() {
    let world = World::new().await;
    let dir = tempfile::tempdir().expect("a directory");
    let exporter = exporter(&world, dir.path());
    let a = world.login(&A, "clerk").await;
    // The checker alone misses one row: same count in the other path, other digest.
    let broken = "create policy misses_one on shikiri.slip as restrictive for select to shikiri_checker \
         using (bill_number <> '0000000000000010')";
    superuser(&world).await.batch_execute(broken).await.expect("breaks");
    let id = exporter.order(&a, all(SLIPS_A)).await.expect("ordered");
    let line = ended(&world, &a, id).await;
    let why = Some("second_computation_disagrees");
    assert_eq!((line.state, line.failure.as_deref()), (ExportState::Tripped, why));
    assert_eq!(incidents(&world).await, [(id.0, "second_computation_disagrees".to_owned())]);
    // The lists part at that row: slips have even numbers from 0, so it is the sixth, on page 1.
    let where_ = "select c.first_row, c.first_page, e.detail ->> 'row', e.detail ->> 'page' \
         from shikiri.export_check c, shikiri.audit_event e where e.action = 'export.tripped'";
    let found = superuser(&world).await.query_one(where_, &[]).await.expect("one of each");
    assert_eq!((found.get(0), found.get(1)), (Some(6), Some(1)));
    assert_eq!((found.get(2), found.get(3)), (Some("6"), Some("1")));
    assert!(exporter.drain(Duration::from_secs(5)).await);
    assert_eq!(left(dir.path()), Vec::<String>::new());
}

#[tokio::test]
async fn a_login_elsewhere_in_the_middle_neither_ends_nor_widens_it() {
    let world = World::new().await;
    let dir = tempfile::tempdir().expect("a directory");
    let exporter = exporter(&world, dir.path());
    let first = world.login(&A, "clerk").await;
    let hold = hold_at_first_page(&world).await;
    let id = exporter.order(&first, all(SLIPS_A)).await.expect("ordered");
    until_held(&world).await;
    // Taken over: the first session is over, with a reason.
    let second = world.login(&A, "clerk").await;
    let over = exporter.fetch(&first, id, ByteRange::Whole).await;
    assert!(matches!(over, Err(FetchError::Db(wall::Error::SessionSuperseded))), "{over:?}");
    assert_eq!(line(&world, &second, id).await.state, ExportState::Running);
    drop(hold);
    let line = ended(&world, &second, id).await;
    assert_eq!((line.state, line.rows_done), (ExportState::Ready, 45));
    assert!(exporter.fetch(&second, id, ByteRange::Whole).await.is_ok());
}

#[tokio::test]
async fn a_biller_that_is_suspended_in_the_middle_gets_no_file() {
    let world = World::new().await;
    let dir = tempfile::tempdir().expect("a directory");
    let exporter = exporter(&world, dir.path());
    let a = world.login(&A, "clerk").await;
    let hold = hold_at_first_page(&world).await;
    exporter.order(&a, all(SLIPS_A)).await.expect("ordered");
    until_held(&world).await;
    let suspend = SuspendTenant { tenant_code: A.code.to_owned(), suspend: true };
    assert!(world.operator().await.call_one(&suspend).await.expect("suspends"));
    drop(hold);
    assert!(exporter.drain(Duration::from_secs(10)).await);
    assert_eq!(left(dir.path()), Vec::<String>::new());
    let states = "select state from shikiri_ops.export_ledger";
    let row = superuser(&world).await.query_one(states, &[]).await.expect("asks");
    assert_ne!(row.get::<_, &str>(0), "ready");
}

#[tokio::test]
async fn a_backend_that_is_killed_in_the_middle_fails_it_and_leaves_no_byte() {
    let world = World::new().await;
    let dir = tempfile::tempdir().expect("a directory");
    let exporter = exporter(&world, dir.path());
    let a = world.login(&A, "clerk").await;
    let hold = hold_at_first_page(&world).await;
    let id = exporter.order(&a, all(SLIPS_A)).await.expect("ordered");
    until_held(&world).await;
    let kill = format!("select pg_terminate_backend(pid) {HELD}");
    superuser(&world).await.query(&kill, &[]).await.expect("kills");
    drop(hold);
    let line = ended(&world, &a, id).await;
    assert_eq!((line.state, line.failure.as_deref()), (ExportState::Failed, Some("database")));
    assert!(exporter.drain(Duration::from_secs(5)).await);
    assert_eq!(left(dir.path()), Vec::<String>::new());
}

#[tokio::test]
async fn a_job_whose_process_died_becomes_failed_interrupted_and_its_ticket_opens_nothing() {
    let world = World::new().await;
    let a = world.login(&A, "clerk").await;
    // Ordered, and then nobody works on it: as after SIGKILL.
    let order = OrderExport {
        report: "slip_list".to_owned(),
        filter: scope_to_json(&Scope::All),
        expected_rows: 45,
        purpose: None,
        options: options_to_json(Wish::SlipList),
    };
    let mut tx = world.pool().enter(&a).await.expect("enters");
    let ordered = tx.fetch_one(&order).await.expect("orders").expect("no quota");
    let id = ordered.export_id;
    let (ticket, _) = ordered.into_tickets(tx.tenant_id());
    tx.commit().await.expect("commits");
    assert_eq!(world.pool().call(&EndInterrupted {}).await, Ok(vec![0]), "its lease is good");
    assert!(world.pool().enter_export(&ticket).await.is_ok());
    let died = "update shikiri_ops.export_ledger set lease_until = clock_timestamp() - interval '1 second'";
    superuser(&world).await.batch_execute(died).await.expect("ages");
    assert_eq!(world.pool().call(&EndInterrupted {}).await, Ok(vec![1]));
    let line = line(&world, &a, id).await;
    assert_eq!((line.state, line.failure.as_deref()), (ExportState::Failed, Some("interrupted")));
    let refused = world.pool().enter_export(&ticket).await.err();
    assert_eq!(refused, Some(wall::Error::CredentialRejected));
}

#[tokio::test]
async fn a_row_that_comes_in_the_middle_is_not_in_it() {
    let world = World::new().await;
    let dir = tempfile::tempdir().expect("a directory");
    let exporter = exporter(&world, dir.path());
    let a = world.login(&A, "clerk").await;
    let hold = hold_at_first_page(&world).await;
    let id = exporter.order(&a, all(SLIPS_A)).await.expect("ordered");
    until_held(&world).await;
    let late = shikiri::testkit::sample_slip(&A, SLIPS_A);
    shikiri::testkit::register(world.pool(), &a, &[late]).await.expect("registered");
    drop(hold);
    let line = ended(&world, &a, id).await;
    assert_eq!((line.state, line.rows_done, line.failure), (ExportState::Ready, 45, None));
}

//! An export that is stopped: at a page, now, while it waits. Figures are exact and bytes are gone.

use std::time::Duration;

use shikiri::{
    domain::{ByteRange, ExportState, Scope, Wish},
    statements::{
        export_life::{CancelExport, CancelOutcome},
        exports::{BeginExport, OrderExport, ReportPages, Verdict, options_to_json, scope_to_json},
    },
    testkit::{A, SLIPS_A, World, register, sample_slip},
};

use super::{
    accidents::{hold_at_first_page, left, until_held},
    all, ended, exporter, exporter_of, line,
};
use crate::support::{connect, text};

const ROWS: u32 = 2_000;

/// Gives biller A two thousand slips: a hundred pages, two blocks.
async fn a_hundred_pages(world: &World) {
    let admin = world.login(&A, "admin").await;
    let more: Vec<_> = (SLIPS_A..ROWS)
        .map(|n| {
            let mut slip = sample_slip(&A, n % 200);
            let number = format!("{:016}", 2 * n);
            slip.id.bill_number = shikiri::domain::BillNumber::new(&number).expect("16 digits");
            slip
        })
        .collect();
    register(world.pool(), &admin, &more).await.expect("fits");
}

/// Pages and rows of the manifest, and the figures of the event that ended it.
async fn manifest(world: &World) -> String {
    let root = connect(&world.superuser_url()).await;
    let ask = "select concat_ws(' ', count(*), max(page), coalesce(sum(row_count), 0), \
         (select detail ->> 'pages' from shikiri.audit_event where action = 'export.cancelled'), \
         (select detail ->> 'rows' from shikiri.audit_event where action = 'export.cancelled')) \
         from shikiri.export_page";
    text(&root, ask).await
}

/// The clerk of 2023 stopped the printer at page 66, inside the second block of fifty pages.
#[tokio::test]
async fn at_page_66_there_are_66_pages_and_1320_rows() {
    let world = World::new().await;
    a_hundred_pages(&world).await;
    let dir = tempfile::tempdir().expect("a directory");
    let exporter = exporter(&world, dir.path());
    let a = world.login(&A, "clerk").await;
    let hold = hold_at_first_page(&world).await;
    let id = exporter.order(&a, all(ROWS)).await.expect("ordered");
    until_held(&world).await;
    let cancel = exporter.cancel(&a, id, Some(66), Some("違う会社".to_owned()));
    let free = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        drop(hold);
    };
    let (outcome, ()) = tokio::join!(cancel, free);
    let accepted = CancelOutcome::Accepted { state: ExportState::Running, effective_page: 66 };
    assert_eq!(outcome, Ok(accepted));
    let line = ended(&world, &a, id).await;
    assert_eq!((line.state, line.failure.as_deref()), (ExportState::Cancelled, Some("cancelled")));
    assert_eq!((line.pages_done, line.rows_done), (66, 1_320));
    assert_eq!(manifest(&world).await, "66 66 1320 66 1320");
    assert!(exporter.drain(Duration::from_secs(5)).await);
    assert_eq!(left(dir.path()), Vec::<String>::new(), "the bytes are destroyed");
    assert!(exporter.fetch(&a, id, ByteRange::Whole).await.is_err());
    // Asked again, it is the same answer.
    let accepted = CancelOutcome::Accepted { state: ExportState::Cancelled, effective_page: 66 };
    assert_eq!(exporter.cancel(&a, id, Some(3), None).await, Ok(accepted));
}

#[tokio::test]
async fn now_is_the_page_that_is_drawn() {
    let world = World::new().await;
    a_hundred_pages(&world).await;
    let dir = tempfile::tempdir().expect("a directory");
    let exporter = exporter(&world, dir.path());
    let a = world.login(&A, "clerk").await;
    let hold = hold_at_first_page(&world).await;
    let id = exporter.order(&a, all(ROWS)).await.expect("ordered");
    until_held(&world).await;
    // Fifty pages are drawn and wait to be reported.
    let cancel = exporter.cancel(&a, id, None, None);
    let free = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        drop(hold);
    };
    let (outcome, ()) = tokio::join!(cancel, free);
    let accepted = CancelOutcome::Accepted { state: ExportState::Cancelled, effective_page: 50 };
    assert_eq!(outcome, Ok(accepted));
    assert!(exporter.drain(Duration::from_secs(5)).await);
    let line = line(&world, &a, id).await;
    assert_eq!((line.state, line.pages_done, line.rows_done), (ExportState::Cancelled, 50, 1_000));
    assert_eq!(manifest(&world).await, "50 50 1000 50 1000");
    assert_eq!(left(dir.path()), Vec::<String>::new());
}

#[tokio::test]
async fn what_waits_is_cancelled_without_being_begun() {
    let world = World::new().await;
    let dir = tempfile::tempdir().expect("a directory");
    let exporter = exporter_of(&world, dir.path(), 1);
    let a = world.login(&A, "clerk").await;
    let hold = hold_at_first_page(&world).await;
    let runs = exporter.order(&a, all(SLIPS_A)).await.expect("ordered");
    until_held(&world).await;
    let waits = exporter.order(&a, all(SLIPS_A)).await.expect("ordered");
    assert_eq!(exporter.gauge(), (1, 1));
    // A page that lies ahead: it would be drawn up to there.
    let ahead = CancelOutcome::Accepted { state: ExportState::Queued, effective_page: 2 };
    assert_eq!(exporter.cancel(&a, waits, Some(2), None).await, Ok(ahead));
    let now = CancelOutcome::Accepted { state: ExportState::Cancelled, effective_page: 0 };
    assert_eq!(exporter.cancel(&a, waits, None, None).await, Ok(now));
    drop(hold);
    assert!(exporter.drain(Duration::from_secs(10)).await);
    assert_eq!(line(&world, &a, runs).await.state, ExportState::Ready);
    let cancelled = line(&world, &a, waits).await;
    assert_eq!((cancelled.state, cancelled.started_at), (ExportState::Cancelled, None));
    assert_eq!(left(dir.path()).len(), 2, "a file and its key");
}

fn pages(numbers: &[i32]) -> ReportPages {
    let many = numbers.len();
    ReportPages {
        pages: numbers.to_vec(),
        rows: vec![15; many],
        amounts_yen: vec![1; many],
        first: vec![Some("a".to_owned()); many],
        last: vec![Some("b".to_owned()); many],
        row_digests: vec![vec![0; 15 * 32]; many],
        first_bytes: vec![None; many],
        last_bytes: vec![None; many],
    }
}

/// Where the process that draws is another one, the database alone decides.
#[tokio::test]
async fn the_database_stops_at_the_page_whatever_the_process_reports() {
    let world = World::new().await;
    let a = world.login(&A, "clerk").await;
    let order = OrderExport {
        report: "slip_list".to_owned(),
        options: options_to_json(Wish::SlipList),
        filter: scope_to_json(&Scope::All),
        expected_rows: 45,
        purpose: None,
    };
    let mut tx = world.pool().enter(&a).await.expect("enters");
    let ordered = tx.fetch_one(&order).await.expect("orders").expect("no quota");
    let id = ordered.export_id;
    let (ticket, _) = ordered.into_tickets(tx.tenant_id());
    tx.commit().await.expect("commits");
    let cancel = async |at_page| {
        let wish = CancelExport { export_id: id.0, at_page, drawn: 0, reason: None };
        world.pool().write(&a, &wish).await.expect("asks").pop().expect("an answer")
    };
    let report = async |numbers: &[i32]| {
        let mut tx = world.pool().enter_export(&ticket).await.expect("enters");
        let verdict = tx.fetch_one(&pages(numbers)).await.expect("answers");
        tx.commit().await.expect("commits");
        verdict
    };
    let mut tx = world.pool().enter_export(&ticket).await.expect("enters");
    let begin = BeginExport { rows: 45, amount_yen: 1, pages: 3 };
    assert_eq!(tx.fetch_one(&begin).await, Ok(Verdict::GoOn));
    tx.commit().await.expect("commits");
    assert_eq!(report(&[1]).await, Verdict::GoOn);
    assert_eq!(cancel(Some(0)).await, CancelOutcome::PageBehind { pages_done: 1 });
    // Behind the end: then at the end. Nothing is released after a wish to stop.
    let running =
        |effective_page| CancelOutcome::Accepted { state: ExportState::Running, effective_page };
    assert_eq!(cancel(Some(9)).await, running(3));
    assert_eq!(cancel(Some(2)).await, running(2), "an earlier page is taken");
    assert_eq!(cancel(Some(3)).await, running(2), "a later one is not");
    assert_eq!(report(&[2, 3]).await, Verdict::Cancelled);
    let line = line(&world, &a, id).await;
    assert_eq!((line.state, line.pages_done, line.rows_done), (ExportState::Cancelled, 2, 30));
    assert_eq!(manifest(&world).await, "2 2 30 2 30");
    assert!(world.pool().enter_export(&ticket).await.is_err(), "its ticket is spent");
}

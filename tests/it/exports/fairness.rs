//! Ten billers order at once. None waits behind all of another's, and none runs more than two.

use std::time::Duration;

use shikiri::{
    domain::{ExportState, Scope},
    export::OrderError,
    statements::{exports::BeginExport, exports::OrderExport, exports::Verdict},
    testkit::{A, SLIPS_A, World},
};

use super::{accidents::hold_at_first_page, all, exporter_of, line};
use crate::support::{connect, text};

#[tokio::test]
async fn a_biller_with_twelve_orders_does_not_keep_nine_others_waiting() {
    let world = World::new().await;
    let dir = tempfile::tempdir().expect("a directory");
    let exporter = exporter_of(&world, dir.path(), 1);
    let others = world.more_billers(9).await;
    let a = world.login(&A, "clerk").await;
    let hold = hold_at_first_page(&world).await;
    // A has ordered all it may, before anybody else.
    for _ in 0..12 {
        exporter.order(&a, all(SLIPS_A)).await.expect("two that run and ten that wait");
    }
    let more = exporter.order(&a, all(SLIPS_A)).await;
    assert!(matches!(more, Err(OrderError::Quota)), "{more:?}");
    let mut ids = Vec::new();
    for session in &others {
        ids.push(exporter.order(session, all(0)).await.expect("another's quota is its own"));
    }
    drop(hold);
    assert!(exporter.drain(Duration::from_secs(60)).await);
    for (session, id) in others.iter().zip(&ids) {
        assert_eq!(line(&world, session, *id).await.state, ExportState::Ready);
    }
    // In the order in which they ended, at most three of A's stand before the last of the others.
    let root = connect(&world.superuser_url()).await;
    let before = "with ended as (select l.tenant_id, t.tenant_code, row_number() over (order by l.ended_at) as place \
             from shikiri_ops.export_ledger l join shikiri_ops.tenant t using (tenant_id)) \
         select count(*)::text from ended where tenant_code = '10001' \
             and place < (select max(place) from ended where tenant_code <> '10001')";
    let before: u32 = text(&root, before).await.parse().expect("a number");
    assert!((1..=3).contains(&before), "{before} of A's before the last of nine others");
}

/// Two processes share one biller's two places: the database counts, not the process.
#[tokio::test]
async fn a_third_export_of_a_biller_is_told_to_wait_whichever_process_has_it() {
    let world = World::new().await;
    let a = world.login(&A, "clerk").await;
    let mut tickets = Vec::new();
    for _ in 0..3 {
        let order = OrderExport {
            report: "slip_list".to_owned(),
            options: shikiri::statements::exports::options_to_json(shikiri::domain::Wish::SlipList),
            filter: shikiri::statements::exports::scope_to_json(&Scope::All),
            expected_rows: 45,
            purpose: None,
        };
        let mut tx = world.pool().enter(&a).await.expect("enters");
        let ordered = tx.fetch_one(&order).await.expect("orders").expect("no quota");
        tickets.push(ordered.into_tickets(tx.tenant_id()).0);
        tx.commit().await.expect("commits");
    }
    for (ticket, verdict) in tickets.iter().zip([Verdict::GoOn, Verdict::GoOn, Verdict::Busy]) {
        let mut tx = world.pool().enter_export(ticket).await.expect("enters");
        let begin = BeginExport { rows: 45, amount_yen: 1, pages: 3 };
        assert_eq!(tx.fetch_one(&begin).await, Ok(verdict));
        tx.commit().await.expect("commits");
    }
    assert_eq!(line(&world, &a, tickets[2].export_id()).await.state, ExportState::Queued);
}

//! An export's life on a real Postgres: ordered, drawn, checked by another role, released.

use shikiri::{
    domain::{ByteRange, ExportState, Scope, SlipFilter},
    export::{FetchError, Order, OrderError},
    testkit::{A, B, SLIPS_A, World},
};

use super::{all, ended, exporter};

#[tokio::test]
async fn an_export_is_drawn_checked_and_released_to_its_own_biller_only() {
    let world = World::new().await;
    let dir = tempfile::tempdir().expect("a directory");
    let exporter = exporter(&world, dir.path());
    let (a, b) = (world.login(&A, "clerk").await, world.login(&B, "clerk").await);
    let id = exporter.order(&a, all(SLIPS_A)).await.expect("ordered");
    let line = ended(&world, &a, id).await;
    assert_eq!((line.state, line.failure), (ExportState::Ready, None));
    assert_eq!((line.rows_done, line.pages_done), (45, 3));
    let mut artefact = exporter.fetch(&a, id, ByteRange::Whole).await.expect("released");
    let mut bytes = Vec::new();
    artefact.read_to_end(&mut bytes).await.expect("reads");
    assert_eq!(bytes.len() as u64, artefact.bytes);
    assert!(bytes.starts_with(b"%PDF-"));
    assert!(matches!(exporter.fetch(&b, id, ByteRange::Whole).await, Err(FetchError::NotFound)));
}

#[tokio::test]
async fn an_empty_selection_is_one_page_and_another_count_is_refused() {
    let world = World::new().await;
    let dir = tempfile::tempdir().expect("a directory");
    let exporter = exporter(&world, dir.path());
    let a = world.login(&A, "clerk").await;
    let none = SlipFilter::open().with("customer_number", "NOBODY").expect("a condition");
    let order = Order { scope: Scope::filtered(none).expect("not empty"), ..all(0) };
    let id = exporter.order(&a, order).await.expect("ordered");
    let line = ended(&world, &a, id).await;
    assert_eq!((line.state, line.failure), (ExportState::Ready, None));
    assert_eq!((line.rows_done, line.pages_done), (0, 1));
    let refused = exporter.order(&a, all(SLIPS_A + 1)).await;
    assert!(matches!(refused, Err(OrderError::RowCountMismatch { counted: 45 })));
}

#[tokio::test]
async fn every_condition_is_checked_the_same_by_the_second_computation() {
    let world = World::new().await;
    let dir = tempfile::tempdir().expect("a directory");
    let exporter = exporter(&world, dir.path());
    let a = world.login(&A, "clerk").await;
    for (name, value) in [
        ("bill_number_prefix", "000000000000001"),
        ("bill_number_from", "0000000000000010"),
        ("bill_number_to", "0000000000000040"),
        ("reissue_number", "0"),
        ("customer_number", "C0003"),
        ("due_from", "2026-06-01"),
        ("due_to", "2026-06-30"),
        ("amount_from", "20000"),
        ("amount_to", "20000"),
    ] {
        let filter = SlipFilter::open().with(name, value).expect("a condition");
        let list = shikiri::statements::slips::ListSlips::new(&filter, None, 200);
        let rows = world.pool().read(&a, &list).await.expect("reads").len();
        assert!(rows < 46, "{name}");
        let scope = Scope::filtered(filter).expect("not empty");
        let order = Order { scope, ..all(u32::try_from(rows).expect("few")) };
        let id = exporter.order(&a, order).await.expect("ordered");
        let line = ended(&world, &a, id).await;
        assert_eq!(
            (line.state, line.failure, line.rows_done as usize),
            (ExportState::Ready, None, rows),
            "{name}"
        );
    }
}

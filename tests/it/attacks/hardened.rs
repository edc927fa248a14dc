//! The second tier: what it closes is closed, and the service still works under it.

use shikiri::{
    dba::catalog::{self, Login},
    domain::{Scope, SlipFilter, Wish},
    statements::{
        exports::{LendSnapshot, OrderExport, SlipBlock, options_to_json, scope_to_json},
        slips::ListSlips,
    },
    testkit::{A, B, SLIPS_A, World},
};

use super::{
    list::FILES,
    runner::{self, Finding},
    script::Script,
    target::{Kind, Target},
    wire::Wire,
};

/// Attacks that the first tier names as residual, and that must end in "permission denied" here.
const CLOSED: &[&str] = &[
    "30_large_objects",
    "40_terminate_others",
    "41_pg_stat_activity_literals",
    "43_locks_and_advisory",
    "44_listen_notify",
    "87_do_block_bruteforce",
];

async fn harden(world: &World) {
    let mut root = Wire::connect(&world.superuser_url()).await;
    let text = include_str!("../../../sql/hardening/superuser.sql");
    root.must(text).await;
    root.must(text).await;
}

#[tokio::test]
async fn the_second_tier_closes_the_side_doors_and_opens_none() {
    let world = World::new().await;
    harden(&world).await;
    for file in FILES {
        let script = Script::read(file);
        if CLOSED.contains(file) {
            let denied = |it: &super::script::Step| it.hardened.iter().any(|code| code == "42501");
            assert!(script.steps.iter().any(denied), "{file} does not say what is denied");
        }
        let target = Target { kind: Kind::Hardened, ..Target::wall(&world).await };
        let findings = runner::run(&script, &target).await;
        assert_eq!(findings, Vec::<Finding>::new(), "{file}: {}", script.vector);
    }
}

#[tokio::test]
async fn the_service_works_under_the_second_tier() {
    let world = World::new().await;
    harden(&world).await;
    let session = world.login(&A, "clerk").await;
    let list = ListSlips::new(&SlipFilter::open(), None, 200);
    assert_eq!(world.pool().read(&session, &list).await.expect("lists").len(), SLIPS_A as usize);
    let order = OrderExport {
        report: "slip_list".to_owned(),
        filter: scope_to_json(&Scope::All),
        expected_rows: i32::try_from(SLIPS_A).expect("small"),
        purpose: None,
        options: options_to_json(Wish::SlipList),
    };
    let mut tx = world.pool().enter(&session).await.expect("enters");
    let ordered = tx.fetch_one(&order).await.expect("orders").expect("no quota is reached");
    let (export, check) = ordered.into_tickets(tx.tenant_id());
    tx.commit().await.expect("commits");
    let mut drawing = world.pool().enter_snapshot(&export).await.expect("the ticket is good");
    let snapshot = drawing.fetch_one(&LendSnapshot {}).await.expect("lends");
    let block = SlipBlock::new(&SlipFilter::open(), None);
    assert_eq!(drawing.fetch(&block).await.expect("a block").len(), SLIPS_A as usize);
    let checking = world.checker().enter_snapshot(&check, &snapshot).await.expect("the checker");
    assert_eq!(checking.tenant_id(), drawing.tenant_id());
    // And the DBA's commands: what was closed is a difference of the wall, recorded once, and the other biller logs in all the same.
    let migrator = world.url(Login::Migrator);
    let report = catalog::migrate(&migrator).await.expect("records it");
    assert!(report.said.iter().any(|it| it.contains("lo_create")), "{:?}", report.said);
    catalog::check(&migrator).await.expect("nothing is pending");
    world.login(&B, "clerk").await;
    world.operator().await;
}

//! The audit chain, computed three times: by the database, without the database, and by SQL that uses nothing of ours.

use shikiri::{
    domain::ExportState,
    export::chain::{self, Chain},
    statements::{
        audit::{EventLine, ListEvents},
        operator::VerifyChain,
    },
    testkit::{A, B, Biller, SLIPS_A, World},
};

use super::{all, ended, exporter};
use crate::attacks::Wire;

const BY_HAND: &str = include_str!("../../../sql/chain.sql");

async fn events(world: &World) -> Vec<EventLine> {
    let session = world.login(&A, "admin").await;
    let list = ListEvents {
        after_seq: 0,
        actor: None,
        action: None,
        object: None,
        from: None,
        to: None,
        rows: 200,
    };
    world.pool().read(&session, &list).await.expect("reads")
}

async fn by_operator(world: &World, biller: &Biller) -> (String, Option<i64>) {
    let verify = VerifyChain { tenant_code: biller.code.to_owned() };
    let found = world.operator().await.call_one(&verify).await.expect("computes");
    (found.outcome, found.bad_seq)
}

#[tokio::test]
async fn a_whole_chain_is_whole_and_a_changed_byte_is_found_three_times() {
    let world = World::new().await;
    let dir = tempfile::tempdir().expect("a directory");
    let a = world.login(&A, "clerk").await;
    let id = exporter(&world, dir.path()).order(&a, all(SLIPS_A)).await.expect("ordered");
    assert_eq!(ended(&world, &a, id).await.state, ExportState::Ready);
    let before = events(&world).await;
    let mut root = Wire::connect(&world.superuser_url()).await;
    let head = "select seq || ' ' || encode(hash, 'hex') from shikiri_vault.chain_head c \
         join shikiri.tenant t using (tenant_id) where t.tenant_code = '10001'";
    let Chain::Whole { events: count, head: computed } = chain::verify(&before) else {
        panic!("it is whole")
    };
    assert_eq!(root.value(head).await, format!("{count} {}", hex::encode(computed)));
    assert!(8 < count, "there is something to be changed");
    assert_eq!(root.simple(BY_HAND).await.rows, Vec::<Vec<String>>::new());
    assert_eq!(by_operator(&world, &A).await, ("whole".to_owned(), None));
    // A superuser changes one thing of the fifth event; only the superuser can.
    for change in [
        "detail = detail || '{\"rows\": 1}'",
        "action = action || 'x'",
        "object = 'x'",
        "actor = gen_random_uuid()",
        "at = at + interval '1 microsecond'",
        "hash = set_byte(hash, 0, get_byte(hash, 0) # 1)",
        "previous_hash = set_byte(previous_hash, 31, get_byte(previous_hash, 31) # 128)",
        "seq = 1000",
    ] {
        let session = world.login(&A, "admin").await;
        root.must(&format!(
            "create table public.kept as select * from shikiri.audit_event; \
             update shikiri.audit_event set {change} where seq = 5 and tenant_id = {}",
            before[0].tenant_id
        ))
        .await;
        let list = ListEvents {
            after_seq: 0,
            actor: None,
            action: None,
            object: None,
            from: None,
            to: None,
            rows: 200,
        };
        let now = world.pool().read(&session, &list).await.expect("reads");
        assert_eq!(chain::verify(&now), Chain::Broken { seq: 5 }, "{change}");
        assert_eq!(by_operator(&world, &A).await, ("broken".to_owned(), Some(5)), "{change}");
        assert!(!root.simple(BY_HAND).await.rows.is_empty(), "{change}");
        assert_eq!(by_operator(&world, &B).await.0, "whole", "another biller's is not touched");
        root.must(
            "delete from shikiri.audit_event; insert into shikiri.audit_event select * from public.kept; \
             drop table public.kept",
        )
        .await;
        assert_eq!(by_operator(&world, &A).await.0, "whole");
    }
}

#[tokio::test]
async fn events_that_are_cut_off_at_the_end_are_missed_by_the_head() {
    let world = World::new().await;
    let before = events(&world).await;
    let last = before.last().expect("an event").seq;
    let mut root = Wire::connect(&world.superuser_url()).await;
    root.must(&format!(
        "delete from shikiri.audit_event where tenant_id = {} and seq = {last}",
        before[0].tenant_id
    ))
    .await;
    assert!(matches!(chain::verify(&before[..before.len() - 1]), Chain::Whole { .. }));
    assert_eq!(by_operator(&world, &A).await, ("cut_off".to_owned(), Some(last)));
    assert_eq!(root.simple(BY_HAND).await.rows.len(), 1);
    assert_eq!(by_operator(&world, &Biller { code: "99999", name: "" }).await.0, "no_tenant");
}

//! The test world itself: if it is not what it says, no other test means anything.

use shikiri::{
    assert_isolated,
    domain::{OnConflict, SlipFilter},
    statements::slips::{ListSlips, TotalSlips},
    testkit::{A, B, CANARY, PASSWORD, SLIPS_A, SLIPS_B, World},
};

#[tokio::test]
async fn each_biller_sees_its_own_slips_and_nobody_sees_any_without_a_seal() {
    let world = World::new().await;
    let (a, b) = (world.login(&A, "clerk").await, world.login(&B, "clerk").await);
    assert_isolated!(world, "shikiri.slip", a, b);
    assert_isolated!(world, "shikiri.app_user", a, b);
    assert_isolated!(world, "shikiri.tenant", a, b);
    assert_isolated!(world, "shikiri.audit_event", a, b);
}

#[tokio::test]
async fn a_read_in_one_statement_and_a_transaction_see_the_same() {
    let world = World::new().await;
    for (biller, rows) in [(A, SLIPS_A), (B, SLIPS_B)] {
        let session = world.login(&biller, "clerk").await;
        let list = ListSlips::new(&SlipFilter::open(), None, 200);
        let read = world.pool().read(&session, &list).await.expect("reads");
        let mut tx = world.pool().enter(&session).await.expect("enters");
        let fetched = tx.fetch(&list).await.expect("fetches");
        let today = time::macros::date!(2026 - 11 - 26);
        let totals =
            tx.fetch_one(&TotalSlips::new(&SlipFilter::open(), today)).await.expect("totals");
        tx.commit().await.expect("commits");
        assert_eq!(read, fetched);
        assert_eq!(read.len(), rows as usize);
        assert_eq!(totals.rows, i64::from(rows));
        let canaries =
            read.iter().filter(|it| it.slip.customer_name.as_str().contains(CANARY)).count();
        assert_eq!(canaries, if biller.code == B.code { rows as usize } else { 0 });
    }
}

#[tokio::test]
async fn a_wrong_password_opens_nothing() {
    use shikiri::statements::sessions::LoginOutcome;
    let world = World::new().await;
    for (code, login, password) in
        [(A.code, "clerk", "wrong"), (A.code, "nobody", PASSWORD), ("99999", "clerk", PASSWORD)]
    {
        let outcome = world.try_login(code, login, password, OnConflict::Ask).await.expect("asks");
        assert!(matches!(outcome, LoginOutcome::Rejected), "{code} {login}");
    }
}

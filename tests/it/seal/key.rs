//! The key of a seal that is held by a MAC: replaced without a pause, and never missing in silence.

use shikiri::{
    dba::catalog::{Seal, SealWish},
    statements::{operator::RotateSealKey, slips::GetSlip},
    testkit::{A, World, sample_slip},
    wall,
};
use tokio_postgres::NoTls;

async fn superuser(world: &World, sql: &str) {
    let (client, connection) =
        tokio_postgres::connect(&world.superuser_url(), NoTls).await.expect("connects");
    tokio::spawn(connection);
    client.batch_execute(sql).await.expect("runs");
}

#[tokio::test]
async fn a_transaction_under_way_outlives_one_rotation_and_not_two() {
    let world = World::new().await;
    assert_eq!(world.seal_by(SealWish::Mac).await, Seal::Mac);
    let a = world.login(&A, "clerk").await;
    let get = GetSlip::new(&sample_slip(&A, 3).id);
    let mut operator = world.operator().await;
    let mut tx = world.pool().enter(&a).await.expect("enters");
    assert_eq!(tx.fetch(&get).await.expect("reads").len(), 1);
    let second = operator.call_one(&RotateSealKey {}).await.expect("rotates");
    assert_eq!(tx.fetch(&get).await.expect("the key before is kept").len(), 1);
    assert_eq!(world.pool().read(&a, &get).await.expect("the new key seals").len(), 1);
    let third = operator.call_one(&RotateSealKey {}).await.expect("rotates");
    assert_eq!(third, second + 1);
    let lost = tx.fetch(&get).await.expect_err("its key is gone");
    assert!(
        matches!(&lost, wall::Error::ContextLost { sqlstate, .. } if sqlstate == "SK002"),
        "{lost:?}"
    );
    assert_eq!(tx.commit().await, Err(wall::Error::AlreadyFailed));
    assert_eq!(world.pool().read(&a, &get).await.expect("the newest key seals").len(), 1);
}

#[tokio::test]
async fn without_a_key_every_door_is_shut_loudly() {
    let world = World::new().await;
    assert_eq!(world.seal_by(SealWish::Mac).await, Seal::Mac);
    let a = world.login(&A, "clerk").await;
    superuser(&world, "delete from shikiri_vault.seal_key").await;
    let get = GetSlip::new(&sample_slip(&A, 3).id);
    for lost in [
        world.pool().read(&a, &get).await.map(|_| ()).expect_err("no key"),
        world.pool().enter(&a).await.map(|_| ()).expect_err("no key"),
    ] {
        assert!(
            matches!(&lost, wall::Error::ContextLost { sqlstate, .. } if sqlstate == "SK003"),
            "{lost:?}"
        );
    }
}

#[tokio::test]
async fn where_there_is_no_key_it_is_said_and_nothing_is_rotated() {
    let world = World::new().await;
    assert_eq!(world.seal_by(SealWish::Parameter).await, Seal::Parameter);
    let mut operator = world.operator().await;
    let refused = operator.call_one(&RotateSealKey {}).await.expect_err("there is no key");
    assert!(format!("{refused:?}").contains("0A000"), "{refused:?}");
    let a = world.login(&A, "clerk").await;
    let get = GetSlip::new(&sample_slip(&A, 3).id);
    assert_eq!(world.pool().read(&a, &get).await.expect("sealed all the same").len(), 1);
}

//! For people who embed shikiri or guard tables of their own: the documented example of `shikiri::testkit`.
//!
//! A table of yours is behind the wall when `assert_isolated!` says so. This test makes one, asks, and then
//! shows that the macro is no rubber stamp: with the policy gone it panics.

use shikiri::{
    assert_isolated, statement,
    testkit::{A, B, World},
};
use tokio_postgres::NoTls;

statement! { "../../tests/embedding/add_note.sql",
    /// Adds a note.
    struct AddNote { note: String }
    rows_max = 1, owner = Row, row = (), decode = |_| Ok(())
}

statement! { "../../tests/embedding/list_notes.sql",
    /// All notes of the biller.
    struct ListNotes {}
    rows_max = 100, owner = Row, row = String, decode = |row| Ok(row.try_get("note")?)
}

/// Runs SQL as the superuser: what an embedder's own migration would do.
async fn as_superuser(world: &World, sql: &str) {
    let (client, connection) =
        tokio_postgres::connect(&world.superuser_url(), NoTls).await.expect("connects");
    tokio::spawn(connection);
    client.batch_execute(sql).await.expect("runs");
}

#[tokio::test]
async fn an_embedders_own_table_is_behind_the_wall() {
    let world = World::new().await;
    as_superuser(&world, include_str!("../embedding/guard_note.sql")).await;
    let (a, b) = (world.login(&A, "clerk").await, world.login(&B, "clerk").await);
    for (session, note) in [(&a, "of A"), (&b, "of B")] {
        let mut tx = world.pool().enter(session).await.expect("enters");
        tx.fetch(&AddNote { note: note.to_owned() }).await.expect("adds");
        tx.commit().await.expect("commits");
    }
    let notes = world.pool().read(&a, &ListNotes {}).await.expect("reads");
    assert_eq!(notes, ["of A"]);
    assert_isolated!(world, "shikiri.note", a, b);
}

#[tokio::test]
#[should_panic(expected = "sees 1 rows of others")]
async fn the_macro_panics_when_the_wall_is_gone() {
    let world = World::new().await;
    as_superuser(&world, include_str!("../embedding/guard_note.sql")).await;
    let (a, b) = (world.login(&A, "clerk").await, world.login(&B, "clerk").await);
    for (session, note) in [(&a, "of A"), (&b, "of B")] {
        let mut tx = world.pool().enter(session).await.expect("enters");
        tx.fetch(&AddNote { note: note.to_owned() }).await.expect("adds");
        tx.commit().await.expect("commits");
    }
    as_superuser(&world, "alter table shikiri.note disable row level security").await;
    assert_isolated!(world, "shikiri.note", a, b);
}

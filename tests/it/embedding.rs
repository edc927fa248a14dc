//! For people who embed shikiri or guard tables of their own: the documented example of `shikiri::testkit`.
//!
//! A table of yours is behind the wall when `assert_isolated!` says so. This test makes one, asks, and then
//! shows that the macro is no rubber stamp: with the policy gone it panics.

use shikiri::{
    assert_isolated, statement,
    testkit::{A, B, World},
    wall::{Error, Statement},
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

statement! { "../../tests/embedding/note_after.sql",
    /// A number where the file wants a text.
    struct AfterNumber { note: i64 }
    rows_max = 100, owner = Row, row = (), decode = |_| Ok(())
}

statement! { "../../tests/embedding/misspelt.sql",
    /// See the first line of its file.
    struct Misspelt {}
    rows_max = 100, owner = Row, row = (), decode = |_| Ok(())
}

statement! { "../../tests/embedding/wrong_word.sql",
    /// See the first line of its file.
    struct WrongWord {}
    rows_max = 100, owner = Row, row = (), decode = |_| Ok(())
}

statement! { "../../tests/embedding/nobodys.sql",
    /// See the first line of its file.
    struct Nobodys {}
    rows_max = 100, owner = Row, row = (), decode = |_| Ok(())
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

/// What a beginner is told of a statement, by each of the ways to send one.
async fn told<S: Statement<Row = ()> + Clone>(world: &World, statement: &S) -> Vec<Error> {
    let session = world.login(&A, "clerk").await;
    let pool = world.pool();
    let mut tx = pool.enter(&session).await.expect("enters");
    vec![
        pool.read(&session, statement).await.expect_err("a read"),
        pool.write(&session, statement).await.expect_err("a write"),
        tx.fetch(statement).await.expect_err("in a transaction"),
    ]
}

#[tokio::test]
async fn errors_of_a_beginner_are_told_apart_and_say_what_to_do() {
    let world = World::new().await;
    as_superuser(&world, include_str!("../embedding/guard_note.sql")).await;
    let session = world.login(&A, "clerk").await;
    world.pool().write(&session, &AddNote { note: "a".to_owned() }).await.expect("adds");
    let all = [
        (
            told(&world, &AfterNumber { note: 1 }).await,
            "takes other parameters than its struct has: cannot convert between the Rust type `i64` and the Postgres type `text`",
        ),
        (told(&world, &Misspelt {}).await, "(42703): column n.nota does not exist"),
        (told(&world, &WrongWord {}).await, "(42601): syntax error at or near \"selekt\""),
        (told(&world, &Nobodys {}).await, "gives rows without an integer tenant_id"),
    ];
    for (errors, words) in &all {
        for err in errors {
            let text = err.to_string();
            assert!(text.contains(words), "{text}\nhas not\n{words}");
            assert!(!text.contains("(io)") && !text.contains("(driver)"), "{text}");
        }
    }
}

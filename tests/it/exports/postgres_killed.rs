//! Postgres is killed with SIGKILL under a running service, at every stage of an export. The service is not touched.

use shikiri::{domain::ByteRange, testkit::World};

use super::{
    crash::Kill,
    stand::{Stand, eventually},
};
use crate::http::client::ask;

/// Failures that say what happened: the process wrote it down, or its lease ran out.
const HONEST: [&str; 2] = ["database", "interrupted"];

/// Stages before anything may leave. Each is held before it writes to its table.
const STAGES: [(&str, &str, &str); 2] =
    [("running", "shikiri.export_page", "drawn"), ("checking", "shikiri.export_check", "checked")];

/// What is under way when Postgres dies ends with a reason and leaves no byte; what waits goes on.
async fn nothing_is_half_released(how: Kill) {
    let stand = Stand::on(World::alone().await).await;
    for (state, table, next) in STAGES {
        let hold = stand.hold(table).await;
        let (one, two) = (stand.order(next).await, stand.order(&format!("{next}-2")).await);
        stand.until_held(table, 2).await;
        // Two of a biller run at once: the third is queued.
        let waiting = stand.order(&format!("{next}-3")).await;
        for (href, state) in [(&one, state), (&two, state), (&waiting, "queued")] {
            assert_eq!(stand.state(href).await["state"], state, "about to be {next}");
            stand.gives_nothing(href).await;
        }
        let file = format!("{one}/file");
        stand.accident(how, &[&file]).await;
        drop(hold);
        for href in [&one, &two] {
            ended_honestly(&stand, href).await;
        }
        // It had not begun, and its place in the queue is not lost. Nor is the biller's quota.
        stand.until(&waiting, "ready").await;
        assert_eq!(stand.get(&format!("{waiting}/file")).await.status, 200);
        stand.leaks_nothing().await;
        stand.keeps_only(&[&waiting]).await;
        let discard = ask(&stand.served, &format!("DELETE {waiting}")).token(&stand.token);
        assert_eq!(discard.send().await.status, 204);
        stand.keeps_only(&[]).await;
    }
    // About to be released: file and key are in their places. The transaction that signs holds the biller's chain, so
    // there is one at a time.
    let table = "shikiri.export_certificate";
    let hold = stand.hold(table).await;
    let href = stand.order("released").await;
    stand.until_held(table, 1).await;
    assert_eq!(stand.state(&href).await["state"], "checking");
    stand.gives_nothing(&href).await;
    stand.accident(how, &[&format!("{href}/file")]).await;
    drop(hold);
    ended_honestly(&stand, &href).await;
    stand.keeps_only(&[]).await;
    let again = stand.order("again").await;
    stand.until(&again, "ready").await;
    stand.leaks_nothing().await;
    stand.chain_is_whole().await;
}

async fn ended_honestly(stand: &Stand, href: &str) {
    let told = stand.until(href, "failed").await;
    assert!(HONEST.contains(&told["failure"].as_str().expect("a reason")), "{told}");
    stand.gives_nothing(href).await;
    stand.links_nowhere(href).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_that_is_killed_at_any_stage_releases_nothing_and_loses_nothing() {
    nothing_is_half_released(Kill::Backend).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_at_any_stage_releases_nothing_and_loses_nothing() {
    nothing_is_half_released(Kill::Server).await;
}

/// What was released before Postgres died is as it was: file, certificate, links that live and links that are spent.
async fn released_stays_released(how: Kill) {
    let stand = Stand::on(World::alone().await).await;
    let href = stand.order("k").await;
    stand.until(&href, "ready").await;
    let certificate = stand.get(&format!("{href}/certificate")).await.body;
    let (fresh, spent) = (stand.link(&href).await, stand.link(&href).await);
    let file = stand.get(&spent).await;
    assert_eq!(file.status, 200);
    stand.until(&href, "delivered").await;
    let (of_session, dead) = (format!("{href}/file"), "/d/".to_owned() + &"a".repeat(64));
    stand.accident(how, &[&of_session, &fresh, &spent, &dead]).await;
    assert_eq!(stand.state(&href).await["state"], "delivered");
    assert_eq!(stand.get(&spent).await.problem(), (410, "link-spent".to_owned()));
    assert_eq!(stand.get(&dead).await.status, 404);
    let told = stand.get(&fresh).await;
    assert_eq!((told.status, told.body == file.body), (200, true));
    eventually("it is spent by that", async || {
        (stand.get(&fresh).await.status == 410).then_some(())
    })
    .await;
    assert_eq!(stand.get(&format!("{href}/certificate")).await.body, certificate);
    assert_eq!(stand.get(&of_session).await.body, file.body);
    stand.leaks_nothing().await;
    stand.keeps_only(&[&href]).await;
    stand.chain_is_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_that_is_killed_leaves_files_and_links_as_they_were() {
    released_stays_released(Kill::Backend).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_leaves_files_and_links_as_they_were() {
    released_stays_released(Kill::Server).await;
}

/// A fetch that is under way was written down before its first byte, whatever Postgres does next.
async fn a_fetch_is_in_the_ledger(how: Kill) {
    let stand = Stand::on(World::alone().await).await;
    let href = stand.order("k").await;
    stand.until(&href, "ready").await;
    let (link, other) = (stand.link(&href).await, stand.link(&href).await);
    let token = |link: &str| link.rsplit('/').next().expect("a secret").to_owned();
    let exporter = stand.served.exporter();
    let mut left =
        exporter.fetch_link(&token(&other), None, ByteRange::Whole).await.expect("opens");
    left.next().await.expect("reads");
    // Nothing is between the answer to this and the accident.
    let mut fetch =
        exporter.fetch_link(&token(&link), None, ByteRange::Whole).await.expect("opens");
    stand.die(how).await;
    // The file is here, and so is its key: it goes on without the database.
    let mut bytes = Vec::new();
    fetch.read_to_end(&mut bytes).await.expect("reads");
    assert_eq!(bytes.len() as u64, fetch.bytes);
    // A server that is away hears nothing of the ends.
    exporter.end_delivery(fetch, true).await;
    exporter.end_delivery(left, false).await;
    stand.come_back(how).await;
    let ledger = "select count(*) from shikiri.export_fetch where first_byte = 0";
    assert_eq!(stand.number(ledger).await, 2);
    let chain = "select count(*) from shikiri.audit_event where action = 'export.fetched'";
    assert_eq!(stand.number(chain).await, 2);
    let spent = (410, "link-spent".to_owned());
    match how {
        Kill::Backend => assert_eq!(stand.get(&link).await.problem(), spent),
        // It is told as soon as somebody listens; until then the link is in use, and opens for nobody.
        Kill::Server => {
            let told = eventually("the end is told", async || {
                let told = stand.get(&link).await.problem();
                (told != (409, "link-busy".to_owned())).then_some(told)
            });
            assert_eq!(told.await, spent);
        }
    }
    let ends = "select count(*) from shikiri.export_fetch where ended_at is not null";
    eventually("both ends are told", async || (stand.number(ends).await == 2).then_some(())).await;
    assert_eq!(stand.get(&other).await.status, 200, "of this one not all was taken");
    stand.leaks_nothing().await;
    stand.chain_is_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_that_is_killed_takes_no_fetch_out_of_the_ledger() {
    a_fetch_is_in_the_ledger(Kill::Backend).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_takes_no_fetch_out_of_the_ledger() {
    a_fetch_is_in_the_ledger(Kill::Server).await;
}

//! Files are taken back: by a person, by time, by a failure. What was taken back cannot be read, whoever kept what.

use std::{path::Path, process::Command};

use shikiri::{
    domain::{ByteRange, ExportId, ExportState, PageSpan},
    export::{Exporter, FetchError, IdempotencyKey, LinkWish, RecallError, ReprintError},
    testkit::{A, B, SLIPS_A, World},
};

use super::{
    accidents::{hold_at_first_page, left, until_held},
    all, ended, exporter, exporter_in, line,
};
use crate::attacks::Wire;

async fn released(
    world: &World,
    exporter: &Exporter,
) -> (shikiri::auth::VerifiedSession, ExportId) {
    let a = world.login(&A, "clerk").await;
    let id = exporter.order(&a, all(SLIPS_A)).await.expect("ordered");
    assert_eq!(ended(world, &a, id).await.state, ExportState::Ready);
    (a, id)
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a directory");
    for entry in std::fs::read_dir(from).expect("reads") {
        let entry = entry.expect("reads");
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            std::fs::copy(&from, to).expect("copies");
        }
    }
}

#[tokio::test]
async fn a_file_that_is_recalled_is_gone_and_the_ledger_says_who_had_what() {
    let world = World::new().await;
    let dir = tempfile::tempdir().expect("a directory");
    let exporter = exporter(&world, dir.path());
    let (a, id) = released(&world, &exporter).await;
    let b = world.login(&B, "clerk").await;
    let wish = LinkWish { ttl_s: 900, bound: false };
    let link = exporter.make_link(&a, id, wish).await.expect("made");
    let mut part = exporter.fetch(&a, id, ByteRange::FromTo(10, 19)).await.expect("fetches");
    let mut bytes = Vec::new();
    part.read_to_end(&mut bytes).await.expect("reads");
    let size = part.bytes;
    exporter.end_delivery(part, true).await;
    assert_eq!(line(&world, &a, id).await.state, ExportState::Delivering);
    // Another biller cannot take it back.
    let refused = exporter.recall(&b, id, "not mine").await;
    assert!(matches!(refused, Err(RecallError::NotFound)), "{refused:?}");
    // A transfer that is under way stops.
    let mut running = exporter.fetch(&a, id, ByteRange::Whole).await.expect("fetches");
    let ledger = exporter.recall(&a, id, "wrong filter").await.expect("recalls");
    assert!(running.next().await.is_err(), "it goes on after its recall");
    assert_eq!(ledger.len(), 1);
    assert_eq!(ledger[0].file.state, ExportState::Shredded);
    assert_eq!(ledger[0].fetches.len(), 2);
    // The whole fetch was written down before its first byte: it counts as fetched though it was cut off.
    assert_eq!(ledger[0].fetched(), std::slice::from_ref(&(0..size)));
    assert!(ledger[0].never_fetched().is_empty());
    assert_eq!(ledger[0].fetches[0].fetched_by, Some(a.user_id()));
    assert_eq!(ledger[0].fetches[0].complete, Some(true));
    assert_eq!(left(dir.path()), Vec::<String>::new());
    let gone = exporter.fetch(&a, id, ByteRange::Whole).await;
    assert!(matches!(gone, Err(FetchError::Withdrawn(ExportState::Shredded))), "{gone:?}");
    let dead = exporter.fetch_link(&link.token, None, ByteRange::Whole).await;
    assert!(matches!(dead, Err(FetchError::Withdrawn(_))), "{dead:?}");
    let again = exporter.recall(&a, id, "once more").await.expect("answers the same");
    assert_eq!(again[0].fetches.len(), 2);
    // The chain has the reason's digest, not the reason; and every step.
    let mut root = Wire::connect(&world.superuser_url()).await;
    let actions = "select string_agg(action, ' ' order by seq) from shikiri.audit_event \
         where action like 'export.%' and object = (select export_id::text from shikiri.export)";
    let actions = root.value(actions).await;
    for action in ["export.link_made", "export.fetched", "export.recalled", "export.shredded"] {
        assert!(actions.contains(action), "{actions}");
    }
    let told = "select count(*) from shikiri.audit_event where detail::text like '%wrong filter%'";
    assert_eq!(root.value(told).await, "0");
}

#[tokio::test]
async fn neither_a_dump_nor_a_copy_of_the_files_of_before_brings_a_recalled_file_back() {
    let world = World::new().await;
    let dir = tempfile::tempdir().expect("a directory");
    let exporter = exporter(&world, dir.path());
    let (a, id) = released(&world, &exporter).await;
    // Somebody keeps everything but the key directory: the database, dumped, and the artefacts.
    let dump = dir.path().join("before.dump");
    let run = Command::new(program("pg_dump"))
        .arg("--format=custom")
        .arg("--file")
        .arg(&dump)
        .arg("--dbname")
        .arg(world.superuser_url())
        .output();
    let run = run.expect("apt-get install postgresql");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    copy(&dir.path().join("files"), &dir.path().join("copy/files"));
    // And somebody else the key directory too, which shows that the copies are good.
    copy(&dir.path().join("keys"), &dir.path().join("copy/keys"));
    exporter.recall(&a, id, "wrong filter").await.expect("recalls");
    drop(exporter);
    // The database of before, as if nothing had been recalled.
    let restored = World::new().await;
    let run = Command::new(program("pg_restore"))
        .args(["--exit-on-error", "--clean", "--if-exists", "--dbname"])
        .arg(restored.superuser_url())
        .arg(&dump)
        .output()
        .expect("runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let of_before = restored.login(&A, "clerk").await;
    assert_eq!(line(&restored, &of_before, id).await.state, ExportState::Ready);
    let with = |files: &str, keys: &str| {
        exporter_in(&restored, &dir.path().join(files), &dir.path().join(keys), dir.path())
    };
    let without_key = with("copy/files", "keys").fetch(&of_before, id, ByteRange::Whole).await;
    assert!(matches!(without_key, Err(FetchError::Gone)), "{without_key:?}");
    // The limit, as it is documented: who copied the key as well can read it.
    let mut with_key = with("copy/files", "copy/keys")
        .fetch(&of_before, id, ByteRange::Whole)
        .await
        .expect("the copies are good");
    let mut bytes = Vec::new();
    with_key.read_to_end(&mut bytes).await.expect("reads");
    assert!(bytes.starts_with(b"%PDF-"));
}

/// A program of the server that the tests run against.
fn program(name: &str) -> std::path::PathBuf {
    let settings = shikiri::testkit::Settings::from_env().expect("settings");
    match settings.binaries {
        Some(dir) => dir.join(name),
        None => name.into(),
    }
}

#[tokio::test]
async fn a_file_whose_time_is_over_is_destroyed_by_the_upkeep() {
    let world = World::new().await;
    let dir = tempfile::tempdir().expect("a directory");
    let exporter = exporter(&world, dir.path());
    let (a, id) = released(&world, &exporter).await;
    assert_eq!(exporter.sweep().await.expect("sweeps"), 0, "its time is not over");
    assert_eq!(left(dir.path()).len(), 2);
    let mut root = Wire::connect(&world.superuser_url()).await;
    let days = "select extract(day from retain_until - ended_at) from shikiri_ops.export_ledger";
    assert_eq!(root.value(days).await, "7");
    root.must("update shikiri_ops.export_ledger set retain_until = clock_timestamp()").await;
    assert_eq!(exporter.sweep().await.expect("sweeps"), 1);
    assert_eq!(line(&world, &a, id).await.state, ExportState::Shredded);
    assert_eq!(left(dir.path()), Vec::<String>::new());
    let gone = exporter.fetch(&a, id, ByteRange::Whole).await;
    assert!(matches!(gone, Err(FetchError::Withdrawn(_))), "{gone:?}");
}

#[tokio::test]
async fn a_service_that_is_shown_another_database_destroys_nothing() {
    let (world, other) = (World::new().await, World::new().await);
    let dir = tempfile::tempdir().expect("a directory");
    let ours = exporter(&world, dir.path());
    let (a, id) = released(&world, &ours).await;
    let stranger = exporter(&other, dir.path());
    assert_eq!(stranger.sweep().await.expect("sweeps"), 0);
    assert!(ours.fetch(&a, id, ByteRange::Whole).await.is_ok());
}

#[tokio::test]
async fn a_recall_that_died_before_its_key_was_destroyed_is_finished_by_the_upkeep() {
    let world = World::new().await;
    let dir = tempfile::tempdir().expect("a directory");
    let exporter = exporter(&world, dir.path());
    let (a, id) = released(&world, &exporter).await;
    // The first half only, as a process leaves it that is killed there.
    let recall = shikiri::statements::deliveries::RecallExport {
        export_id: id.0,
        reason: "wrong".to_owned(),
    };
    let mut tx = world.pool().enter(&a).await.expect("enters");
    tx.fetch_one(&recall).await.expect("recalls");
    tx.commit().await.expect("commits");
    let gone = exporter.fetch(&a, id, ByteRange::Whole).await;
    assert!(matches!(gone, Err(FetchError::Withdrawn(ExportState::Recalled))), "{gone:?}");
    assert_eq!(left(dir.path()).len(), 2, "nothing is destroyed yet");
    assert_eq!(exporter.sweep().await.expect("sweeps"), 1);
    assert_eq!(left(dir.path()), Vec::<String>::new());
    assert_eq!(line(&world, &a, id).await.state, ExportState::Shredded);
}

#[tokio::test]
async fn a_wall_that_changes_in_the_middle_trips_and_releases_nothing() {
    let world = World::new().await;
    let dir = tempfile::tempdir().expect("a directory");
    let exporter = exporter(&world, dir.path());
    let a = world.login(&A, "clerk").await;
    let hold = hold_at_first_page(&world).await;
    let id = exporter.order(&a, all(SLIPS_A)).await.expect("ordered");
    until_held(&world).await;
    let mut root = Wire::connect(&world.superuser_url()).await;
    // Nothing that the rows or the second computation would show.
    let more = "create policy more on shikiri.idempotency_record for select to shikiri_auditor \
         using (true)";
    root.must(more).await;
    drop(hold);
    let line = ended(&world, &a, id).await;
    let why = Some("wall_changed");
    assert_eq!((line.state, line.failure.as_deref()), (ExportState::Tripped, why));
    assert!(exporter.drain(std::time::Duration::from_secs(5)).await);
    assert_eq!(left(dir.path()), Vec::<String>::new());
}

/// The pages of a released file, as poppler reads them, after qpdf found nothing wrong.
async fn pages(
    exporter: &Exporter,
    a: &shikiri::auth::VerifiedSession,
    id: ExportId,
    dir: &Path,
) -> Vec<String> {
    let mut delivery = exporter.fetch(a, id, ByteRange::Whole).await.expect("released");
    let mut bytes = Vec::new();
    delivery.read_to_end(&mut bytes).await.expect("reads");
    let path = dir.join(format!("{}.pdf", id.0));
    std::fs::write(&path, bytes).expect("writes");
    let check = Command::new("qpdf").arg("--check").arg(&path).output();
    let check = check.expect("apt-get install qpdf");
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
    let text = Command::new("pdftotext").arg("-layout").arg(&path).arg("-").output();
    let text = text.expect("apt-get install poppler-utils").stdout;
    let text = String::from_utf8(text).expect("UTF-8");
    text.split('\u{c}').filter(|it| !it.trim().is_empty()).map(str::to_owned).collect()
}

#[tokio::test]
async fn a_reprint_is_those_pages_and_goes_with_its_original() {
    let world = World::new().await;
    let dir = tempfile::tempdir().expect("a directory");
    let exporter = exporter(&world, dir.path());
    let (a, id) = released(&world, &exporter).await;
    let key = |key: &str| IdempotencyKey {
        route: "POST /reprint".to_owned(),
        key: key.to_owned(),
        body_digest: [0; 32],
    };
    let span = |text| PageSpan::parse(text).expect("pages");
    // The slips change; the reprint does not.
    let mut root = Wire::connect(&world.superuser_url()).await;
    root.must("update shikiri.slip set customer_name = 'changed'").await;
    let reprint = exporter.reprint(&a, id, span("2-3"), key("k")).await.expect("reprints");
    let whole = pages(&exporter, &a, id, dir.path()).await;
    let taken = pages(&exporter, &a, reprint, dir.path()).await;
    assert_eq!(taken, whole[2..], "without cover and page 1; pages 2 and 3 are as they were");
    let stored = line(&world, &a, reprint).await;
    assert_eq!((stored.rows_done, stored.pages_done), (25, 2));
    let again = exporter.reprint(&a, reprint, span("2-3"), key("k2")).await;
    assert!(matches!(again, Err(ReprintError::IsReprint)), "{again:?}");
    let far = exporter.reprint(&a, id, span("3-4"), key("k3")).await;
    assert!(matches!(far, Err(ReprintError::NoSuchPages)), "{far:?}");
    let same = exporter.reprint(&a, id, span("2-3"), key("k")).await;
    assert!(matches!(same, Err(ReprintError::Replayed(it)) if it == reprint));
    // Both are called back together.
    let ledger = exporter.recall(&a, id, "wrong filter").await.expect("recalls");
    assert_eq!(ledger.len(), 2);
    assert_eq!(ledger[1].file.reprint_pages, Some((2, 3)));
    let gone = exporter.fetch(&a, reprint, ByteRange::Whole).await;
    assert!(matches!(gone, Err(FetchError::Withdrawn(_))), "{gone:?}");
    assert_eq!(left(dir.path()), Vec::<String>::new());
}

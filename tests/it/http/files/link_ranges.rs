//! A link sends each byte of its file once, in whatever parts: what went to its end does not go again.

use std::collections::BTreeSet;

use serde_json::json;
use shikiri::{
    domain::{ByteRange, ExportId},
    export::{Exporter, FetchError},
    testkit::{A, Served, World},
};

use super::{
    links::{ALL_ENDED, get, link, until},
    released,
};
use crate::{
    attacks::Wire,
    http::client::{Told, ask, assert_problem, log_in},
};

/// A served world with a released file, and how long it is.
async fn with_file(served: &Served) -> (String, String, usize) {
    let token = log_in(served, &A, "clerk").await;
    let href = released(served, &token, "k").await;
    let body = ask(served, &format!("GET {href}")).token(&token).send().await.json();
    let size = body["file"]["bytes"].as_u64().expect("a size");
    (token, href, usize::try_from(size).expect("small"))
}

/// Every fetch, as range and completeness, in order.
async fn ledger(root: &mut Wire) -> String {
    let text = "select coalesce(string_agg(first_byte || '-' || last_byte || ' ' || complete, ', ' \
         order by began_at), '') from shikiri.export_fetch";
    root.value(text).await
}

#[tokio::test]
async fn link_gives_all_but_one_byte_without_end() {
    let world = World::new().await;
    let served = world.serve().await;
    let mut root = Wire::connect(&world.superuser_url()).await;
    let (token, href, size) = with_file(&served).await;
    let path = link(&served, &token, &href, "none").await;
    let last = size - 1;
    let most = format!("bytes=0-{}", last - 1);
    let first = get(&served, &path, Some(&most)).await;
    assert_eq!((first.status, first.body.len()), (206, last));
    until(&mut root, ALL_ENDED).await;
    let before = ledger(&mut root).await;
    assert_eq!(before, format!("0-{} true", last - 1));
    // Every way to ask for a byte of it once more.
    let ways = [
        None,
        Some(most.clone()),
        Some("bytes=0-".to_owned()),
        Some("bytes=0-0".to_owned()),
        Some(format!("bytes={}-", last - 1)),
        Some(format!("bytes={}-{}", last - 1, last - 1)),
        Some("bytes=-2".to_owned()),
        Some(format!("bytes=-{}", 10 * size)),
        Some(format!("bytes=5-{}", 10 * size)),
    ];
    for way in &ways {
        let told = get(&served, &path, way.as_deref()).await;
        assert_problem(&told, 409, "range-delivered");
        assert_eq!(told.json()["remaining"], json!([format!("{last}-{last}")]), "{way:?}");
    }
    // More than one range is none, and a method without a body gets no byte and spends none.
    let two = get(&served, &path, Some(&format!("bytes=0-0,{last}-{last}"))).await;
    assert_problem(&two, 416, "range-not-satisfiable");
    let head = ask(&served, &format!("HEAD {path}")).header("range", &most).send().await;
    assert_eq!(head.body.len(), 0);
    assert_eq!(ledger(&mut root).await, before, "what was refused is written down nowhere");
    // In the reader's language.
    let told = ask(&served, &format!("GET {path}")).header("accept-language", "ja").send().await;
    assert!(told.text().contains("受け渡し済みの範囲"), "{}", told.text());
    // What is left is good, once; then the link is spent, and each byte of the file was sent once.
    let end = get(&served, &path, Some(&format!("bytes={last}-"))).await;
    assert_eq!((end.status, end.body.len()), (206, 1));
    until(&mut root, "select bool_and(spent_at is not null) from shikiri.export_link").await;
    for way in ways {
        assert_problem(&get(&served, &path, way.as_deref()).await, 410, "link-spent");
    }
    let sent = "select sum(sent_bytes) from shikiri.export_fetch";
    assert_eq!(root.value(sent).await, size.to_string());
    // Another link has an account of its own; a person in a session may download again, and each time is written down.
    let other = link(&served, &token, &href, "none").await;
    assert_eq!(get(&served, &other, None).await.body.len(), size);
    for _ in 0..2 {
        let told = ask(&served, &format!("GET {href}/file")).token(&token).send().await;
        assert_eq!((told.status, told.body.len()), (200, size));
    }
    until(&mut root, ALL_ENDED).await;
    let by_session =
        "select count(*) from shikiri.export_fetch where fetched_by is not null and complete";
    assert_eq!(root.value(by_session).await, "2");
}

#[tokio::test]
async fn many_small_ranges_of_a_link_are_each_good_once_and_make_the_file() {
    let world = World::new().await;
    let served = world.serve().await;
    let mut root = Wire::connect(&world.superuser_url()).await;
    let (token, href, size) = with_file(&served).await;
    let path = link(&served, &token, &href, "none").await;
    // Out of order and with holes: every second part first.
    let parts = 24;
    let bounds = |n: usize| (n * size / parts, (n + 1) * size / parts - 1);
    let mut file = vec![0; size];
    for n in (0..parts).step_by(2).chain((1..parts).step_by(2)) {
        let (first, last) = bounds(n);
        let told = get(&served, &path, Some(&format!("bytes={first}-{last}"))).await;
        assert_eq!(told.status, 206, "{n}: {}", told.text());
        file[first..=last].copy_from_slice(&told.body);
        until(&mut root, ALL_ENDED).await;
        let (code, slug) =
            if n == parts - 1 { (410, "link-spent") } else { (409, "range-delivered") };
        for again in
            [format!("bytes={first}-{last}"), format!("bytes={last}-"), format!("bytes=0-{first}")]
        {
            let told = get(&served, &path, Some(&again)).await;
            assert_problem(&told, code, slug);
            if n == 0 {
                assert_eq!(told.json()["remaining"], json!([format!("{}-{}", last + 1, size - 1)]));
            }
        }
    }
    let whole = ask(&served, &format!("GET {href}/file")).token(&token).send().await;
    assert!(whole.body == file, "the parts are the file");
}

#[tokio::test]
async fn requests_at_the_same_time_get_each_byte_of_a_link_once() {
    let world = World::new().await;
    let served = world.serve().await;
    let mut root = Wire::connect(&world.superuser_url()).await;
    let (token, href, size) = with_file(&served).await;
    let path = link(&served, &token, &href, "none").await;
    let half = format!("bytes=0-{}", size / 2);
    let asks = (0..12).map(|n| get(&served, &path, (n % 2 == 0).then_some(half.as_str())));
    let told: Vec<Told> = futures_util::future::join_all(asks).await;
    until(&mut root, ALL_ENDED).await;
    let sent: usize = told.iter().filter(|it| it.status < 300).map(|it| it.body.len()).sum();
    assert!((1..=size).contains(&sent), "{sent} bytes of a file of {size}");
    let refused: BTreeSet<u16> = told.iter().map(|it| it.status).filter(|it| 300 <= *it).collect();
    assert!(refused.is_subset(&BTreeSet::from([409, 410])), "{refused:?}");
}

/// Fetches with a link until so many chunks were handed out, and breaks off.
async fn broken_off(
    exporter: &Exporter,
    token: &str,
    range: ByteRange,
    chunks: usize,
) -> Result<u64, FetchError> {
    let mut delivery = exporter.fetch_link(token, None, range).await?;
    let mut bytes = 0;
    for _ in 0..chunks {
        bytes += delivery.next().await.expect("reads").map_or(0, |it| it.len() as u64);
    }
    exporter.end_delivery(delivery, false).await;
    Ok(bytes)
}

#[tokio::test]
async fn a_client_that_never_takes_the_end_is_sent_three_times_the_file_at_most() {
    let world = World::new().await;
    let served = world.serve().await;
    let mut root = Wire::connect(&world.superuser_url()).await;
    let (token, href, size) = with_file(&served).await;
    let size = size as u64;
    let exporter = served.exporter();
    let path = link(&served, &token, &href, "none").await;
    let secret = path.rsplit('/').next().expect("a secret");
    // Who leaves before the first byte was handed out has been sent nothing, as often as it happens.
    for _ in 0..8 {
        assert_eq!(broken_off(exporter, secret, ByteRange::Whole, 0).await.expect("opens"), 0);
    }
    // Who takes all of it and never its end: it is not spent, and it is not without end.
    let chunks = usize::try_from(size.div_ceil(65_536)).expect("small");
    let mut sent = 0;
    let refused = loop {
        match broken_off(exporter, secret, ByteRange::Whole, chunks).await {
            Ok(bytes) => sent += bytes,
            Err(refused) => break refused,
        }
        assert!(sent <= 3 * size, "{sent} bytes of a file of {size}");
    };
    assert!(matches!(refused, FetchError::LinkSpent), "{refused:?}");
    assert_eq!(sent, 3 * size);
    assert_problem(&get(&served, &path, Some("bytes=0-0")).await, 410, "link-spent");
    let told = "select sum(sent_bytes) from shikiri.export_fetch where not complete";
    assert_eq!(root.value(told).await, sent.to_string());
}

#[tokio::test]
async fn what_was_broken_off_may_be_resumed_and_the_link_is_spent_by_the_whole() {
    let world = World::new().await;
    let served = world.serve().await;
    let mut root = Wire::connect(&world.superuser_url()).await;
    let (token, href, size) = with_file(&served).await;
    let exporter = served.exporter();
    let path = link(&served, &token, &href, "none").await;
    let secret = path.rsplit('/').next().expect("a secret");
    let handed = broken_off(exporter, secret, ByteRange::Whole, 1).await.expect("opens");
    assert!(0 < handed);
    // A proxy or a client goes on where it stopped, and somebody else asks for the beginning again.
    let middle = size / 2;
    let rest = get(&served, &path, Some(&format!("bytes={middle}-"))).await;
    assert_eq!((rest.status, rest.body.len()), (206, size - middle));
    until(&mut root, ALL_ENDED).await;
    let rest = get(&served, &path, Some(&format!("bytes={middle}-"))).await;
    assert_problem(&rest, 409, "range-delivered");
    assert_eq!(rest.json()["remaining"], json!([format!("0-{}", middle - 1)]));
    let begin = get(&served, &path, Some(&format!("bytes=0-{}", middle - 1))).await;
    assert_eq!((begin.status, begin.body.len()), (206, middle));
    until(&mut root, ALL_ENDED).await;
    assert_problem(&get(&served, &path, None).await, 410, "link-spent");
    let id: ExportId = ExportId(href.rsplit('/').next().expect("an id").parse().expect("a UUID"));
    let line = format!("select state from shikiri.export_state where export_id = '{}'", id.0);
    assert_eq!(root.value(&line).await, "delivered");
}

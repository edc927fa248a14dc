//! Clients that leave: while they watch, in the middle of a file, while an order is taken, in the middle of an upload.

use serde_json::json;
use shikiri::{
    domain::{ByteRange, ExportId, ExportState},
    export::LinkWish,
    testkit::{A, SLIPS_A, World},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

use super::{
    accidents::superuser,
    all, ended, exporter_of,
    stand::{Stand, eventually},
};
use crate::{http::client::ask, support::drop_after};

impl Stand {
    /// Sends a request and reads nothing of its answer. The client has little room: the service cannot send ahead.
    async fn begin(&self, line: &str, headers: &str, body: &str) -> TcpStream {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(4_096).expect("is allowed");
        let mut socket = socket.connect(self.served.address).await.expect("connects");
        let head = format!(
            "{line} HTTP/1.1\r\nhost: test\r\nauthorization: Bearer {}\r\ncontent-length: {}\r\n{headers}\r\n",
            self.token,
            body.len()
        );
        socket.write_all(head.as_bytes()).await.expect("writes");
        socket.write_all(body.as_bytes()).await.expect("writes");
        socket
    }

    /// Begins to fetch and reads the first bytes of the file.
    async fn begin_file(&self, path: &str, range: &str) -> TcpStream {
        let mut socket = self.begin(&format!("GET {path}"), range, "").await;
        let mut text = Vec::new();
        while !text.windows(4).any(|it| it == b"\r\n\r\n") || text.ends_with(b"\r\n\r\n") {
            text.push(socket.read_u8().await.expect("the head of an answer"));
        }
        assert!(text.starts_with(b"HTTP/1.1 20"), "{}", String::from_utf8_lossy(&text));
        socket
    }

    /// Waits until so many fetches have ended in the ledger, so many of them not completely.
    async fn until_ended(&self, all: i64, incomplete: i64) {
        let count = "select count(*) from shikiri.export_fetch where ended_at is not null";
        let cut = "select count(*) from shikiri.export_fetch where not complete";
        let told = async || {
            (self.number(count).await == all && self.number(cut).await == incomplete).then_some(())
        };
        eventually("the end of a fetch is told", told).await;
    }
}

/// A biller with more than any socket buffers: 8 MB of CSV.
const MANY: &str = "insert into shikiri.slip (tenant_id, bill_number, reissue_number, customer_number, customer_name, \
     revenue_stamp, amount_yen) \
     select s.tenant_id, lpad((1000000 + n)::text, 16, '0'), 0, 'C' || n, repeat('淡', 40), false, 1 \
     from shikiri.slip s, generate_series(1, 39955) n where s.bill_number = lpad('0', 16, '0')";

#[tokio::test]
async fn who_leaves_in_the_middle_of_a_file_is_in_the_ledger_and_has_not_spent_the_link() {
    let stand = Stand::on(World::new().await).await;
    superuser(&stand.world).await.batch_execute(MANY).await.expect("a superuser may");
    let wish = json!({"report": "slip_csv", "filter": {"all": true}, "expect": {"rows": 40_000}});
    let told = ask(&stand.served, "POST /v1/exports").token(&stand.token).key("k").json(&wish);
    let told = told.send().await;
    assert_eq!(told.status, 202, "{}", told.text());
    let href = told.header("location").to_owned();
    let size = stand.until(&href, "ready").await["file"]["bytes"].as_u64().expect("a size");
    assert!(size > 6_000_000, "{size}");
    // In the session, all of it.
    let fetch = stand.begin_file(&format!("{href}/file"), "").await;
    let begun = "select count(*) from shikiri.export_fetch where ended_at is null";
    assert_eq!(stand.number(begun).await, 1, "written down before its first byte");
    drop(fetch);
    stand.until_ended(1, 1).await;
    // By a link, all of it and a part. While it is under way nobody else has it.
    let link = stand.link(&href).await;
    let fetch = stand.begin_file(&link, "").await;
    assert_eq!(stand.get(&link).await.problem(), (409, "link-busy".to_owned()));
    drop(fetch);
    stand.until_ended(2, 2).await;
    drop(stand.begin_file(&link, "range: bytes=1000-\r\n").await);
    stand.until_ended(3, 3).await;
    // What did not arrive is not counted: the link is good until all of it did.
    for (range, ended) in [("bytes=0-999", 4), ("bytes=1000-", 5)] {
        let part = ask(&stand.served, &format!("GET {link}")).header("range", range).send().await;
        assert_eq!(part.status, 206);
        stand.until_ended(ended, 3).await;
    }
    assert_eq!(stand.get(&link).await.problem(), (410, "link-spent".to_owned()));
    let ranges = format!(
        "select count(*) from shikiri.export_fetch f join shikiri.audit_event e \
         on e.detail ->> 'fetch' = f.fetch_id::text and e.action = 'export.fetched' and e.at <= f.began_at \
         where not f.complete and f.last_byte = {} and f.first_byte in (0, 1000)",
        size - 1
    );
    assert_eq!(stand.number(&ranges).await, 3, "each as it was asked for, in ledger and chain");
    stand.leaks_nothing().await;
}

#[tokio::test]
async fn who_leaves_while_an_order_is_taken_has_ordered_nothing_and_may_ask_again() {
    let stand = Stand::on(World::new().await).await;
    let hold = stand.hold("shikiri.export").await;
    let wish = json!({"report": "slip_list", "filter": {"all": true}, "expect": {"rows": SLIPS_A}});
    let headers = "idempotency-key: k\r\ncontent-type: application/json\r\n";
    let order = stand.begin("POST /v1/exports", headers, &wish.to_string()).await;
    stand.until_held("shikiri.export", 1).await;
    drop(order);
    // Given back while the table is still held: the statement was ended, not waited for.
    stand.leaks_nothing().await;
    drop(hold);
    assert_eq!(stand.number("select count(*) from shikiri.export").await, 0);
    let href = stand.order("k").await;
    stand.until(&href, "ready").await;
    assert_eq!(stand.number("select count(*) from shikiri.export").await, 1);
    stand.leaks_nothing().await;
}

#[tokio::test]
async fn who_leaves_while_a_file_is_registered_has_registered_nothing_and_may_send_it_again() {
    let stand = Stand::on(World::new().await).await;
    let file = crate::http::slip_imports::rows(7_000, 3);
    let headers = "idempotency-key: k\r\ncontent-type: text/csv\r\n";
    let before = stand.number("select count(*) from shikiri.slip").await;
    let hold = stand.hold("shikiri.slip").await;
    let line = "POST /v1/slip-imports?mode=commit";
    let upload = stand.begin(line, headers, &file).await;
    stand.until_held("shikiri.slip", 1).await;
    drop(upload);
    stand.leaks_nothing().await;
    drop(hold);
    assert_eq!(stand.number("select count(*) from shikiri.slip").await, before);
    // Its place is free, and so is its key.
    let again = ask(&stand.served, line).token(&stand.token).key("k");
    let told = again.header("content-type", "text/csv").bytes(file).send().await;
    assert_eq!((told.status, told.header("idempotency-replayed")), (201, ""), "{}", told.text());
    assert_eq!(stand.number("select count(*) from shikiri.slip").await, before + 3);
    stand.leaks_nothing().await;
}

#[tokio::test]
async fn who_leaves_while_watching_leaves_nothing_behind_and_the_export_goes_on() {
    let stand = Stand::on(World::new().await).await;
    let hold = stand.hold("shikiri.export_page").await;
    let href = stand.order("k").await;
    stand.until_held("shikiri.export_page", 1).await;
    let watch = || ask(&stand.served, &format!("GET {href}/events")).token(&stand.token).stream();
    let mut watching = Vec::new();
    for _ in 0..5 {
        let mut stream = watch().await;
        assert_eq!(stream.next().await.expect("an event").data["state"], "running");
        watching.push(stream);
    }
    let mut stays = watching.pop().expect("five");
    drop(watching);
    drop(hold);
    let mut last = stays.next().await;
    while let Some(event) = stays.next().await {
        last = Some(event);
    }
    assert_eq!(last.expect("the end is told").name, "ready");
    stand.leaks_nothing().await;
}

/// The most awaits that a request here may have.
const POLLS_MAX: usize = 300;

/// How often a request is left at each of them.
const SWEEPS_MAX: usize = 100;

#[tokio::test]
async fn an_order_that_is_left_at_any_await_is_no_order_or_one_that_runs() {
    let world = World::new().await;
    let dir = tempfile::tempdir().expect("a directory");
    let exporter = exporter_of(&world, dir.path(), 1);
    let a = world.login(&A, "clerk").await;
    let root = superuser(&world).await;
    let newest = "select e.export_id from shikiri.export e order by e.ordered_at desc limit 1";
    let newest = async || {
        let found = root.query_opt(newest, &[]).await.expect("asks");
        found.map(|it| ExportId(it.get(0)))
    };
    let (mut before, mut ordered_by_leavers) = (None, 0);
    // How many awaits there are differs from run to run, and one may be passed over: the sweep is done again until
    // somebody left at the last, which is that for the end of the transaction.
    for sweep in 0.. {
        assert!(sweep < SWEEPS_MAX, "nobody left when it counted");
        for polls in 0.. {
            assert!(polls < POLLS_MAX, "it never ends");
            let answered = drop_after(polls, exporter.order(&a, all(SLIPS_A))).await;
            // Whatever it left behind on its connection has ended when a connection is lent again to all.
            settled(&world).await;
            let made = newest().await;
            if made != before {
                before = made;
                let id = made.expect("there is one");
                ordered_by_leavers += usize::from(answered.is_none());
                // Ordered is ordered: somebody works on it.
                let line = ended(&world, &a, id).await;
                assert_eq!((line.state, line.failure), (ExportState::Ready, None), "{polls} polls");
            } else {
                assert!(answered.is_none(), "it answered, and there is none");
            }
            if answered.is_some() {
                break;
            }
        }
        if 0 < ordered_by_leavers {
            return;
        }
    }
}

#[tokio::test]
async fn a_fetch_that_is_left_at_any_await_leaves_the_link_as_good_as_it_was() {
    let world = World::new().await;
    let dir = tempfile::tempdir().expect("a directory");
    let exporter = exporter_of(&world, dir.path(), 1);
    let a = world.login(&A, "clerk").await;
    let id = exporter.order(&a, all(SLIPS_A)).await.expect("ordered");
    assert_eq!(ended(&world, &a, id).await.state, ExportState::Ready);
    let link = exporter.make_link(&a, id, LinkWish { ttl_s: 900, bound: false }).await;
    let link = link.expect("made").token;
    let root = superuser(&world).await;
    let open = "select count(*) from shikiri.export_fetch where ended_at is null";
    let all_told = async || {
        let open: i64 = root.query_one(open, &[]).await.expect("asks").get(0);
        (open == 0).then_some(())
    };
    for polls in 0..POLLS_MAX {
        let answered =
            drop_after(polls, exporter.fetch_link(&link, None, ByteRange::FromTo(0, 9))).await;
        let over = answered.is_some();
        if let Some(delivery) = answered {
            // Dropped, as when the client leaves before the first byte.
            drop(delivery.expect("it is not in use, and not spent"));
        }
        settled(&world).await;
        eventually("whoever left has told the end", all_told).await;
        let in_session = drop_after(polls, exporter.fetch(&a, id, ByteRange::FromTo(0, 9))).await;
        let over = over && in_session.is_some();
        drop(in_session);
        settled(&world).await;
        eventually("whoever left has told the end", all_told).await;
        if over {
            return;
        }
    }
    panic!("it never ends");
}

/// Waits until every connection of the world's pool is back, and nothing runs on it.
async fn settled(world: &World) {
    let root = superuser(world).await;
    let busy = "select count(*) from pg_stat_activity where datname = current_database() \
         and usename = 'shikiri_app' and state <> 'idle'";
    let back = async || {
        let (open, idle, _) = world.pool().gauge();
        let busy: i64 = root.query_one(busy, &[]).await.expect("asks").get(0);
        (open == idle && busy == 0).then_some(())
    };
    eventually("connections are given back", back).await;
}

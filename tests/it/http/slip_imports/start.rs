//! `POST /v1/slip-imports`.

use std::time::Duration;

use serde_json::json;
use shikiri::testkit::{A, B, SLIPS_A, Served, World};
use tokio::{io::AsyncWriteExt, net::TcpStream};

use super::{HEAD, rows, send};
use crate::{
    http::client::{ask, assert_problem, log_in},
    support,
};

/// How many rows a table has, whoever's.
async fn count(world: &World, table: &str) -> String {
    let root = support::connect(&world.superuser_url()).await;
    support::text(&root, &format!("select count(*)::text from shikiri.{table}")).await
}

/// How many slips biller A has, by its own list.
async fn slips(served: &Served, token: &str) -> usize {
    let told = ask(served, "GET /v1/slips?limit=200").token(token).send().await.json();
    told["data"].as_array().expect("a list").len()
}

#[tokio::test]
async fn a_dry_run_registers_nothing_and_a_commit_all_of_it_once() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let before = slips(&served, &token).await;
    assert_eq!(before, SLIPS_A as usize);
    let dry = send(&served, &token, "k", "mode=dry_run", rows(7_000, 3)).await;
    assert_eq!(dry.status, 201, "{}", dry.text());
    assert_eq!((&dry.json()["outcome"], &dry.json()["rows"]), (&json!("valid"), &json!(3)));
    assert_eq!(slips(&served, &token).await, before);
    // The key was for a dry run; the commit is another request.
    let told = send(&served, &token, "k", "mode=commit", rows(7_000, 3)).await;
    assert_problem(&told, 422, "idempotency-key-reused");
    let done = send(&served, &token, "k2", "mode=commit", rows(7_000, 3)).await;
    assert_eq!(
        (done.status, &done.json()["outcome"]),
        (201, &json!("registered")),
        "{}",
        done.text()
    );
    assert_eq!(slips(&served, &token).await, before + 3);
    let again = send(&served, &token, "k2", "mode=commit", rows(7_000, 3)).await;
    assert_eq!((again.status, again.header("idempotency-replayed")), (201, "true"));
    assert_eq!((again.json(), again.header("location")), (done.json(), done.header("location")));
    assert_eq!(slips(&served, &token).await, before + 3);
    let slip = ask(&served, "GET /v1/slips/0000000000007001-0").token(&token).send().await.json();
    assert_eq!(
        (&slip["customer_name"], &slip["state"]),
        (&json!("髙﨑　太郎7001"), &json!("issued"))
    );
    assert_eq!(slip["revenue_stamp"], true, "60,000 without 5,454 is over 50,000");
    let root = support::connect(&world.superuser_url()).await;
    let noted = "select string_agg(detail::text, ' ') from shikiri.audit_event where action = 'slip.imported'";
    let noted = support::text(&root, noted).await;
    assert!(noted.contains("\"count\": 3") && noted.contains("0000000000007002-0"), "{noted}");
}

#[tokio::test]
async fn a_file_of_windows_is_known_and_the_encoding_can_be_said() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let text = rows(7_000, 2);
    let (cp932, _, lossy) = encoding_rs::SHIFT_JIS.encode(&text);
    assert!(!lossy);
    let cp932 = cp932.into_owned();
    let told = send(&served, &token, "k1", "mode=dry_run", cp932.clone()).await;
    let body = told.json();
    assert_eq!((&body["encoding"], &body["encoding_detected"]), (&json!("cp932"), &json!(true)));
    assert_eq!(body["outcome"], "valid");
    let told = send(&served, &token, "k2", "mode=dry_run&encoding=utf-8", cp932.clone()).await;
    let body = told.json();
    assert_eq!((&body["encoding"], &body["encoding_detected"]), (&json!("utf-8"), &json!(false)));
    assert_eq!(
        (&body["outcome"], &body["faults"][0]["code"]),
        (&json!("invalid"), &json!("encoding"))
    );
    let told = send(&served, &token, "k3", "mode=commit&encoding=cp932", cp932).await;
    assert_eq!(told.json()["outcome"], "registered", "{}", told.text());
    let slip = ask(&served, "GET /v1/slips/0000000000007001-0").token(&token).send().await.json();
    assert_eq!(slip["customer_name"], "髙﨑　太郎7001");
    let told = send(&served, &token, "k4", "mode=dry_run", &b"\xff\xfe\x00"[..]).await;
    assert_eq!(told.json()["faults"][0]["code"], "encoding");
    for query in ["mode=dry_run&encoding=latin1", "encoding=auto", "mode=perhaps"] {
        assert_problem(&send(&served, &token, "k5", query, rows(1, 1)).await, 400, "bad-parameter");
    }
}

#[tokio::test]
async fn one_wrong_row_refuses_all_and_is_told_in_the_readers_language() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    // 7000 is new, 2 is registered, and the last one is damaged.
    let file =
        format!("{}0000000000000002,C,既,,1,,,\r\n1.23457E+15,C,秘密,,1,,,\r\n", rows(7_000, 1));
    let told = send(&served, &token, "k", "mode=commit", file.clone()).await;
    assert_problem(&told, 422, "import-has-errors");
    let import = told.json()["import"].clone();
    assert_eq!(
        (&import["outcome"], &import["errors"], &import["rows"]),
        (&json!("invalid"), &json!(2), &json!(3))
    );
    let codes: Vec<_> = import["faults"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| (&it["line"], &it["code"]))
        .collect();
    assert_eq!(codes, [(&json!(4), &json!("excel_number")), (&json!(3), &json!("exists"))]);
    assert_eq!(import["faults"][0]["value"], "9.99999a+99");
    assert!(!told.text().contains("秘密") && !told.text().contains("1.23457"));
    assert_eq!(slips(&served, &token).await, SLIPS_A as usize);
    let again = send(&served, &token, "k", "mode=commit", file.clone()).await;
    assert_problem(&again, 422, "import-has-errors");
    assert_eq!(again.json()["import"]["id"], import["id"], "a retry makes no second import");
    let ja =
        ask(&served, &format!("GET /v1/slip-imports/{}", import["id"].as_str().expect("an id")));
    let ja = ja.token(&token).header("accept-language", "ja").send().await.json();
    assert!(ja["faults"][1]["message"].as_str().expect("words").contains("登録済み"), "{ja}");
    // Found by the database alone: the file itself is good.
    let file = format!("{}0000000000000002,C,既,,1,,,\r\n", rows(7_000, 1));
    let told = send(&served, &token, "k2", "mode=commit", file).await;
    assert_problem(&told, 422, "import-has-errors");
    assert_eq!(told.json()["import"]["faults"][0]["line"], 3);
    assert_eq!(slips(&served, &token).await, SLIPS_A as usize);
    // A number of another biller is free.
    let file = format!("{HEAD}\r\n0000000000000001,C,あ,,1,,,\r\n");
    assert_eq!(send(&served, &token, "k3", "mode=commit", file).await.status, 201);
}

#[tokio::test]
async fn a_name_that_cannot_be_printed_is_told_by_its_place() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let file = format!("{}0000000000007009,C,秘密\u{1f600}子,,1,,,\r\n", rows(7_000, 2));
    let told = send(&served, &token, "k", "mode=commit", file).await;
    assert_problem(&told, 422, "import-has-errors");
    let fault = told.json()["import"]["faults"][0].clone();
    assert_eq!(
        (&fault["line"], &fault["column"], &fault["field"], &fault["code"], &fault["value"]),
        (&json!(4), &json!(3), &json!("customer_name"), &json!("no_glyph"), &json!("3: 字字〓字"))
    );
    assert!(fault["message"].as_str().is_some_and(|it| it.contains("no font of ours")), "{fault}");
    let text = told.text();
    assert!(!text.contains("秘密") && !text.contains('\u{1f600}'), "{text}");
    let import = told.json()["import"]["id"].as_str().expect("an id").to_owned();
    let csv = ask(&served, &format!("GET /v1/slip-imports/{import}/errors.csv"));
    let csv = csv.token(&token).send().await.text();
    assert!(csv.contains("印刷できない文字") && csv.contains("3: 字字〓字"), "{csv}");
    assert_eq!(slips(&served, &token).await, SLIPS_A as usize);
}

/// The accident: a file that says whose slips they are, in a service that believes it.
#[tokio::test]
async fn a_file_cannot_say_whose_slips_they_are() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let file = format!("{HEAD},収納企業コード\r\n0000000000007000,C,あ,,1,,,,{}\r\n", B.code);
    let told = send(&served, &token, "k", "mode=commit", file).await;
    assert_problem(&told, 422, "import-has-errors");
    assert_eq!(told.json()["import"]["faults"][0]["code"], "tenant_column");
    assert!(!told.text().contains(B.code));
    let get = ask(&served, "GET /v1/slips/0000000000007000-0");
    let b = log_in(&served, &B, "clerk").await;
    assert_eq!(get.token(&b).send().await.status, 404);
}

#[tokio::test]
async fn a_form_brings_the_same_file() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let part = |name: &str, text: &str| {
        format!(
            "--x\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"a.csv\"\r\n\
             content-type: application/vnd.ms-excel\r\n\r\n{text}\r\n"
        )
    };
    let post = |key: &'static str, body: String| {
        ask(&served, "POST /v1/slip-imports?mode=commit")
            .token(&token)
            .key(key)
            .header("content-type", "multipart/form-data; boundary=x")
            .bytes(body)
            .send()
    };
    let file = rows(7_000, 2);
    let told = post("k", format!("{}--x--\r\n", part("file", &file))).await;
    assert_eq!((told.status, &told.json()["bytes"]), (201, &json!(file.len())), "{}", told.text());
    // The same key with the same file as a plain body is the same request.
    let again = send(&served, &token, "k", "mode=commit", file.clone()).await;
    assert_eq!(again.header("idempotency-replayed"), "true");
    let two = format!("{}{}--x--\r\n", part("file", &file), part("file", &file));
    for body in [two, format!("{}--x--\r\n", part("tenant", "10002")), "--x--\r\n".to_owned()] {
        assert_problem(&post("k2", body).await, 400, "bad-parameter");
    }
    assert_problem(&post("k2", part("file", &file)).await, 400, "bad-request");
    for media_type in ["application/json", "text/csv; charset=utf-8", "image/png"] {
        let told = ask(&served, "POST /v1/slip-imports?mode=commit").token(&token).key("k3");
        let told = told.header("content-type", media_type).bytes(file.clone()).send().await;
        assert_problem(&told, 415, "unsupported-file-type");
    }
}

#[tokio::test]
async fn fifty_thousand_rows_are_taken_and_one_more_is_not() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let before: u32 = count(&world, "slip").await.parse().expect("a number");
    let told = send(&served, &token, "k1", "mode=commit", rows(1_000_000, 50_001)).await;
    assert_problem(&told, 413, "file-too-large");
    assert_eq!(count(&world, "slip").await, before.to_string());
    let told = send(&served, &token, "k2", "mode=commit", rows(1_000_000, 50_000)).await;
    assert_eq!((told.status, &told.json()["rows"]), (201, &json!(50_000)), "{}", told.text());
    assert_eq!(count(&world, "slip").await, (before + 50_000).to_string());
    // All of them again: each is told, the first thousand are kept.
    let told = send(&served, &token, "k3", "mode=dry_run", rows(1_000_000, 50_000)).await;
    assert_eq!(
        (&told.json()["errors"], &told.json()["outcome"]),
        (&json!(50_000), &json!("invalid"))
    );
    assert_eq!(count(&world, "slip_import_fault").await, "1000");
}

#[tokio::test]
async fn a_file_over_twenty_mebibytes_is_refused_with_and_without_its_length() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let large = vec![b'a'; (20 << 20) + 1];
    let told = send(&served, &token, "k", "mode=dry_run", large.clone()).await;
    assert_problem(&told, 413, "file-too-large");
    let far = vec![b'a'; (21 << 20) + 1];
    assert_problem(&send(&served, &token, "k", "mode=dry_run", far).await, 413, "file-too-large");
    let head = format!(
        "POST /v1/slip-imports?mode=dry_run HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\nidempotency-key: k\r\n\
         content-type: text/csv\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n"
    );
    let mut bytes = head.into_bytes();
    for chunk in large.chunks(1 << 20) {
        bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        bytes.extend_from_slice(chunk);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    let said = crate::http::sockets::raw(&served, &bytes).await;
    assert!(said.starts_with("HTTP/1.1 413") && said.contains("file-too-large"), "{said}");
    assert_eq!(count(&world, "slip_import").await, "0");
}

/// Waits until no connection of the application is at work or in a transaction: one that a slow sender held would be
/// in one for as long as it sends.
async fn assert_no_connection_is_held(world: &World) {
    let root = support::connect(&world.superuser_url()).await;
    let held = "select count(*)::text from pg_stat_activity
                where datname = current_database() and usename = 'shikiri_app' and state <> 'idle'";
    let mut tries = 0;
    while support::text(&root, held).await != "0" {
        tries += 1;
        assert!(tries < 500, "a connection is held while a file is on its way");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_file_that_trickles_in_is_the_file() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let text = rows(7_000, 40);
    let (file, _, _) = encoding_rs::SHIFT_JIS.encode(&text);
    let head = format!(
        "POST /v1/slip-imports?mode=commit HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\nidempotency-key: k\r\n\
         content-type: text/csv\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n"
    );
    let mut bytes = head.into_bytes();
    // Within characters, cells and line ends.
    for chunk in file.chunks(3) {
        bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        bytes.extend_from_slice(chunk);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    let said = crate::http::sockets::raw(&served, &bytes).await;
    assert!(said.starts_with("HTTP/1.1 201") && said.contains("\"encoding\":\"cp932\""), "{said}");
    // The digest is the file's, and with it the key: the same file in one piece is the same request.
    let again = send(&served, &token, "k", "mode=commit", file.into_owned()).await;
    assert_eq!((again.status, again.header("idempotency-replayed")), (201, "true"));
    assert_eq!(slips(&served, &token).await, SLIPS_A as usize + 40);
}

/// The accident: a line that breaks off in the middle of a file.
#[tokio::test]
async fn a_request_that_is_cut_off_leaves_nothing_half_written() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let file = rows(7_000, 5_000);
    let head = format!(
        "POST /v1/slip-imports?mode=commit HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\nidempotency-key: cut\r\n\
         content-type: text/csv\r\ncontent-length: {}\r\n\r\n",
        file.len()
    );
    for part in [0, 100, file.len() / 2, file.len() - 1] {
        // While it hangs, its biller's place is taken.
        let mut tries = 0;
        let (socket, told) = loop {
            let mut socket = TcpStream::connect(served.address).await.expect("connects");
            socket.write_all(head.as_bytes()).await.expect("writes");
            socket.write_all(&file.as_bytes()[..part]).await.expect("writes");
            tokio::time::sleep(Duration::from_millis(50)).await;
            let told = send(&served, &token, "other", "mode=dry_run", rows(7_000, 1)).await;
            if told.status == 429 {
                break (socket, told);
            }
            // A busy machine: the other one was there first, and the one that hangs was perhaps sent away.
            tries += 1;
            assert!(tries < 20, "a request that hangs takes no place");
        };
        assert_problem(&told, 429, "upload-busy");
        assert_eq!(told.header("retry-after"), "5");
        assert_no_connection_is_held(&world).await;
        drop(socket);
        let mut tries = 0;
        while send(&served, &token, "other", "mode=dry_run", rows(7_000, 1)).await.status == 429 {
            tries += 1;
            assert!(tries < 100, "the place is never free again");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(slips(&served, &token).await, SLIPS_A as usize);
    }
    let root = support::connect(&world.superuser_url()).await;
    let commits = "select count(*)::text from shikiri.slip_import where mode = 'commit'";
    assert_eq!(support::text(&root, commits).await, "0");
    // The whole file, with the key of those that broke off.
    let told = send(&served, &token, "cut", "mode=commit", file).await;
    assert_eq!((told.status, told.header("idempotency-replayed")), (201, ""), "{}", told.text());
}

//! `GET /v1/slip-imports/{id}/errors.csv`.

use shikiri::testkit::{A, B, World};

use super::{HEAD, send};
use crate::http::client::{ask, assert_problem, log_in};

#[tokio::test]
async fn what_is_wrong_is_a_csv_without_a_value_in_it() {
    let world = World::new().await;
    let served = world.serve().await;
    let (a, b) = (log_in(&served, &A, "clerk").await, log_in(&served, &B, "clerk").await);
    let file = format!("{HEAD}\r\n=SUM(1),C,秘密の名前\u{200b},,=1+1,,,\r\n");
    let told = send(&served, &a, "k", "mode=dry_run", file).await;
    assert_eq!((told.status, &told.json()["outcome"]), (201, &"invalid".into()));
    let href = told.json()["errors_csv"].as_str().expect("a path").to_owned();
    let csv = ask(&served, &format!("GET {href}")).token(&a).send().await;
    assert_eq!((csv.status, csv.header("content-type")), (200, "text/csv; charset=utf-8"));
    let text = csv.text();
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!(lines.len(), 5, "{text}");
    assert!(
        lines[0].starts_with("\u{feff}line,column,field,severity,code,message_ja,message_en"),
        "{text}"
    );
    assert!(
        lines[1].starts_with("2,1,bill_number,error,bill_number,")
            && lines[1].ends_with(",'=aaa(9)")
    );
    assert!(lines[2].starts_with("2,3,customer_name,error,direction_mark,"), "{text}");
    assert!(
        lines[3].starts_with("2,5,amount_yen,error,amount_yen,") && lines[3].ends_with(",'=9+9")
    );
    assert!(!text.contains("秘密") && !text.contains("SUM"));
    let not_yours = ask(&served, &format!("GET {href}")).token(&b).send().await;
    assert_problem(&not_yours, 404, "not-found");
}

//! A biller's own rows beside what left: the same for every report, and with the manifest each difference at its row.

use serde_json::Value;
use shikiri::{
    domain::{
        AmountYen, ConsumptionTaxYen, CsvEncoding, NewSlip, PageSpan, Reason, SlipId, Wish,
        Withdrawal,
    },
    export::{IdempotencyKey, Order, ReprintError},
    statements::slip_events::WithdrawSlip,
    testkit::{A, SLIPS_A, sample_slip},
};

use super::{Case, all};
use crate::exports::payment_slip::slips;

const GIVEN: [&str; 4] = ["cert.jws", "list.pdf", "other.csv", "jwks.json"];

/// The lines of a verification that do not hold.
fn failures(words: &str) -> Vec<&str> {
    words.lines().filter_map(|it| it.strip_prefix("DOES NOT  ")).collect()
}

impl Case {
    fn own(&self) -> Vec<String> {
        let text = String::from_utf8(self.get("own.csv")).expect("UTF-8");
        text.lines().map(str::to_owned).collect()
    }

    /// What ours says of other rows, given with the manifest. Theirs must agree that they are others.
    #[track_caller]
    fn differences(&self, lines: &[String]) -> Vec<String> {
        self.put("other.csv", (lines.join("\n") + "\n").as_bytes());
        let (holds, words) = self.told(GIVEN, Some("manifest.json"));
        assert!(!holds, "{words}");
        let mut found = failures(&words).into_iter().map(str::to_owned);
        let first = found.next().expect("something does not hold");
        assert_eq!(first, "your own rows are the rows of the file, all of them and no other");
        found.collect()
    }
}

#[test]
fn the_second_verifier_is_short_enough_to_be_read() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/verify.py");
    let script = std::fs::read_to_string(script).expect("reads");
    assert!(script.lines().count() <= 60, "{}", script.lines().count());
}

#[tokio::test]
async fn with_the_manifest_each_difference_is_told_at_its_row() {
    let case = Case::new().await;
    let own = case.own();
    // In any order: a line is told as it stands in what was given.
    let mut shuffled = own.clone();
    shuffled[1..].reverse();
    case.put("other.csv", shuffled.join("\n").as_bytes());
    let (holds, words) = case.told(GIVEN, Some("manifest.json"));
    assert!(holds && words.contains("the manifest is the one that was certified"), "{words}");
    // Line 1 is the head: line 23 is the slip 22, the second row of page 2.
    let mut changed = own.clone();
    changed[22] = changed[22].replace("C0", "C1");
    assert_eq!(case.differences(&changed), ["line 23 of the rows is row 2 of page 2 of the file"]);
    changed[1..].reverse();
    assert_eq!(case.differences(&changed), ["line 25 of the rows is row 2 of page 2 of the file"]);
    let mut less = own.clone();
    less.remove(22);
    assert_eq!(case.differences(&less), ["row 2 of page 2 of the file is among the rows"]);
    let mut more = own.clone();
    more.push(own[45].replace(&own[45][..16], "9000000000000000"));
    more.insert(3, own[2].clone());
    assert_eq!(
        case.differences(&more),
        ["line 4 of the rows is in the file", "line 48 of the rows is in the file"]
    );
}

#[tokio::test]
async fn a_manifest_that_was_changed_or_is_another_export_s_is_noticed() {
    let case = Case::new().await;
    let good: Value = serde_json::from_slice(&case.get("manifest.json")).expect("JSON");
    assert_eq!((&good["report"], &good["complete"]), (&"slip_list".into(), &true.into()));
    let given = ["cert.jws", "list.pdf", "own.csv", "jwks.json"];
    assert!(case.told(given, Some("manifest.json")).0);
    let pages = good["pages"].as_array().expect("pages");
    assert_eq!(pages.len(), 3);
    // Where a page lies is told too: one after the other, within the file, and not all of it.
    let bytes: Vec<u64> = pages
        .iter()
        .flat_map(|it| it["bytes"].as_str().expect("a range").split('-'))
        .map(|it| it.parse().expect("a number"))
        .collect();
    assert!(bytes.is_sorted() && *bytes.last().expect("some") < case.get("list.pdf").len() as u64);
    let list = pages[1]["row_digests"].as_str().expect("a list");
    assert_eq!(list.len(), 20 * 64);
    let flipped = list.replacen(&list[..1], if list.starts_with('0') { "1" } else { "0" }, 1);
    let swapped = format!("{}{}{}", &list[64..128], &list[..64], &list[128..]);
    for (what, pointer, value) in [
        ("a digest", "/pages/1/row_digests", Value::from(flipped)),
        ("the order", "/pages/1/row_digests", Value::from(swapped)),
        ("cut off", "/pages/1/row_digests", Value::from(&list[64..])),
        ("no list", "/pages/1/row_digests", Value::Null),
        ("a page's number", "/pages/1/page", Value::from(3)),
        ("the export", "/export_id", Value::from("018f3c1e-77aa-7d2b-9c55-0a4f6a1b2c3d")),
        ("no page", "/pages", Value::from(Vec::<Value>::new())),
    ] {
        let mut other = good.clone();
        *other.pointer_mut(pointer).expect("is there") = value;
        case.put("other.json", other.to_string().as_bytes());
        let (holds, words) = case.told(given, Some("other.json"));
        assert!(!holds, "{what}: {words}");
    }
    // Digests of the same rows in two exports have nothing in common: each export has its own salt.
    let again = Case::new().await;
    let again: Value = serde_json::from_slice(&again.get("manifest.json")).expect("JSON");
    let rows = |it: &Value| it["pages"][0]["row_digests"].as_str().expect("a list").to_owned();
    assert_eq!(good["pages"][0]["first"], again["pages"][0]["first"]);
    assert_ne!(rows(&good), rows(&again));
}

#[tokio::test]
async fn a_reprint_has_its_pages_rows_and_a_certificate_that_refers_to_the_old_one() {
    let case = Case::new().await;
    case.reprint("2-3").await;
    let mut lines = case.own();
    lines.drain(1..21);
    case.put("other.csv", lines.join("\n").as_bytes());
    let given = ["again.jws", "again.pdf", "other.csv", "jwks.json"];
    let (holds, words) = case.told(given, Some("again.json"));
    assert!(holds, "{words}");
    assert!(!case.told(given, Some("manifest.json")).0, "it is the original's");
    lines.remove(1);
    case.put("other.csv", lines.join("\n").as_bytes());
    let (holds, words) = case.told(given, Some("again.json"));
    assert!(!holds);
    assert!(words.contains("row 1 of page 2 of the file is among the rows"), "{words}");
}

/// A slip with a tax line, and one with none of what may be left out.
fn taxed() -> Vec<NewSlip> {
    let amount_yen = AmountYen::new(55_000).expect("an amount");
    let tax = ConsumptionTaxYen::new(5_000, amount_yen).expect("a tax");
    let first = NewSlip { amount_yen, consumption_tax_yen: Some(tax), ..sample_slip(&A, 100) };
    vec![first, NewSlip { due_date: None, ..sample_slip(&A, 101) }]
}

#[tokio::test]
async fn rows_of_payment_slips_are_compared_bars_and_all() {
    let case = Case::of(slips(SLIPS_A + 2), &taxed()).await;
    assert_eq!(case.claims["issuer"]["issuer_code"], "912345");
    let given = ["cert.jws", "list.pdf", "own.csv", "jwks.json"];
    let (holds, words) = case.told(given, Some("manifest.json"));
    assert!(holds, "{words}");
    // A page is a slip.
    let own = case.own();
    let mut changed = own.clone();
    assert!(changed[46].ends_with(",55000,5000"), "{}", changed[46]);
    changed[46] = changed[46].replace(",5000", ",4999");
    assert_eq!(case.differences(&changed), ["line 47 of the rows is row 1 of page 46 of the file"]);
    // Without the column of taxes nothing can be said.
    let without: Vec<String> =
        own.iter().map(|it| it.rsplit_once(',').expect("a column").0.to_owned()).collect();
    case.put("other.csv", without.join("\n").as_bytes());
    assert!(!case.told(GIVEN, None).0);
    // Another payee under a good signature: not what was drawn.
    let other = case.signed(|claims| claims["issuer"]["payee_name"] = "別人".into());
    case.refuses_certificate("another payee", &other);
}

#[tokio::test]
async fn slips_are_printed_again_while_they_are_good_and_not_after() {
    let case = Case::of(slips(SLIPS_A), &[]).await;
    case.reprint("2-3").await;
    let own = case.own();
    let lines = [&own[..1], &own[2..4]].concat();
    case.put("other.csv", lines.join("\n").as_bytes());
    let given = ["again.jws", "again.pdf", "other.csv", "jwks.json"];
    let (holds, words) = case.told(given, Some("again.json"));
    assert!(holds, "{words}");
    // The slip of page 3 is taken back; page 2 is still good.
    let bill = own[3].split(',').next().expect("a number");
    let void = WithdrawSlip::new(
        &SlipId::parse(&format!("{bill}-0")).expect("a slip"),
        Withdrawal::Voided,
        &Reason::new("二重請求").expect("a reason"),
    );
    let mut tx = case.world.pool().enter(&case.session).await.expect("enters");
    tx.fetch_one(&void).await.expect("takes it back");
    tx.commit().await.expect("commits");
    let again = async |pages: &str| {
        let key = IdempotencyKey {
            route: "POST /reprint".to_owned(),
            key: format!("after {pages}"),
            body_digest: [0; 32],
        };
        let pages = PageSpan::parse(pages).expect("pages");
        case.exporter.reprint(&case.session, case.id, pages, key).await
    };
    let refused = again("2-3").await;
    assert!(matches!(refused, Err(ReprintError::SlipsWithdrawn)), "{refused:?}");
    again("2").await.expect("this one is good");
}

#[tokio::test]
async fn rows_of_a_csv_file_are_compared_and_it_has_no_pages_to_print() {
    let csv = Order { report: Wish::SlipCsv(CsvEncoding::Utf8), ..all(SLIPS_A) };
    let case = Case::of(csv, &[]).await;
    let given = ["cert.jws", "list.pdf", "own.csv", "jwks.json"];
    let (holds, words) = case.told(given, Some("manifest.json"));
    assert!(holds, "{words}");
    let mut changed = case.own();
    changed[1] = changed[1].replace("C0", "C1");
    assert_eq!(case.differences(&changed), ["line 2 of the rows is row 1 of page 1 of the file"]);
    let key = IdempotencyKey { route: "r".to_owned(), key: "k".to_owned(), body_digest: [0; 32] };
    let pages = PageSpan::parse("1").expect("pages");
    let refused = case.exporter.reprint(&case.session, case.id, pages, key).await;
    assert!(matches!(refused, Err(ReprintError::NoPages)), "{refused:?}");
}

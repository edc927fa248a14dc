//! Files of slips, good and bad.

use std::sync::Arc;

use time::macros::date;

use super::{Reading, Unprintable};
use crate::intake::{Encoding, Refusal, Severity};

/// Fonts that lack nothing but 丽.
pub(in crate::intake) fn lacking() -> Unprintable {
    Arc::new(|it| it.chars().position(|c| c == '丽').map(|it| it + 1))
}

fn read(bytes: &[u8], encoding: Encoding, today: time::Date) -> Result<Reading, Refusal> {
    super::read(bytes, encoding, today, lacking())
}

const HEAD: &str = "請求番号,顧客番号,顧客名,支払期限,請求金額,内消費税等,商品代金,備考";

fn of(text: &str) -> Reading {
    read(text.as_bytes(), Encoding::Utf8, date!(2026 - 11 - 26)).expect("small")
}

/// Line, column and code of everything that is wrong.
fn faults(reading: &Reading) -> Vec<(u64, usize, &'static str)> {
    let kept = reading.faults.kept().iter();
    kept.map(|it| (it.line, it.column.unwrap_or(0), it.code.as_str())).collect()
}

fn row(text: &str) -> Vec<(u64, usize, &'static str)> {
    faults(&of(&format!("{HEAD}\r\n{text}\r\n")))
}

#[test]
fn a_good_file_is_read_whole() {
    let reading = of(&format!(
        "\u{feff}{HEAD}\r\n0000000000000001,C-1,髙﨑　太郎,2026-12-31,10800,800,,\r\n\
         \"0000000000000002\",C-2,\"淡路, 花子\",,55000,,,\r\n\r\n,,,,,,,\r\n"
    ));
    assert_eq!(faults(&reading), []);
    assert_eq!((reading.rows, reading.slips.len(), &reading.lines[..]), (2, 2, &[2, 3][..]));
    let [first, second] = &reading.slips[..] else { panic!("two") };
    assert_eq!(first.id.to_string(), "0000000000000001-0");
    assert_eq!(first.customer_name.as_str(), "髙﨑　太郎");
    assert_eq!(first.consumption_tax_yen.map(|it| it.get()), Some(800));
    assert_eq!((second.due_date, second.customer_name.as_str()), (None, "淡路, 花子"));
}

#[test]
fn columns_may_stand_in_any_order_and_in_english() {
    let reading = of(
        "amount_yen,customer_name,customer_number,再発行区分,bill_number\n1,あ,C,3,0000000000000001\n",
    );
    assert_eq!(faults(&reading), []);
    assert_eq!(reading.slips[0].id.to_string(), "0000000000000001-3");
}

#[test]
fn a_column_that_names_a_biller_or_nothing_we_know_is_refused() {
    for (name, code) in [
        ("収納企業コード", "tenant_column"),
        ("委託者名", "tenant_column"),
        ("tenant_id", "tenant_column"),
        ("Tenant", "tenant_column"),
        ("住所", "unknown_column"),
        ("", "unknown_column"),
        ("顧客名", "repeated_column"),
    ] {
        let reading = of(&format!("{HEAD},{name}\n0000000000000001,C,あ,,1,,,,10002\n"));
        assert_eq!(faults(&reading), [(1, 9, code)], "{name}");
        assert!(reading.slips.is_empty());
    }
    assert_eq!(faults(&of("請求番号,顧客番号\n")), [(1, 0, "missing_column"); 2]);
    assert_eq!(faults(&of("")), [(1, 0, "no_rows")]);
    assert_eq!(faults(&of(&format!("{HEAD}\n\n"))), [(1, 0, "no_rows")]);
}

#[test]
fn what_a_spreadsheet_broke_is_not_mended() {
    for (text, wanted) in [
        ("1.23457E+15,C,あ,,1,,,", (2, 1, "excel_number")),
        ("123,C,あ,,1,,,", (2, 1, "lost_zeros")),
        ("12345678901234567,C,あ,,1,,,", (2, 1, "bill_number")),
        ("000000000000000x,C,あ,,1,,,", (2, 1, "bill_number")),
        ("0000000000000001,1.2E+10,あ,,1,,,", (2, 2, "excel_number")),
        ("0000000000000001,C,あ,,\"1,080\",,,", (2, 5, "amount_yen")),
        ("0000000000000001,C,あ,,300001,,,", (2, 5, "amount_yen")),
        ("0000000000000001,C,あ,,0,,,", (2, 5, "amount_yen")),
        ("0000000000000001,C,あ,,100,100,,", (2, 6, "consumption_tax_yen")),
        ("0000000000000001,C,あ,12/31/2026,1,,,", (2, 4, "due_date")),
        ("0000000000000001,C,あ,2026-11-25,1,,,", (2, 4, "due_date_over")),
        ("0000000000000001,C,あ,,1,,会費,", (2, 7, "not_kept")),
        ("0000000000000001,C,あ,,1,,", (2, 0, "cell_count")),
        ("0000000000000001,,あ,,1,,,", (2, 2, "missing")),
        ("0000000000000001,C,,,1,,,", (2, 3, "missing")),
        ("0000000000000001,C,　,,1,,,", (2, 3, "customer_name")),
        ("0000000000000001,C 1,あ,,1,,,", (2, 2, "customer_number")),
        ("0000000000000001,C,\"あ\nい\",,1,,,", (2, 3, "control_character")),
        ("0000000000000001,C,あ\u{202e}い,,1,,,", (2, 3, "direction_mark")),
        ("0000000000000001,C,あ\u{e000},,1,,,", (2, 3, "private_character")),
        ("0000000000000001,C,あ\u{fffd},,1,,,", (2, 3, "lost_character")),
        ("0000000000000001,C,淡路　丽,,1,,,", (2, 3, "no_glyph")),
    ] {
        assert_eq!(row(text), [wanted], "{text}");
    }
    let long = format!("0000000000000001,C,{},,1,,,", "あ".repeat(41));
    assert_eq!(row(&long), [(2, 3, "customer_name")]);
}

#[test]
fn a_character_without_a_glyph_is_told_by_its_place() {
    let reading = of(&format!("{HEAD}\n0000000000000001,C,秘密　丽子,,1,,,\n"));
    let masks: Vec<_> = reading.faults.kept().iter().map(|it| it.masked.as_deref()).collect();
    assert_eq!(masks, [Some("4: 字字　〓字")]);
    assert!(reading.slips.is_empty());
}

#[test]
fn full_width_digits_and_short_days_are_read_with_a_notice() {
    let reading =
        of(&format!("{HEAD}\n００００００００００００００１２,C,あ,2027/1/5,１０８０,,,\n"));
    let codes = [(2, 1, "full_width"), (2, 4, "short_date"), (2, 5, "full_width")];
    assert_eq!(faults(&reading), codes);
    assert!(reading.faults.kept().iter().all(|it| it.severity == Severity::Notice));
    assert_eq!((reading.faults.errors(), reading.slips.len()), (0, 1));
    assert_eq!(reading.slips[0].amount_yen.get(), 1080);
}

#[test]
fn every_fault_is_told_at_once_and_no_value_with_it() {
    let reading = of(&format!(
        "{HEAD}\n123456,C,秘密の名前\u{200b},2026-13-01,x,,,\n0000000000000001,C,あ,,1,,,\n0000000000000001,C,い,,1,,,\n\
         ,,,,,,,\n0000000000000002,C,う,,1,,,\n"
    ));
    let wanted = [
        (2, 1, "lost_zeros"),
        (2, 3, "direction_mark"),
        (2, 4, "due_date"),
        (2, 5, "amount_yen"),
        (4, 0, "repeated_in_file"),
        (5, 0, "blank_row"),
    ];
    assert_eq!(faults(&reading), wanted);
    let told = format!("{:?}", reading.faults);
    assert!(!told.contains("秘密") && !told.contains("123456"), "{told}");
    assert_eq!(reading.rows, 4);
}

#[test]
fn bytes_that_are_no_text_end_the_reading_where_they_stand() {
    let mut bytes = format!("{HEAD}\n0000000000000001,C,").into_bytes();
    bytes.extend_from_slice(b"\xff\xfe,,1,,,\n");
    let reading = read(&bytes, Encoding::Utf8, date!(2026 - 11 - 26)).expect("small");
    assert!(faults(&reading).contains(&(2, 0, "encoding")), "{:?}", faults(&reading));
}

#[test]
fn one_row_too_many_refuses_the_file() {
    let rows = |n: usize| -> String {
        let rows = (0..n).map(|n| format!("{n:016},C,あ,,1,,,\n"));
        std::iter::once(format!("{HEAD}\n")).chain(rows).collect()
    };
    assert_eq!(of(&rows(50_000)).slips.len(), 50_000);
    let told = read(rows(50_001).as_bytes(), Encoding::Utf8, date!(2026 - 11 - 26));
    assert_eq!(told, Err(Refusal::TooManyRows));
}

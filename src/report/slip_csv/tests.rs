//! Tests of the CSV file: its bytes, its guards, and what CP932 lacks.

use proptest::prelude::*;
use time::macros::datetime;

use super::CsvWriter;
use super::cell::{encoded, guarded, quoted};
use crate::domain::{
    AmountYen, BillNumber, CsvEncoding, CustomerName, CustomerNumber, DisplayName, DueDate,
    ExportId, ReissueNumber, Slip, SlipId, TenantCode, TenantId, TenantName,
};
use crate::report::{Error, Finished, Front, OwnedRow, PageCodes, PageDone, Totals, Writer};

fn front() -> Front {
    Front {
        export_id: ExportId(uuid::Uuid::nil()),
        tenant_id: TenantId(12),
        tenant_code: TenantCode::new("67890").expect("a code"),
        tenant_name: TenantName::new("見本学園同窓会").expect("a name"),
        scope_words: "自社の全件".to_owned(),
        ordered_at: datetime!(2026-04-20 01:15:00 UTC),
        requested_by: DisplayName::new("会計担当").expect("a name"),
        contact: "窓口".to_owned(),
        codes: PageCodes::new(&[7; 32], ExportId(uuid::Uuid::nil())),
        rows_salt: [9; 16],
    }
}

fn row(n: u32, number: &str, name: &str, due: Option<&str>) -> OwnedRow {
    let slip = Slip {
        id: SlipId {
            bill_number: BillNumber::new(&format!("{n:016}")).expect("sixteen digits"),
            reissue_number: ReissueNumber::FIRST,
        },
        customer_number: CustomerNumber::new(number).expect("a number"),
        customer_name: CustomerName::new(name).expect("a name"),
        due_date: due.map(|it| DueDate::parse(it).expect("a day")),
        revenue_stamp: n.is_multiple_of(2),
        amount_yen: AmountYen::new(1_000).expect("an amount"),
    };
    OwnedRow { tenant_id: TenantId(12), slip }
}

fn totals(rows: &[OwnedRow]) -> Totals {
    Totals {
        rows: rows.len() as u32,
        amount_yen: 1_000 * rows.len() as i64,
        revenue_stamps: rows.iter().filter(|it| it.slip.revenue_stamp).count() as u32,
        overdue: 0,
        first: rows.first().map(|it| it.slip.id.clone()),
        last: rows.last().map(|it| it.slip.id.clone()),
        tenant_rows: rows.len() as u32,
    }
}

fn write(
    rows: &[OwnedRow],
    encoding: CsvEncoding,
) -> Result<(Vec<PageDone>, Finished<Vec<u8>>), Error> {
    let mut csv = CsvWriter::new(Vec::new(), &front(), encoding, totals(rows))?;
    let done = csv.push(rows)?;
    Ok((done, Box::new(csv).finish()?))
}

#[test]
fn the_file_is_the_documented_one_byte_for_byte() {
    let rows = [
        row(1, "C1", "髙橋　﨑子", Some("2026-04-30")),
        row(2, "-5", "=1+1", None),
        row(3, "a\"b", "甲, 乙", None),
    ];
    let expected = "請求番号,再発行区分,顧客番号,顧客名,支払期限,印紙,請求金額\r\n\
        0000000000000001,0,C1,髙橋　﨑子,2026/04/30,不要,1000\r\n\
        0000000000000002,0,'-5,'=1+1,期限なし,要,1000\r\n\
        0000000000000003,0,\"a\"\"b\",\"甲, 乙\",期限なし,不要,1000\r\n";
    let (done, utf8) = write(&rows, CsvEncoding::Utf8).expect("writes");
    assert_eq!(utf8.out, ["\u{FEFF}".as_bytes(), expected.as_bytes()].concat());
    assert_eq!((done.len(), done[0].rows, utf8.pages), (1, 3, 1));
    assert_eq!(utf8.bytes, utf8.out.len() as u64);
    let sha256: [u8; 32] = <sha2::Sha256 as sha2::Digest>::digest(&utf8.out).into();
    assert_eq!(utf8.sha256, sha256);
    let (_, cp932) = write(&rows, CsvEncoding::Cp932).expect("writes");
    let (back, _, lacks) = encoding_rs::SHIFT_JIS.decode(&cp932.out);
    assert!(!lacks);
    assert_eq!(back, expected);
    // 髙 is one of NEC's signs, in windows-31j and not in plain Shift_JIS.
    assert!(cp932.out.windows(2).any(|it| it == [0xFB, 0xFC]));
    assert_eq!(cp932.rows_digest, utf8.rows_digest);
}

#[test]
fn what_cp932_lacks_ends_the_file_and_says_where() {
    // 𠮷 is outside; ¥, ‾ and − are signs that the encoder would quietly take for others.
    for name in ["𠮷田", "価格¥", "a‾b", "1−2", "〜", "葛\u{E0100}城", "é"] {
        let rows = [row(1, "C1", "淡路", None), row(2, "C1", name, None)];
        let refused = write(&rows, CsvEncoding::Cp932).err();
        let named = matches!(refused, Some(Error::NotEncodable { field: "customer_name", row: 2 }));
        assert!(named, "{name}: {refused:?}");
        assert!(write(&rows, CsvEncoding::Utf8).is_ok(), "{name}");
    }
}

#[test]
fn the_rows_are_held_against_what_was_counted() {
    let rows = [row(1, "C1", "甲", None), row(2, "C1", "乙", None)];
    let begin =
        |totals| CsvWriter::new(Vec::new(), &front(), CsvEncoding::Utf8, totals).expect("begins");
    let mut foreign = rows.clone();
    foreign[1].tenant_id = TenantId(13);
    let refused = begin(totals(&rows)).push(&foreign).err();
    assert!(matches!(refused, Some(Error::ForeignRow { row: 2 })));
    let mut csv = begin(totals(&rows[..1]));
    assert!(matches!(csv.push(&rows), Err(Error::TooManyRows { promised: 1 })));
    let mut csv = begin(totals(&rows));
    csv.push(&rows[..1]).expect("in order");
    assert!(matches!(Box::new(csv).finish(), Err(Error::TooFewRows { drawn: 1, promised: 2 })));
}

#[test]
fn an_empty_file_has_its_heads() {
    let (done, none) = write(&[], CsvEncoding::Utf8).expect("writes");
    assert!(done.is_empty());
    assert_eq!((none.pages, none.out.iter().filter(|it| **it == b'\n').count()), (1, 1));
}

proptest! {
    #[test]
    fn no_cell_begins_like_a_formula_and_none_breaks_its_line(text in "\\PC{0,40}") {
        let cell = guarded(&text);
        prop_assert!(!cell.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']));
        prop_assert_eq!(cell.trim_start_matches('\''), text.trim_start_matches('\''));
        let quoted = quoted(&cell);
        if quoted.contains(',') {
            prop_assert!(quoted.starts_with('"') && quoted.ends_with('"'));
        }
        prop_assert_eq!(quoted.matches('"').count() % 2, 0);
    }

    #[test]
    fn cp932_gives_back_what_it_took(text in "\\PC{0,20}") {
        if let Some(bytes) = encoded(&text, CsvEncoding::Cp932) {
            let back = encoding_rs::SHIFT_JIS.decode(&bytes).0;
            prop_assert_eq!(back.as_ref(), text.as_str());
        }
    }
}

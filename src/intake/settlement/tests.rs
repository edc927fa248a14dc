//! Settlement files of each layout, good and bad.

use crate::{
    domain::{IssuerCode, PaymentKind, TenantCode},
    intake::settlement::{Foreign, Layout, Owner, Reading, event_key, read},
};

/// domain.md 1.4, V1: biller 67890.
pub(crate) const V1: &str = "91912345678900123456789012345015123100108002";

pub(crate) fn owner() -> Owner {
    let tenant_code = TenantCode::new("67890").expect("five digits");
    Owner { tenant_code, issuer_code: IssuerCode::new("912345").ok() }
}

/// A file of MUFG's layout around details.
pub(crate) fn mufg(details: &[Vec<u8>]) -> Vec<u8> {
    let mut header = b"1202611261234567890".to_vec();
    header.extend_from_slice(&[0xb1; 40]);
    file(header, details)
}

pub(crate) fn mufg_detail(kind: &str, barcode: &str) -> Vec<u8> {
    let text =
        format!("2{kind}202611250944{barcode}   0001234202611262026121000000000202611260020");
    fill(text.into_bytes())
}

pub(crate) fn mizuho_detail(kind: &str, barcode: &str) -> Vec<u8> {
    let text = format!("2{kind}2026112509441{barcode}   000123401202611262026121020261126000020");
    fill(text.into_bytes())
}

pub(crate) fn dsk_line(kind: &str, barcode: &str, amount: &str) -> Vec<u8> {
    let head = format!("{kind},20261125,944,EAN{barcode},123456,12345678900,0,{amount},20,");
    // ローソン in CP932: its second bytes are those of letters and signs.
    let name = b"\x83\x8d\x81\x5b\x83\x5c\x83\x93";
    let tail = b",001234,20261210,20261126\r\n";
    [head.as_bytes(), name, tail].concat()
}

fn fill(mut record: Vec<u8>) -> Vec<u8> {
    record.resize(120, b' ');
    record
}

fn file(header: Vec<u8>, details: &[Vec<u8>]) -> Vec<u8> {
    let mut all = vec![fill(header)];
    all.extend_from_slice(details);
    all.push(fill(b"8".to_vec()));
    all.push(fill(b"9".to_vec()));
    let mut bytes = all.join(&b"\r\n"[..]);
    bytes.extend_from_slice(b"\r\n");
    bytes
}

fn told(reading: &Reading) -> Vec<(u64, usize, &'static str)> {
    let kept = reading.faults.kept().iter();
    kept.map(|it| (it.line, it.column.unwrap_or(0), it.code.as_str())).collect()
}

#[test]
fn each_layout_gives_the_same_payment() {
    let files = [
        (Layout::Mufg120, mufg(&[mufg_detail("01", V1)])),
        (Layout::Mizuho120, mufg(&[mizuho_detail("01", V1)])),
        (Layout::Dsk13, dsk_line("1", V1, "10800")),
    ];
    for (layout, bytes) in files {
        let reading = read(&bytes, layout, &owner()).expect("small");
        assert_eq!((told(&reading), reading.foreign), (vec![], None), "{layout:?}");
        let [event] = &reading.events[..] else { panic!("one") };
        assert_eq!((event.kind, event.source_code.as_str()), (PaymentKind::Preliminary, "01"));
        assert_eq!((event.paid_at.as_str(), event.amount_yen), ("0944", 10_800));
        assert_eq!(event.scanned.digits(), V1);
        let days = [Some(event.paid_on), event.made_on, event.payout_on];
        assert_eq!(
            days.map(|it| it.expect("a day").to_string()),
            ["2026-11-25", "2026-11-26", "2026-12-10"]
        );
        let wanted = match layout {
            Layout::Mufg120 => ("0020", "0001234"),
            Layout::Mizuho120 => ("000020", "0001234"),
            Layout::Dsk13 => ("020", "001234"),
        };
        assert_eq!((event.chain_code.as_str(), event.store_code.as_str()), wanted);
    }
}

#[test]
fn a_line_of_another_biller_is_told_before_anything_else() {
    let other = V1.replace("67890", "10002");
    let issuer = V1.replace("912345", "954321");
    for barcode in [&other, &issuer] {
        let broken = {
            let mut it = mufg_detail("99", barcode);
            it[3..11].fill(b'x');
            it
        };
        let bytes = mufg(&[mufg_detail("01", V1), broken, mufg_detail("02", barcode)]);
        let reading = read(&bytes, Layout::Mufg120, &owner()).expect("small");
        assert_eq!(reading.foreign, Some(Foreign { line: 3, lines: 2 }));
        let bytes = [dsk_line("1", V1, "1"), dsk_line("1", barcode, "1")].concat();
        let reading = read(&bytes, Layout::Dsk13, &owner()).expect("small");
        assert_eq!(reading.foreign, Some(Foreign { line: 2, lines: 1 }));
    }
    // The header says whose file it is, even when there is no line in it.
    let mut bytes = mufg(&[]);
    bytes[14..19].copy_from_slice(b"10002");
    let reading = read(&bytes, Layout::Mufg120, &owner()).expect("small");
    assert_eq!(reading.foreign, Some(Foreign { line: 1, lines: 1 }));
}

#[test]
fn the_wrong_layout_reads_nothing() {
    let mizuho = read(&mufg(&[mufg_detail("01", V1)]), Layout::Mizuho120, &owner()).expect("small");
    assert!(mizuho.events.is_empty() && told(&mizuho) == [(2, 17, "barcode")], "{mizuho:?}");
    let mufg = read(&mufg(&[mizuho_detail("01", V1)]), Layout::Mufg120, &owner()).expect("small");
    assert!(mufg.events.is_empty() && told(&mufg) == [(2, 16, "barcode")], "{mufg:?}");
    let dsk = read(&dsk_line("1", V1, "1"), Layout::Mufg120, &owner()).expect("small");
    assert_eq!(told(&dsk), [(1, 1, "record_length"), (1, 1, "record_order")]);
}

#[test]
fn what_is_no_field_is_a_fault_of_its_place() {
    let with = |from: usize, text: &str| {
        let mut it = mufg_detail("01", V1);
        it[from..from + text.len()].copy_from_slice(text.as_bytes());
        told(&read(&mufg(&[it]), Layout::Mufg120, &owner()).expect("small"))
    };
    assert_eq!(with(1, "12"), [(2, 2, "payment_kind")]);
    assert_eq!(with(3, "20260230"), [(2, 4, "paid_on")]);
    assert_eq!(with(11, "2460"), [(2, 12, "paid_at")]);
    assert_eq!(with(15, "92"), [(2, 16, "barcode")]);
    assert_eq!(with(69, "2026xx01"), [(2, 70, "other_day")]);
    assert_eq!(with(101, "    "), [(2, 102, "store_code")]);
    assert_eq!(told(&read(b"", Layout::Mufg120, &owner()).expect("small")), [(1, 0, "no_rows")]);
    let cut = &mufg(&[mufg_detail("01", V1)])[..122 * 3];
    assert_eq!(
        told(&read(cut, Layout::Mufg120, &owner()).expect("small")),
        [(3, 1, "record_order")]
    );
    for (line, wanted) in [
        (dsk_line("81", V1, "1"), (1, 1, "payment_kind")),
        (dsk_line("1", &V1[1..], "1"), (1, 4, "barcode")),
        (dsk_line("1", V1, "-1"), (1, 8, "paid_amount")),
        (b"1,2,3\r\n".to_vec(), (1, 0, "cell_count")),
    ] {
        assert_eq!(told(&read(&line, Layout::Dsk13, &owner()).expect("small")), [wanted]);
    }
}

#[test]
fn a_key_is_of_the_event_and_not_of_its_file() {
    let keys = |bytes: &[u8]| -> Vec<[u8; 32]> {
        let reading = read(bytes, Layout::Mufg120, &owner()).expect("small");
        reading.events.iter().map(event_key).collect()
    };
    let (first, second) = (mufg_detail("01", V1), mufg_detail("02", V1));
    let one = keys(&mufg(&[first.clone(), second.clone()]));
    let other = keys(&mufg(&[second, first]));
    assert_eq!(one, [other[1], other[0]]);
    assert_ne!(one[0], one[1]);
}

//! Anything at all as a file: no panic, and no more memory than the limits say. Bounded, for every run.

use proptest::prelude::*;
use time::macros::date;

use super::{Encoding, Intake, Refusal, encoding::tests::detect, registration, settlement};
use registration::{Registration, Told, tests::lacking};
use settlement::{Layout, Settlement, tests as files};

/// A good file, cut and changed at some places.
fn damaged(good: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let size = good.len();
    let change = (0..size, any::<u8>());
    (proptest::collection::vec(change, 0..8), 0..=size).prop_map(move |(changes, cut)| {
        let mut bytes = good.clone();
        for (place, byte) in changes {
            bytes[place] = byte;
        }
        bytes.truncate(cut.max(size / 2));
        bytes
    })
}

fn csv() -> Vec<u8> {
    "請求番号,顧客番号,顧客名,支払期限,請求金額,内消費税等,商品代金,備考,再発行区分\r\n\
     0000000000000001,C-1,髙﨑　太郎,2026-12-31,10800,800,,,0\r\n\
     0000000000000002,C-2,\"淡路, 花子\",2027/1/5,５５０００,,,,\r\n"
        .as_bytes()
        .to_vec()
}

fn look_at_registration(bytes: &[u8]) -> Result<(), TestCaseError> {
    for encoding in
        [Some(Encoding::Utf8), Some(Encoding::Cp932), detect(bytes)].into_iter().flatten()
    {
        let reading =
            registration::read(bytes, encoding, date!(2026 - 11 - 26), lacking()).expect("small");
        prop_assert_eq!(reading.slips.len(), reading.lines.len());
        prop_assert!(reading.slips.len() <= reading.rows && reading.rows <= bytes.len() + 1);
        // Nothing is passed over: what is no slip is a fault.
        prop_assert!(reading.faults.errors() != 0 || reading.slips.len() == reading.rows);
        prop_assert!(reading.rows != 0 || reading.faults.errors() != 0);
        prop_assert!(reading.faults.kept().len() <= 2_000);
        for fault in reading.faults.kept() {
            prop_assert!(fault.masked.as_ref().is_none_or(|it| it.chars().count() <= 64));
        }
    }
    Ok(())
}

fn look_at_settlement(bytes: &[u8]) -> Result<(), TestCaseError> {
    for layout in Layout::ALL {
        let reading = settlement::read(bytes, *layout, &files::owner()).expect("small");
        prop_assert!(reading.events.len() <= bytes.len());
        let whole = reading.faults.errors() == 0 && reading.foreign.is_none();
        prop_assert!(!whole || !reading.events.is_empty());
        for event in &reading.events {
            prop_assert_eq!(event.scanned.tenant_code(), "67890");
        }
    }
    Ok(())
}

/// A file in pieces that end at these places.
fn in_pieces<I: Intake>(mut file: I, bytes: &[u8], ends: &[usize]) -> Result<I::Reading, Refusal> {
    let mut from = 0;
    for end in ends.iter().map(|it| it % (bytes.len() + 1)).filter(|it| 0 < *it) {
        if from <= end {
            file.take(&bytes[from..end])?;
            from = end;
        }
    }
    file.take(&bytes[from..])?;
    file.finish()
}

fn registration(bytes: &[u8], said: Option<Encoding>, ends: &[usize]) -> Result<Told, Refusal> {
    in_pieces(Registration::new(said, date!(2026 - 11 - 26), lacking()), bytes, ends)
}

/// Whatever the pieces are, a file says the same; and its encoding is the one that the file as a whole has.
fn look_at_pieces(bytes: &[u8], ends: &[usize]) -> Result<(), TestCaseError> {
    let mut ends = ends.to_vec();
    ends.sort_unstable();
    let each: Vec<usize> = (0..=bytes.len()).collect();
    for said in [None, Some(Encoding::Utf8), Some(Encoding::Cp932)] {
        let whole = registration(bytes, said, &[]).expect("small");
        prop_assert_eq!(&registration(bytes, said, &ends), &Ok(whole.clone()));
        prop_assert_eq!(&registration(bytes, said, &each), &Ok(whole.clone()));
        if said.is_none() {
            let found = detect(bytes);
            prop_assert_eq!(whole.encoding, found.unwrap_or(Encoding::Utf8));
            match found {
                Some(found) => {
                    let said = registration(bytes, Some(found), &[]).expect("small");
                    prop_assert_eq!(whole.reading, said.reading);
                }
                None => prop_assert_eq!(whole.reading.faults.errors(), 1),
            }
        }
    }
    for layout in Layout::ALL {
        let whole = settlement::read(bytes, *layout, &files::owner());
        for ends in [&ends, &each] {
            let file = Settlement::new(*layout, files::owner());
            prop_assert_eq!(&in_pieces(file, bytes, ends), &whole);
        }
    }
    Ok(())
}

/// The same file as Windows writes it.
fn cp932(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    encoding_rs::SHIFT_JIS.encode(&text).0.into_owned()
}

/// Names in both encodings behind an English header: which it is turns out late.
fn english() -> Vec<u8> {
    "bill_number,customer_number,customer_name,amount_yen\r\n0000000000000001,C,\"x\r\ny\",1\r\n\
     0000000000000002,C,髙﨑,1\r\n0000000000000003,C,淡路　太郎,1\r\n"
        .as_bytes()
        .to_vec()
}

#[test]
fn a_file_is_the_same_in_bytes_and_whole() {
    let marked = [b"\xef\xbb\xbf", csv().as_slice()].concat();
    let late = [english(), b"0000000000000004,C,\x81,1\r\n".to_vec()].concat();
    for bytes in [
        Vec::new(),
        b"\xef\xbb".to_vec(),
        b"\xef\xbb\xbf\xef\xbb\xbf".to_vec(),
        b"a\r".to_vec(),
        b"\x81".to_vec(),
        csv(),
        marked,
        cp932(&csv()),
        english(),
        cp932(&english()),
        late,
        files::mufg(&[files::mufg_detail("01", files::V1)]),
        files::dsk_line("1", files::V1, "1"),
    ] {
        for size in 1..20 {
            let ends: Vec<usize> = (0..bytes.len()).step_by(size).collect();
            look_at_pieces(&bytes, &ends).expect("the same");
        }
    }
}

#[test]
fn a_file_is_refused_at_the_first_byte_and_the_first_row_that_is_too_much() {
    let mut file = Registration::new(None, date!(2026 - 11 - 26), lacking());
    for _ in 0..20 {
        file.take(&[b'x'; 1 << 20]).expect("twenty mebibytes");
    }
    assert_eq!(file.take(b"x"), Err(Refusal::TooManyBytes));
    for english in [english(), cp932(&english())] {
        let mut file = Registration::new(None, date!(2026 - 11 - 26), lacking());
        file.take(&english).expect("three rows");
        for n in 4..=50_000 {
            file.take(format!("{n:016},C,x,1\n").as_bytes()).expect("fits");
        }
        assert_eq!(file.take(b"0000000000050001,C,x,1\n"), Err(Refusal::TooManyRows));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_bytes_are_a_file_of_slips_or_faults(bytes in proptest::collection::vec(any::<u8>(), 0..4_096)) {
        look_at_registration(&bytes)?;
    }

    #[test]
    fn a_damaged_file_of_slips_is_a_file_of_slips_or_faults(bytes in damaged(csv())) {
        look_at_registration(&bytes)?;
    }

    #[test]
    fn any_pieces_of_any_bytes_are_the_file(
        bytes in proptest::collection::vec(any::<u8>(), 0..512),
        ends in proptest::collection::vec(any::<usize>(), 0..12),
    ) {
        look_at_pieces(&bytes, &ends)?;
    }

    #[test]
    fn any_pieces_of_a_damaged_file_are_the_file(
        utf8 in damaged(csv()),
        windows in damaged(cp932(&csv())),
        late in damaged(english()),
        late_windows in damaged(cp932(&english())),
        settled in damaged(files::mufg(&[files::mufg_detail("01", files::V1)])),
        ends in proptest::collection::vec(any::<usize>(), 0..12),
    ) {
        for bytes in [utf8, windows, late, late_windows, settled] {
            look_at_pieces(&bytes, &ends)?;
        }
    }

    #[test]
    fn any_bytes_are_payments_or_faults(bytes in proptest::collection::vec(any::<u8>(), 0..4_096)) {
        look_at_settlement(&bytes)?;
    }

    #[test]
    fn a_damaged_settlement_is_payments_or_faults(
        fixed in damaged(files::mufg(&[files::mufg_detail("01", files::V1), files::mufg_detail("02", files::V1)])),
        mizuho in damaged(files::mufg(&[files::mizuho_detail("03", files::V1)])),
        dsk in damaged([files::dsk_line("1", files::V1, "1"), files::dsk_line("2", files::V1, "1")].concat()),
    ) {
        for bytes in [fixed, mizuho, dsk] {
            look_at_settlement(&bytes)?;
        }
    }
}

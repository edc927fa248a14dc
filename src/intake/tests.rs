//! Anything at all as a file: no panic, and no more memory than the limits say. Bounded, for every run.

use proptest::prelude::*;
use time::macros::date;

use super::{Encoding, detect, registration, settlement};
use registration::tests::lacking;
use settlement::{Layout, tests as files};

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

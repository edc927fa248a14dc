//! Records of 120 bytes: header (1), details (2), trailer (8) for each biller, and an end (9) for the file.
//!
//! What is in trailer and end was not to be seen anywhere: that an 8 closes each 1 and a 9 stands last is all that is
//! checked of them (domain.md 4.2).

use std::ops::Range;

use super::{
    Reader,
    field::{code, day, digits, minute, optional_day},
};
use crate::{
    domain::{PaymentEvent, PaymentKind},
    intake::{Code, Refusal},
};

/// Bytes of a record, its line break not counted.
const RECORD_BYTES: usize = 120;

/// Where a detail has its fields, in bytes from 0.
pub(super) struct Fields {
    barcode: Range<usize>,
    store: Range<usize>,
    made_on: Range<usize>,
    payout_on: Range<usize>,
    chain: Range<usize>,
}

/// MUFG Factor (S:muf120).
pub(super) const MUFG: Fields =
    Fields { barcode: 15..59, store: 62..69, made_on: 69..77, payout_on: 77..85, chain: 101..105 };

/// Mizuho Factor (S:mizuho120): a kind of barcode (1) before it, a kind of customer (2) behind the store.
pub(super) const MIZUHO: Fields =
    Fields { barcode: 16..60, store: 63..70, made_on: 72..80, payout_on: 80..88, chain: 96..102 };

/// Where a header has the biller's code.
const HEADER_TENANT: Range<usize> = 14..19;

/// Which record may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    HeaderOrEnd,
    DetailOrTrailer,
    Nothing,
}

pub(super) fn read(bytes: &[u8], fields: &Fields, to: &mut Reader<'_>) -> Result<(), Refusal> {
    let (mut next, mut line) = (Next::HeaderOrEnd, 0);
    // A break behind the last record ends it and begins no other.
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    for record in bytes.split(|it| *it == b'\n').filter(|_| !bytes.is_empty()) {
        line += 1;
        let record = record.strip_suffix(b"\r").unwrap_or(record);
        if record.len() != RECORD_BYTES {
            to.error(line, 1, Code::RecordLength);
            continue;
        }
        next = match (record[0], next) {
            (b'1', Next::HeaderOrEnd) => {
                if !to.is_owner(&record[HEADER_TENANT]) {
                    to.foreign(line);
                }
                Next::DetailOrTrailer
            }
            (b'2', Next::DetailOrTrailer) => {
                detail(record, fields, line, to)?;
                next
            }
            (b'8', Next::DetailOrTrailer) => Next::HeaderOrEnd,
            (b'9', Next::HeaderOrEnd) if 1 < line => Next::Nothing,
            (kind, _) => {
                to.error(line, 1, Code::RecordOrder);
                // The line is looked at all the same: whose it is counts before how it stands.
                if kind == b'2' {
                    detail(record, fields, line, to)?;
                }
                next
            }
        };
    }
    if next != Next::Nothing && 0 < line {
        to.error(line, 1, Code::RecordOrder);
    }
    Ok(())
}

fn detail(record: &[u8], fields: &Fields, line: u64, to: &mut Reader<'_>) -> Result<(), Refusal> {
    // First of all whose it is: that is told even when nothing else of the line can be read.
    let Some(scanned) = to.barcode(&record[fields.barcode.clone()], line, fields.barcode.start + 1)
    else {
        return Ok(());
    };
    let kind =
        digits(&record[1..3]).and_then(|it| Some((PaymentKind::of_code(it)?, it.to_owned())));
    let (paid_on, paid_at) = (day(&record[3..11]), minute(&record[11..15]));
    let made_on = optional_day(&record[fields.made_on.clone()]);
    let payout_on = optional_day(&record[fields.payout_on.clone()]);
    let (chain, store) = (code(&record[fields.chain.clone()]), code(&record[fields.store.clone()]));
    for (missing, place, code) in [
        (kind.is_none(), 1, Code::PaymentKind),
        (paid_on.is_none(), 3, Code::PaidOn),
        (paid_at.is_none(), 11, Code::PaidAt),
        (made_on.is_none(), fields.made_on.start, Code::OtherDay),
        (payout_on.is_none(), fields.payout_on.start, Code::OtherDay),
        (chain.is_none(), fields.chain.start, Code::StoreCode),
        (store.is_none(), fields.store.start, Code::StoreCode),
    ] {
        if missing {
            to.error(line, place + 1, code);
        }
    }
    let event = (|| {
        let (kind, source_code) = kind?;
        let amount_yen = scanned.amount_yen();
        Some(PaymentEvent {
            kind,
            source_code,
            paid_on: paid_on?,
            paid_at: paid_at?,
            scanned,
            amount_yen,
            chain_code: chain?,
            store_code: store?,
            made_on: made_on?,
            payout_on: payout_on?,
            line,
        })
    })();
    event.map_or(Ok(()), |it| to.event(it))
}

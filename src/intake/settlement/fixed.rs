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

/// Splits bytes into records. It holds one of them, and of one that is too long no more than shows that it is.
pub(super) struct Fixed {
    fields: &'static Fields,
    next: Next,
    /// Lines so far.
    line: u64,
    /// The line under way, up to a record and its carriage return.
    held: Vec<u8>,
    /// All its bytes.
    length: usize,
}

impl Fixed {
    pub fn new(fields: &'static Fields) -> Fixed {
        Fixed { fields, next: Next::HeaderOrEnd, line: 0, held: Vec::new(), length: 0 }
    }

    pub fn take(&mut self, mut piece: &[u8], to: &mut Reader) -> Result<(), Refusal> {
        while let Some(end) = piece.iter().position(|it| *it == b'\n') {
            self.hold(&piece[..end]);
            self.record(to)?;
            piece = &piece[end + 1..];
        }
        self.hold(piece);
        Ok(())
    }

    /// A break behind the last record ends it and begins no other.
    pub fn finish(&mut self, to: &mut Reader) -> Result<(), Refusal> {
        if 0 < self.length {
            self.record(to)?;
        }
        if self.next != Next::Nothing && 0 < self.line {
            to.error(self.line, 1, Code::RecordOrder);
        }
        Ok(())
    }

    fn hold(&mut self, bytes: &[u8]) {
        let room = (RECORD_BYTES + 1).saturating_sub(self.held.len()).min(bytes.len());
        self.held.extend_from_slice(&bytes[..room]);
        self.length += bytes.len();
    }

    fn record(&mut self, to: &mut Reader) -> Result<(), Refusal> {
        self.line += 1;
        let (length, line) = (std::mem::take(&mut self.length), self.line);
        let held = std::mem::take(&mut self.held);
        let record = held.strip_suffix(b"\r").unwrap_or(&held);
        if record.len() != RECORD_BYTES || held.len() != length {
            to.error(line, 1, Code::RecordLength);
            return Ok(());
        }
        self.next = match (record[0], self.next) {
            (b'1', Next::HeaderOrEnd) => {
                if !to.is_owner(&record[HEADER_TENANT]) {
                    to.foreign(line);
                }
                Next::DetailOrTrailer
            }
            (b'2', Next::DetailOrTrailer) => {
                detail(record, self.fields, line, to)?;
                self.next
            }
            (b'8', Next::DetailOrTrailer) => Next::HeaderOrEnd,
            (b'9', Next::HeaderOrEnd) if 1 < line => Next::Nothing,
            (kind, _) => {
                to.error(line, 1, Code::RecordOrder);
                // The line is looked at all the same: whose it is counts before how it stands.
                if kind == b'2' {
                    detail(record, self.fields, line, to)?;
                }
                self.next
            }
        };
        Ok(())
    }
}

fn detail(record: &[u8], fields: &Fields, line: u64, to: &mut Reader) -> Result<(), Refusal> {
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

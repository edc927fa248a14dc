//! DSK: a CSV of 13 columns without a header, in CP932, whose zeros at the front may be lost.
//!
//! It is split as bytes: in CP932 no second byte of a character is a quotation mark, a comma or a line break.

use super::{
    Reader,
    field::{code, day, digits, minute, optional_day},
};
use crate::{
    domain::{PaymentEvent, PaymentKind},
    intake::{
        Code, Refusal,
        records::{Met, Record, Records},
    },
};

const COLUMNS: usize = 13;

/// What stands before the 44 digits.
const PREFIX: &[u8] = b"EAN";

/// Columns, from 0. Those between are the users' own, the stamp flag and the chain's name.
const KIND: usize = 0;
const PAID_ON: usize = 1;
const PAID_AT: usize = 2;
const BARCODE: usize = 3;
const AMOUNT: usize = 7;
const CHAIN: usize = 8;
const STORE: usize = 10;
const PAYOUT_ON: usize = 11;
const MADE_ON: usize = 12;

pub(super) fn take(records: &mut Records, piece: &[u8], to: &mut Reader) -> Result<(), Refusal> {
    let mut refused = Ok(());
    records.take(piece, &mut |met| meet(&met, to, &mut refused));
    refused
}

pub(super) fn finish(records: &mut Records, to: &mut Reader) -> Result<(), Refusal> {
    let mut refused = Ok(());
    records.finish(&mut |met| meet(&met, to, &mut refused));
    refused
}

/// Takes a record, and says whether another may come.
fn meet(met: &Met<'_>, to: &mut Reader, refused: &mut Result<(), Refusal>) -> bool {
    match met {
        Met::Record(record) if record.len() == COLUMNS => *refused = detail(record, to),
        Met::Record(record) => to.reading.faults.error(record.line, Code::CellCount),
        Met::TooLong(line) => to.reading.faults.error(*line, Code::RecordTooLong),
    }
    refused.is_ok()
}

fn detail(record: &Record<'_>, to: &mut Reader) -> Result<(), Refusal> {
    let line = record.line;
    // A prefix, once: what is behind it must be the digits.
    let barcode = record.cell(BARCODE).strip_prefix(PREFIX).unwrap_or_default();
    let Some(scanned) = to.barcode(barcode, line, BARCODE + 1) else { return Ok(()) };
    let padded = |column: usize, width: usize| {
        let text = digits(record.cell(column)).filter(|it| it.len() <= width)?;
        Some(format!("{text:0>width$}"))
    };
    let kind = padded(KIND, 2).and_then(|it| Some((PaymentKind::of_code(&it)?, it)));
    let (paid_on, paid_at) = (day(record.cell(PAID_ON)), minute(record.cell(PAID_AT)));
    let amount = digits(record.cell(AMOUNT)).filter(|it| it.len() <= 6);
    let amount = amount.and_then(|it| it.parse::<i32>().ok());
    let (chain, store) = (padded(CHAIN, 3), code(record.cell(STORE)));
    let (payout_on, made_on) =
        (optional_day(record.cell(PAYOUT_ON)), optional_day(record.cell(MADE_ON)));
    for (missing, column, code) in [
        (kind.is_none(), KIND, Code::PaymentKind),
        (paid_on.is_none(), PAID_ON, Code::PaidOn),
        (paid_at.is_none(), PAID_AT, Code::PaidAt),
        (amount.is_none(), AMOUNT, Code::PaidAmount),
        (chain.is_none(), CHAIN, Code::StoreCode),
        (store.is_none(), STORE, Code::StoreCode),
        (payout_on.is_none(), PAYOUT_ON, Code::OtherDay),
        (made_on.is_none(), MADE_ON, Code::OtherDay),
    ] {
        if missing {
            to.error(line, column + 1, code);
        }
    }
    let event = (|| {
        let (kind, source_code) = kind?;
        Some(PaymentEvent {
            kind,
            source_code,
            paid_on: paid_on?,
            paid_at: paid_at?,
            scanned,
            amount_yen: amount?,
            chain_code: chain?,
            store_code: store?,
            made_on: made_on?,
            payout_on: payout_on?,
            line,
        })
    })();
    event.map_or(Ok(()), |it| to.event(it))
}

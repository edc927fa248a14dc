//! 本部提出用: the panel that the store sends to its headquarters, with the bars. It does not name the payer.

use crate::domain::{DueDate, Issuer, SlipPrint};
use crate::pdf::Pen;
use crate::report::Error;
use crate::report::payment_slip::layout::{
    DATE_STAMP, FIGURE, HEADQUARTERS, MARGIN, PAYEE_Y, TITLE, TITLE_Y, amount_boxes, amount_digits,
    date_stamp, enter, label, name,
};
use crate::report::payment_slip::{Face, bar_code};

const RIGHT: f32 = HEADQUARTERS.width - MARGIN;
const VALUE: f32 = 52.0;
const NUMBER_Y: f32 = 183.0;
const DUE_Y: f32 = 170.0;
const COLLECTOR_Y: f32 = 146.0;
const STAMP: (f32, f32) = (RIGHT - DATE_STAMP, 94.0);

/// Draws what every such panel has.
pub(super) fn frame(pen: &mut Pen<'_>, print: SlipPrint) {
    enter(pen, HEADQUARTERS, print);
    pen.text(MARGIN, TITLE_Y, TITLE, "払込票（コンビニエンスストア本部提出用）");
    pen.text(MARGIN, TITLE_Y - 12.0, 7.5, "【住所等非表示払込書】");
    label(pen, MARGIN, PAYEE_Y, "受取人");
    amount_boxes(pen, HEADQUARTERS);
    label(pen, MARGIN, NUMBER_Y, "請求番号");
    label(pen, MARGIN, DUE_Y, "支払期限");
    label(pen, MARGIN, COLLECTOR_Y + 12.0, "CVS取扱い　収納代行会社");
    date_stamp(pen, STAMP, DATE_STAMP, "受付日附印");
}

/// Writes what every slip of an issuer says.
pub(super) fn issuer(pen: &mut Pen<'_>, issuer: &Issuer, print: SlipPrint) -> Result<(), Error> {
    enter(pen, HEADQUARTERS, print);
    name(pen, (VALUE, PAYEE_Y, RIGHT), "payee_name", issuer.payee_name.as_str())?;
    let line = (MARGIN, COLLECTOR_Y, STAMP.0 - MARGIN);
    name(pen, line, "collector_name", issuer.collector_name.as_str())
}

/// Writes what this slip says.
pub(super) fn fill(pen: &mut Pen<'_>, face: &Face<'_>, print: SlipPrint) -> Result<(), Error> {
    enter(pen, HEADQUARTERS, print);
    amount_digits(pen, HEADQUARTERS, face.slip.amount_yen.get());
    pen.text(VALUE, NUMBER_Y, FIGURE, &face.number());
    pen.text(VALUE, DUE_Y, FIGURE, &due(face.slip.due_date));
    bar_code::draw(pen, face, print)
}

/// `2026年4月30日`, or 期限なし.
pub(super) fn due(date: Option<DueDate>) -> String {
    match date.map(DueDate::date) {
        None => "期限なし".to_owned(),
        Some(it) => format!("{}年{}月{}日", it.year(), u8::from(it.month()), it.day()),
    }
}

//! 店舗用: the panel that the store keeps.

use crate::domain::{Issuer, SlipPrint};
use crate::pdf::Pen;
use crate::report::Error;
use crate::report::payment_slip::Face;
use crate::report::payment_slip::layout::{
    DATE_STAMP, FIGURE, MARGIN, PAYEE_Y, STORE, TITLE, TITLE_Y, amount_boxes, amount_digits,
    date_stamp, enter, label, name,
};

const RIGHT: f32 = STORE.width - MARGIN;
const PAYER_Y: f32 = 176.0;
const NUMBER_Y: f32 = 146.0;
const REMARKS_Y: f32 = 118.0;
const STAMP: (f32, f32) = ((STORE.width - DATE_STAMP) / 2.0, 14.0);

/// Draws what every such panel has.
pub(super) fn frame(pen: &mut Pen<'_>, print: SlipPrint) {
    enter(pen, STORE, print);
    pen.text(MARGIN, TITLE_Y, TITLE, "払込票（店舗用）");
    label(pen, MARGIN, PAYEE_Y + 11.0, "受取人");
    amount_boxes(pen, STORE);
    label(pen, MARGIN, PAYER_Y + 11.0, "ご依頼人");
    label(pen, MARGIN, NUMBER_Y + 11.0, "請求番号");
    label(pen, MARGIN, REMARKS_Y + 11.0, "備考");
    date_stamp(pen, STAMP, DATE_STAMP, "受付日附印");
}

/// Writes what every slip of an issuer says.
pub(super) fn issuer(pen: &mut Pen<'_>, issuer: &Issuer, print: SlipPrint) -> Result<(), Error> {
    enter(pen, STORE, print);
    name(pen, (MARGIN, PAYEE_Y, RIGHT), "payee_name", issuer.payee_name.as_str())?;
    if let Some(remarks) = &issuer.slip_remarks {
        name(pen, (MARGIN, REMARKS_Y, RIGHT), "slip_remarks", remarks.as_str())?;
    }
    Ok(())
}

/// Writes what this slip says.
pub(super) fn fill(pen: &mut Pen<'_>, face: &Face<'_>, print: SlipPrint) -> Result<(), Error> {
    enter(pen, STORE, print);
    amount_digits(pen, STORE, face.slip.amount_yen.get());
    let payer = format!("{}　様", face.slip.customer_name.as_str());
    name(pen, (MARGIN, PAYER_Y, RIGHT), "customer_name", &payer)?;
    pen.text(MARGIN, NUMBER_Y, FIGURE, &face.number());
    Ok(())
}

//! 払込受領証: the panel that the payer takes home.

use crate::domain::{Issuer, PrintMode, SlipPrint};
use crate::pdf::Pen;
use crate::report::Error;
use crate::report::payment_slip::Face;
use crate::report::payment_slip::headquarters_stub::due;
use crate::report::payment_slip::layout::{
    FIGURE, LABEL, MARGIN, RECEIPT, TITLE, TITLE_Y, date_stamp, enter, label, name,
};
use crate::report::words::thousands;

const RIGHT: f32 = RECEIPT.width - MARGIN;
const VALUE: f32 = 50.0;
const PAYEE_Y: f32 = 254.0;
const PAYER_Y: f32 = 232.0;
const NUMBER_Y: f32 = 211.0;
const PURPOSE_Y: f32 = 196.0;
const AMOUNT_Y: f32 = 173.0;
const TAX_Y: f32 = 160.0;
const DUE_Y: f32 = 146.0;

/// 受領日附印: 30 mm by 30 mm.
const DATE_STAMP: f32 = 85.0;
const STAMP: (f32, f32) = (RIGHT - DATE_STAMP, 42.0);
/// 収入印紙: 20 mm by 25 mm.
const REVENUE: (f32, f32, f32, f32) = (MARGIN, 49.0, 56.7, 70.9);

/// Draws what every such panel has.
pub(super) fn frame(pen: &mut Pen<'_>, print: SlipPrint) {
    enter(pen, RECEIPT, print);
    pen.text(MARGIN, TITLE_Y, TITLE, "払込受領証（お客様控）");
    for (y, text) in [
        (PAYEE_Y, "受取人"),
        (PAYER_Y, "ご依頼人"),
        (NUMBER_Y, "請求番号"),
        (PURPOSE_Y, "商品代金"),
        (AMOUNT_Y, "金額"),
        (DUE_Y, "支払期限"),
    ] {
        label(pen, MARGIN, y, text);
    }
    date_stamp(pen, STAMP, DATE_STAMP, "受領日附印");
    let (x, y, width, height) = REVENUE;
    pen.dash(&[2.0, 1.5]);
    pen.frame(x, y, width, height);
    pen.dash(&[]);
    pen.grey(0.45);
    for (line, text) in ["収入印紙貼付欄", "コンビニエンス", "ストア専用"].iter().enumerate()
    {
        let y = y + height - 9.0 - line as f32 * 7.5;
        pen.text_center(x + width / 2.0, y, LABEL, text);
    }
    pen.grey(0.0);
    label(pen, MARGIN, 24.0, "受領日附印のないものは無効です。大切に保管してください。");
}

/// Writes what every slip of an issuer says.
pub(super) fn issuer(pen: &mut Pen<'_>, issuer: &Issuer, print: SlipPrint) -> Result<(), Error> {
    enter(pen, RECEIPT, print);
    name(pen, (VALUE, PAYEE_Y, RIGHT), "payee_name", issuer.payee_name.as_str())?;
    if let Some(purpose) = &issuer.slip_purpose {
        name(pen, (VALUE, PURPOSE_Y, RIGHT), "slip_purpose", purpose.as_str())?;
    }
    Ok(())
}

/// Writes what this slip says.
pub(super) fn fill(pen: &mut Pen<'_>, face: &Face<'_>, print: SlipPrint) -> Result<(), Error> {
    enter(pen, RECEIPT, print);
    let payer = format!("{}　様", face.slip.customer_name.as_str());
    name(pen, (VALUE, PAYER_Y, RIGHT), "customer_name", &payer)?;
    pen.text(VALUE, NUMBER_Y, FIGURE, &face.number());
    let yen = |it: i32| format!("{} 円", thousands(it.into()));
    pen.text_right(RIGHT, AMOUNT_Y, 12.0, &yen(face.slip.amount_yen.get()));
    if let Some(tax) = face.tax {
        // Without a tax there is no such line, so its label is no part of the shared frames.
        if print.mode == PrintMode::Full {
            label(pen, MARGIN, TAX_Y, "内消費税等");
        }
        pen.text_right(RIGHT, TAX_Y, FIGURE, &yen(tax.get()));
    }
    pen.text(VALUE, DUE_Y, FIGURE, &due(face.slip.due_date));
    Ok(())
}

/// Hatches the place of the revenue stamp: for a slip that needs none.
pub(super) fn no_stamp(pen: &mut Pen<'_>, print: SlipPrint) {
    enter(pen, RECEIPT, print);
    let (x, y, width, _) = REVENUE;
    pen.stroke(0.3, 0.6);
    // Lines at 45 degrees through a square below the words.
    let side = 40.0;
    for step in 0..=8_u8 {
        let at = f32::from(step) * side / 8.0;
        let left = x + (width - side) / 2.0;
        pen.line((left + at, y + 4.0), (left + side, y + 4.0 + side - at));
        if 0 < step {
            pen.line((left, y + 4.0 + at), (left + side - at, y + 4.0 + side));
        }
    }
    pen.grey(1.0);
    pen.fill(x + 8.0, y + 17.0, width - 16.0, 13.0);
    pen.grey(0.0);
    pen.text_center(x + width / 2.0, y + 20.5, 8.0, "印紙不要");
}

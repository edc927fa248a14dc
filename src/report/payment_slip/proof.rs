//! What makes a proof a proof: nothing to scan, and a word on every panel.

use crate::domain::SlipPrint;
use crate::pdf::Pen;
use crate::report::payment_slip::layout::{HEADQUARTERS, Panel, RECEIPT, STORE, enter};

/// Draws a crossed box where the bars would be: there is nothing that a scanner could read.
pub(super) fn crossed_box(pen: &mut Pen<'_>, (x, y): (f32, f32), (width, height): (f32, f32)) {
    pen.stroke(0.6, 0.0);
    pen.frame(x, y, width, height);
    pen.line((x, y), (x + width, y + height));
    pen.line((x, y + height), (x + width, y));
    pen.text_center(x + width / 2.0, y + height / 2.0 - 7.0, 20.0, "SAMPLE");
}

/// Writes 見本 over every panel.
pub(super) fn marks(pen: &mut Pen<'_>, print: SlipPrint) {
    pen.grey(0.8);
    for panel in [HEADQUARTERS, STORE, RECEIPT] {
        enter(pen, panel, print);
        mark(pen, panel);
    }
    pen.grey(0.0);
}

fn mark(pen: &mut Pen<'_>, panel: Panel) {
    pen.text_center(panel.width / 2.0, 126.0, 44.0, "見本");
    pen.text_center(panel.width / 2.0, 108.0, 10.0, "お支払いには使えません");
}

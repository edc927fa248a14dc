//! Where things are on a slip, in points. Each panel has its own origin, the lower left corner.

use crate::domain::{PrintMode, PrintProfile, SlipPrint};
use crate::pdf::{Fit, PageSize, Pen, Pitch, Sizes};
use crate::report::Error;

/// The page: A4 upright, the slip in its lower third.
pub(super) const PAGE: PageSize = PageSize::A4_PORTRAIT;
/// Left edge of the slip, 3.4 mm.
pub(super) const LEFT: f32 = 9.6;
/// Lower edge of the slip, 5 mm.
pub(super) const BOTTOM: f32 = 14.4;
/// Height of the slip: 4 inches.
pub(super) const HEIGHT: f32 = 288.0;
/// Room between the edge of a panel and what stands on it.
pub(super) const MARGIN: f32 = 8.0;

/// A panel: its left edge on the slip and its width.
#[derive(Debug, Clone, Copy)]
pub(super) struct Panel {
    pub(super) left: f32,
    pub(super) width: f32,
}

/// 本部提出用, 76.2 mm: wide enough for the bars with 5 mm to each perforation.
pub(super) const HEADQUARTERS: Panel = Panel { left: 0.0, width: 216.0 };
/// 店舗用, 57 mm.
pub(super) const STORE: Panel = Panel { left: 216.0, width: 161.76 };
/// 払込受領証, 70 mm.
pub(super) const RECEIPT: Panel = Panel { left: 377.76, width: 198.24 };

/// Baselines and edges that the two stubs share.
pub(super) const TITLE_Y: f32 = 272.0;
pub(super) const PAYEE_Y: f32 = 246.0;
pub(super) const BOXES_Y: f32 = 198.0;

/// One of the eight boxes of an amount: 6 mm by 7 mm.
pub(super) const BOX: (f32, f32) = (17.0, 19.8);
/// 受付日附印: 25 mm by 25 mm.
pub(super) const DATE_STAMP: f32 = 70.9;

/// Labels.
pub(super) const LABEL: f32 = 6.0;
/// Titles of panels.
pub(super) const TITLE: f32 = 8.5;
/// Names: smaller down to 70 %, then on two lines, then refused.
pub(super) const NAME: Sizes = Sizes { base: 9.0, one_line_min: 6.3, two_lines: Some((8.0, 5.5)) };
/// Figures.
pub(super) const FIGURE: f32 = 9.0;
/// Lines of frames, in points.
pub(super) const RULE: f32 = 0.4;

/// Sets the origin to a panel; an overprint is moved by its offset.
pub(super) fn enter(pen: &mut Pen<'_>, panel: Panel, print: SlipPrint) {
    let (x, y) = moved(print);
    pen.origin(LEFT + panel.left + x, BOTTOM + y);
}

/// How far an overprint is moved, in points.
pub(super) fn moved(print: SlipPrint) -> (f32, f32) {
    match print.mode {
        PrintMode::Full => (0.0, 0.0),
        PrintMode::Overprint(it) => (f32::from(it.x()) * 0.24, f32::from(it.y()) * 0.24),
    }
}

/// The module of the bars.
pub(super) fn pitch(print: SlipPrint) -> Pitch {
    match print.profile {
        PrintProfile::Dpi300 => Pitch::DPI_300,
        PrintProfile::Dpi400 => Pitch::DPI_400,
    }
}

/// Writes a name that must fit between `x` and `right`: on one line, or on two, the second below.
///
/// # Errors
/// When it does not fit at the smallest size, or a font lacks a part of it. A slip with another name than
/// the payer's must not reach a store.
pub(super) fn name(
    pen: &mut Pen<'_>,
    (x, y, right): (f32, f32, f32),
    field: &'static str,
    text: &str,
) -> Result<(), Error> {
    if pen.fonts().lacks(text) {
        return Err(Error::GlyphMissing { field });
    }
    match Fit::new(pen.fonts(), text, right - x, NAME) {
        Some(Fit::One { size, text }) => pen.text(x, y, size, text),
        Some(Fit::Two { size, upper, lower }) => {
            pen.text(x, y, size, upper);
            pen.text(x, y - size * 1.15, size, lower);
        }
        None => return Err(Error::DoesNotFit { field }),
    }
    Ok(())
}

/// Writes a label.
pub(super) fn label(pen: &mut Pen<'_>, x: f32, y: f32, text: &str) {
    pen.text(x, y, LABEL, text);
}

/// Left edge of the eight boxes of an amount in a panel.
pub(super) fn boxes_left(panel: Panel) -> f32 {
    panel.width - MARGIN - 8.0 * BOX.0
}

/// Draws the eight empty boxes of an amount, and what each place is.
pub(super) fn amount_boxes(pen: &mut Pen<'_>, panel: Panel) {
    let left = boxes_left(panel);
    for (place, head) in ["千", "百", "十", "万", "千", "百", "十", "円"].iter().enumerate()
    {
        let x = left + place as f32 * BOX.0;
        pen.frame(x, BOXES_Y, BOX.0, BOX.1);
        pen.text_center(x + BOX.0 / 2.0, BOXES_Y + BOX.1 + 2.0, 5.0, head);
    }
    label(pen, left, BOXES_Y + BOX.1 + 9.5, "金額");
}

/// Writes an amount into its boxes, a digit in each, from the right.
pub(super) fn amount_digits(pen: &mut Pen<'_>, panel: Panel, yen: i32) {
    let right = boxes_left(panel) + 8.0 * BOX.0;
    for (place, digit) in yen.to_string().chars().rev().enumerate() {
        let x = right - (place as f32 + 0.5) * BOX.0;
        pen.text_center(x, BOXES_Y + 5.2, 13.0, digit.encode_utf8(&mut [0; 4]));
    }
}

/// Draws the box of a date stamp, with its name.
pub(super) fn date_stamp(pen: &mut Pen<'_>, (x, y): (f32, f32), side: f32, name: &str) {
    pen.frame(x, y, side, side);
    pen.grey(0.45);
    pen.text_center(x + side / 2.0, y + side - 9.0, LABEL, name);
    pen.grey(0.0);
}

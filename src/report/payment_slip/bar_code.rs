//! The bars with their two lines, and the crossed box that stands for them on a proof.

use crate::domain::SlipPrint;
use crate::pdf::{Pen, Symbol};
use crate::report::Error;
use crate::report::payment_slip::layout::{HEADQUARTERS, pitch};
use crate::report::payment_slip::{Face, proof};

/// Lower edge of the bars. Below them are two lines and 5 mm to the edge.
pub(super) const BARS_Y: f32 = 48.0;
/// Height of the bars: 11 mm, one more than is asked for.
pub(super) const BARS_HEIGHT: f32 = 31.2;
/// Size of the digits below the bars.
const DIGITS: f32 = 7.5;

/// Draws the bars of a slip in the middle of the headquarters' panel. At least 2.54 mm on each side stay free.
pub(super) fn draw(pen: &mut Pen<'_>, face: &Face<'_>, print: SlipPrint) -> Result<(), Error> {
    let middle = HEADQUARTERS.width / 2.0;
    // 44 digits are an even number.
    let symbol = Symbol::gs1_128(face.payload.as_str()).ok_or(Error::NoSymbol)?;
    let width = pitch(print).width(&symbol);
    let left = middle - width / 2.0;
    if print.proof {
        proof::crossed_box(pen, (left, BARS_Y), (width, BARS_HEIGHT));
    } else {
        pen.bars(&symbol, pitch(print), (left, BARS_Y), BARS_HEIGHT);
    }
    let [upper, lower] = face.payload.human_readable();
    pen.text_center(middle, BARS_Y - 10.0, DIGITS, &upper);
    pen.text_center(middle, BARS_Y - 19.0, DIGITS, &lower);
    Ok(())
}

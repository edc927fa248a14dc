//! Makes a text fit a width: smaller first, then on two lines, and never cut off.

use crate::pdf::{FontChain, shape};

/// Sizes a text may have, in points.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// The size when there is room.
    pub base: f32,
    /// The smallest size on one line, below which two lines are tried.
    pub one_line_min: f32,
    /// The largest and the smallest size on two lines, where there is room for two.
    pub two_lines: Option<(f32, f32)>,
}

/// How a text fits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fit<'t> {
    /// On one line.
    One {
        /// Points.
        size: f32,
        /// The text.
        text: &'t str,
    },
    /// On two lines.
    Two {
        /// Points.
        size: f32,
        /// The upper line.
        upper: &'t str,
        /// The lower line.
        lower: &'t str,
    },
}

/// Sizes are tried in steps of a tenth of a point.
const STEPS_PER_POINT: f32 = 10.0;

impl<'t> Fit<'t> {
    /// Fits a text into a width in points. `None` when it does not fit at the smallest size: it is
    /// for the caller to refuse, because a name that is cut off is another name.
    pub fn new(fonts: &FontChain, text: &'t str, width: f32, sizes: Sizes) -> Option<Fit<'t>> {
        let ems = fonts.width(text, 1.0);
        if ems * sizes.base <= width {
            return Some(Fit::One { size: sizes.base, text });
        }
        let size = step_down(width / ems);
        if sizes.one_line_min <= size {
            return Some(Fit::One { size, text });
        }
        let (largest, smallest) = sizes.two_lines?;
        // Half of the text is the least that one of the lines must hold.
        let mut size = step_down(largest.min(2.0 * width / ems));
        while smallest <= size {
            let at = break_at(fonts, text, width / size);
            let (upper, lower) = text.split_at(at);
            if fonts.width(lower, size) <= width {
                return Some(Fit::Two { size, upper, lower });
            }
            size = step_down(size - 0.5 / STEPS_PER_POINT);
        }
        None
    }
}

fn step_down(size: f32) -> f32 {
    (size * STEPS_PER_POINT).floor() / STEPS_PER_POINT
}

/// Where the first line ends: a byte offset, never between a character and its marks.
fn break_at(fonts: &FontChain, text: &str, ems: f32) -> usize {
    let (mut at, mut end, mut thousandths) = (0, 0, 0);
    for (c, selector) in shape::clusters(text) {
        if !shape::is_mark(c) {
            at = end;
        }
        thousandths += fonts.thousandths(c, selector);
        if ems * 1000.0 < thousandths as f32 {
            return at;
        }
        end += c.len_utf8() + selector.map_or(0, char::len_utf8);
    }
    text.len()
}

//! Where things are on a page of the list, in points from the lower left corner of A4 landscape.

use crate::pdf::{Fit, Grid, PageSize, Pen, Sizes};
use crate::report::Error;

/// The page.
pub(super) const PAGE: PageSize = PageSize::A4_LANDSCAPE;
/// Left margin, 10 mm.
pub(super) const LEFT: f32 = 28.3;
/// Right margin.
pub(super) const RIGHT: f32 = 813.6;
/// The middle.
pub(super) const CENTER: f32 = (LEFT + RIGHT) / 2.0;

/// Columns of the table.
pub(super) const HEADS: [&str; 8] =
    ["請求番号", "再発行区分", "顧客番号", "顧客名", "支払期限", "印紙", "請求金額", ""];

/// The table: a head, twenty rows, and room for the grand total.
pub(super) const GRID: Grid<8> = Grid {
    left: LEFT,
    top: 503.0,
    // The last column holds the tenant's code, faintly: it marks every row, also a torn-off one.
    widths: [104.0, 50.0, 128.0, 300.3, 66.0, 34.0, 75.0, 28.0],
    head: 17.0,
    row: 20.0,
};

/// Size of the table's head.
pub(super) const HEAD_SIZE: f32 = 8.0;
/// Size of the tenant's code beside each row.
pub(super) const MARK_SIZE: f32 = 7.0;
/// Darkness of the tenant's code beside each row.
pub(super) const MARK_GREY: f32 = 0.62;

/// Sizes of text in the table's cells.
pub(super) const CELL: Sizes = Sizes { base: 9.5, one_line_min: 6.0, two_lines: Some((7.5, 5.0)) };
/// Sizes of the lines above and below the table.
pub(super) const LINE: Sizes = Sizes { base: 8.5, one_line_min: 6.5, two_lines: Some((7.0, 4.5)) };
/// Sizes of such a line with another one close below.
pub(super) const CLOSE_LINE: Sizes = Sizes { base: 8.5, one_line_min: 5.0, two_lines: None };
/// Sizes of the figures on the cover.
pub(super) const COVER: Sizes =
    Sizes { base: 12.0, one_line_min: 9.0, two_lines: Some((10.0, 6.0)) };

/// Writes a line that must fit between `x` and `right`, and returns how far below `y` its last
/// baseline is: 0 on one line.
///
/// # Errors
/// When it does not fit at the smallest size.
pub(super) fn line(
    pen: &mut Pen<'_>,
    (x, y, right): (f32, f32, f32),
    sizes: Sizes,
    field: &'static str,
    text: &str,
) -> Result<f32, Error> {
    match Fit::new(pen.fonts(), text, right - x, sizes) {
        Some(Fit::One { size, text }) => {
            pen.text(x, y, size, text);
            Ok(0.0)
        }
        Some(Fit::Two { size, upper, lower }) => {
            pen.text(x, y, size, upper);
            pen.text(x, y - size * 1.2, size, lower);
            Ok(size * 1.2)
        }
        None => Err(Error::DoesNotFit { field }),
    }
}

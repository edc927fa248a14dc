//! A table: its columns, its rules, and text in its cells.

use crate::pdf::{Fit, Pen, Sizes};

/// Where text stands in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// At the left rule.
    Left,
    /// In the middle.
    Center,
    /// At the right rule.
    Right,
}

/// A table with a head and rows of one height. Lengths are in points.
#[derive(Debug, Clone)]
pub struct Grid<const COLUMNS: usize> {
    /// Left edge.
    pub left: f32,
    /// Upper edge of the head.
    pub top: f32,
    /// Width of each column.
    pub widths: [f32; COLUMNS],
    /// Height of the head.
    pub head: f32,
    /// Height of a row.
    pub row: f32,
}

/// Room between a rule and text.
const PADDING: f32 = 4.0;

impl<const COLUMNS: usize> Grid<COLUMNS> {
    /// Left edge of a column; of the table's right edge for the number after the last.
    pub fn x(&self, column: usize) -> f32 {
        self.left + self.widths.iter().take(column).sum::<f32>()
    }

    /// Lower edge of a row, counted from 0. It is also where the row after it begins.
    pub fn bottom(&self, row: usize) -> f32 {
        // A page has a few dozen rows.
        self.top - self.head - self.row * (row + 1) as f32
    }

    /// Draws the rules around the head and `rows` rows.
    pub fn rules(&self, pen: &mut Pen<'_>, rows: usize) {
        let (left, right) = (self.left, self.x(COLUMNS));
        let bottom = self.bottom(rows) + self.row;
        pen.line((left, self.top), (right, self.top));
        for row in 0..=rows {
            let y = self.bottom(row) + self.row;
            pen.line((left, y), (right, y));
        }
        for column in 0..=COLUMNS {
            let x = self.x(column);
            pen.line((x, self.top), (x, bottom));
        }
    }

    /// Writes the head.
    pub fn heads(&self, pen: &mut Pen<'_>, heads: [&str; COLUMNS], size: f32) {
        let y = self.top - self.head + (self.head - size) / 2.0 + size * 0.14;
        for (column, head) in heads.into_iter().enumerate() {
            pen.text_center(self.x(column) + self.widths[column] / 2.0, y, size, head);
        }
    }

    /// Writes a text into a cell of a row, as large as it fits. False when it does not fit.
    #[must_use]
    pub fn cell(
        &self,
        pen: &mut Pen<'_>,
        (row, column): (usize, usize),
        align: Align,
        sizes: Sizes,
        text: &str,
    ) -> bool {
        let width = self.widths[column] - 2.0 * PADDING;
        let middle = self.bottom(row) + self.row / 2.0;
        // The middle of a kanji is a little over a third of its size above the baseline.
        match Fit::new(pen.fonts(), text, width, sizes) {
            Some(Fit::One { size, text }) => {
                self.put(pen, column, align, (middle - size * 0.36, size), text);
            }
            Some(Fit::Two { size, upper, lower }) => {
                self.put(pen, column, align, (middle + size * 0.19, size), upper);
                self.put(pen, column, align, (middle - size * 0.91, size), lower);
            }
            None => return false,
        }
        true
    }

    fn put(
        &self,
        pen: &mut Pen<'_>,
        column: usize,
        align: Align,
        (y, size): (f32, f32),
        text: &str,
    ) {
        let (left, right) = (self.x(column), self.x(column + 1));
        match align {
            Align::Left => pen.text(left + PADDING, y, size, text),
            Align::Center => pen.text_center((left + right) / 2.0, y, size, text),
            Align::Right => pen.text_right(right - PADDING, y, size, text),
        }
    }
}

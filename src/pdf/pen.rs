//! The pen: draws one page in points, from the lower left corner, with the ink that its document has.

use crate::pdf::content::number;
use crate::pdf::ink::{Drawing, Ink, hundredths};
use crate::pdf::shape::{self, Piece};
use crate::pdf::usage::Usage;
use crate::pdf::{FontChain, Form, Pitch, Symbol};

/// A drawn page that is not encoded yet.
#[derive(Debug)]
pub struct Sheet {
    /// What was drawn.
    pub(crate) drawing: Drawing,
    /// What stands behind it in the content stream as it is: bars.
    pub(crate) bars: Vec<u8>,
    /// Characters drawn, per face, as places in the face's entries.
    pub(crate) drawn: Vec<Vec<u32>>,
}

/// Draws one page. Lengths are in points, the origin is the lower left corner.
pub struct Pen<'a> {
    chain: &'a FontChain,
    usage: &'a mut Usage,
    ink: Box<dyn Ink>,
    bars: Vec<u8>,
    /// How dark text and filled areas are now.
    level: f32,
    /// The face and its size, in hundredths of a point.
    font: Option<(usize, i32)>,
    /// What is added to every position, in hundredths of a point.
    origin: (i32, i32),
    /// Where the last text began, in hundredths of a point; none outside of a text section.
    cursor: Option<(i32, i32)>,
}

impl<'a> Pen<'a> {
    pub(crate) fn new(chain: &'a FontChain, usage: &'a mut Usage, ink: Box<dyn Ink>) -> Pen<'a> {
        // A pen that was dropped half-way leaves characters behind; they are not this sheet's.
        usage.take_sheet();
        Pen {
            chain,
            usage,
            ink,
            bars: Vec::new(),
            level: 0.0,
            font: None,
            origin: (0, 0),
            cursor: None,
        }
    }

    /// The fonts, to measure with.
    pub fn fonts(&self) -> &'a FontChain {
        self.chain
    }

    /// Sets where the lower left corner of what is drawn from now on lies on the page. Forms keep their place.
    pub fn origin(&mut self, x: f32, y: f32) {
        self.origin = (hundredths(x), hundredths(y));
    }

    /// Draws a text with its left end at `x` and its baseline at `y`.
    pub fn text(&mut self, x: f32, y: f32, size: f32, text: &str) {
        if text.is_empty() {
            return;
        }
        let (from_x, from_y) = self.cursor.unwrap_or_else(|| {
            self.ink.begin_text();
            (0, 0)
        });
        // Relative, in whole hundredths: shorter than a matrix, and rounding cannot add up. It also
        // keeps printpdf from joining lone glyphs on a line, for which it would need their widths.
        let (to_x, to_y) = self.at(x, y);
        self.ink.move_by(to_x - from_x, to_y - from_y);
        self.cursor = Some((to_x, to_y));
        let (ink, font, size) = (&mut self.ink, &mut self.font, hundredths(size));
        shape::shape(self.chain, self.usage, text, |face, piece| {
            if font.replace((face, size)) != Some((face, size)) {
                ink.font(face, size);
            }
            match piece {
                Piece::Own { c, cid } => ink.character(c, cid),
                Piece::Glyph { cid } => ink.glyph(cid),
                Piece::StandsFor { cid, text } => ink.stand_for(cid, &text),
            }
        });
    }

    /// Draws a text with its right end at `x`.
    pub fn text_right(&mut self, x: f32, y: f32, size: f32, text: &str) {
        self.text(x - self.chain.width(text, size), y, size, text);
    }

    /// Draws a text with its middle at `x`.
    pub fn text_center(&mut self, x: f32, y: f32, size: f32, text: &str) {
        self.text(x - self.chain.width(text, size) / 2.0, y, size, text);
    }

    /// Sets how dark text and filled areas are: 0 is black, 1 is white.
    pub fn grey(&mut self, level: f32) {
        self.level = level;
        self.ink.fill_grey(hundredths(level));
    }

    /// Sets the thickness and the darkness (0 is black) of lines.
    pub fn stroke(&mut self, thickness: f32, level: f32) {
        self.leave_text();
        self.ink.stroke(hundredths(thickness), hundredths(level));
    }

    /// Makes lines dashed: points drawn and points left out in turn. An empty pattern makes them whole again.
    pub fn dash(&mut self, pattern: &[f32]) {
        self.leave_text();
        let pattern: Vec<i32> = pattern.iter().copied().map(hundredths).collect();
        self.ink.dash(&pattern);
    }

    /// Draws a straight line.
    pub fn line(&mut self, from: (f32, f32), to: (f32, f32)) {
        self.leave_text();
        self.path(&[from, to], false);
    }

    /// Draws the outline of a rectangle, given by its lower left corner.
    pub fn frame(&mut self, x: f32, y: f32, width: f32, height: f32) {
        self.leave_text();
        let (right, top) = (x + width, y + height);
        self.path(&[(x, y), (right, y), (right, top), (x, top)], true);
    }

    fn path(&mut self, corners: &[(f32, f32)], is_closed: bool) {
        let corners: Vec<_> = corners.iter().map(|(x, y)| self.at(*x, *y)).collect();
        self.ink.path(&corners, is_closed);
    }

    /// Draws the bars of a symbol with the darkness of [`Self::grey`], from the dot nearest to `x` on, and returns
    /// where the first bar's module begins. Never as a picture: its edges are exact at every resolution.
    ///
    /// They lie above everything else on the page. A symbol is more rectangles than a slip has of anything else: they
    /// are written here whatever the ink: printpdf makes four numbers of each into objects and then into text. Each is
    /// filled by itself: readers place a lone rectangle on dots with more care than one among many.
    pub fn bars(&mut self, symbol: &Symbol, pitch: Pitch, (x, y): (f32, f32), height: f32) -> f32 {
        let (x, y) = self.at(x, y);
        let (begin, height) = (pitch.snap(x), hundredths(height));
        self.bars.extend_from_slice(b"q ");
        number(&mut self.bars, hundredths(self.level));
        self.bars.extend_from_slice(b"g\n");
        for bar in symbol.bars() {
            let (left, width) = pitch.bar(bar);
            for it in [begin + left, y, width, height] {
                number(&mut self.bars, it);
            }
            self.bars.extend_from_slice(b"re f\n");
        }
        self.bars.extend_from_slice(b"Q\n");
        (begin - self.origin.0) as f32 / 100.0
    }

    /// Fills a rectangle, given by its lower left corner, with the darkness of [`Self::grey`].
    pub fn fill(&mut self, x: f32, y: f32, width: f32, height: f32) {
        self.leave_text();
        let corner = self.at(x, y);
        self.ink.rectangle(corner, (hundredths(width), hundredths(height)));
    }

    /// A position on the page, in hundredths of a point.
    fn at(&self, x: f32, y: f32) -> (i32, i32) {
        (hundredths(x) + self.origin.0, hundredths(y) + self.origin.1)
    }

    /// Draws a form of the document at its own place.
    pub fn form(&mut self, form: &Form) {
        self.leave_text();
        self.ink.form(form.number());
    }

    /// Ends the page.
    pub fn finish(mut self) -> Sheet {
        self.leave_text();
        Sheet { drawing: self.ink.finish(), bars: self.bars, drawn: self.usage.take_sheet() }
    }

    fn leave_text(&mut self) {
        if self.cursor.take().is_some() {
            self.ink.end_text();
        }
    }
}

//! The pen: draws one page in points, from the lower left corner, as printpdf operations.

use std::collections::BTreeMap;
use std::io::Write as _;

use printpdf::{
    Codepoint, Color, DictItem, FontId, Greyscale, Line, LineDashPattern, LinePoint, Op, PaintMode,
    PdfFontHandle, Point, Pt, Rect, TextItem, XObjectId, XObjectTransform,
};

use crate::pdf::shape::{self, Run};
use crate::pdf::usage::Usage;
use crate::pdf::{FontChain, Form, Pitch, Symbol};

/// A drawn page that is not encoded yet.
#[derive(Debug)]
pub struct Sheet {
    /// What printpdf is to write.
    pub(crate) ops: Vec<Op>,
    /// What stands behind it in the content stream as it is: bars.
    pub(crate) bars: Vec<u8>,
    /// Characters drawn, per face, as places in the face's entries.
    pub(crate) drawn: Vec<Vec<u32>>,
}

/// Draws one page. Lengths are in points, the origin is the lower left corner.
pub struct Pen<'a> {
    chain: &'a FontChain,
    usage: &'a mut Usage,
    ops: Vec<Op>,
    bars: Vec<u8>,
    /// How dark text and filled areas are now.
    level: f32,
    font: Option<(usize, f32)>,
    /// What is added to every position, in hundredths of a point.
    origin: (i32, i32),
    /// Where the last text began, in hundredths of a point; none outside of a text section.
    cursor: Option<(i32, i32)>,
}

impl<'a> Pen<'a> {
    pub(crate) fn new(chain: &'a FontChain, usage: &'a mut Usage) -> Pen<'a> {
        // A pen that was dropped half-way leaves characters behind; they are not this sheet's.
        usage.take_sheet();
        Pen {
            chain,
            usage,
            ops: Vec::with_capacity(400),
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
            self.ops.push(Op::StartTextSection);
            (0, 0)
        });
        // Relative, in whole hundredths: shorter than a matrix, and rounding cannot add up. It also
        // keeps printpdf from joining lone glyphs on a line, for which it would need their widths.
        let (to_x, to_y) = self.at(x, y);
        self.ops.push(Op::SetTextCursor { pos: point(to_x - from_x, to_y - from_y) });
        self.cursor = Some((to_x, to_y));
        for run in shape::shape(self.chain, self.usage, text) {
            self.run(run, size);
        }
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
        let col = Color::Greyscale(Greyscale { percent: level, icc_profile: None });
        self.ops.push(Op::SetFillColor { col });
    }

    /// Sets the thickness and the darkness (0 is black) of lines.
    pub fn stroke(&mut self, thickness: f32, level: f32) {
        self.leave_text();
        let col = Color::Greyscale(Greyscale { percent: level, icc_profile: None });
        self.ops.push(Op::SetOutlineThickness { pt: Pt(thickness) });
        self.ops.push(Op::SetOutlineColor { col });
    }

    /// Makes lines dashed: points drawn and points left out in turn. An empty pattern makes them whole again.
    pub fn dash(&mut self, pattern: &[f32]) {
        self.leave_text();
        self.ops.push(Op::SetLineDashPattern { dash: LineDashPattern::new(0.0, pattern) });
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
        let corner = |(x, y): &(f32, f32)| {
            let (x, y) = self.at(*x, *y);
            LinePoint { p: point(x, y), bezier: false }
        };
        let line = Line { points: corners.iter().map(corner).collect(), is_closed };
        self.ops.push(Op::DrawLine { line });
    }

    /// Draws the bars of a symbol with the darkness of [`Self::grey`], from the dot nearest to `x` on, and returns
    /// where the first bar's module begins. Never as a picture: its edges are exact at every resolution.
    ///
    /// They lie above everything else on the page. A symbol is more rectangles than a slip has of anything else: they
    /// are written here and not by printpdf, which makes four numbers of each into objects and then into text. Each is
    /// filled by itself: readers place a lone rectangle on dots with more care than one among many.
    pub fn bars(&mut self, symbol: &Symbol, pitch: Pitch, (x, y): (f32, f32), height: f32) -> f32 {
        let (x, y) = self.at(x, y);
        let (begin, height) = (pitch.snap(x), hundredths(height));
        self.bars.extend_from_slice(b"q ");
        write_number(&mut self.bars, hundredths(self.level));
        self.bars.extend_from_slice(b"g\n");
        for bar in symbol.bars() {
            let (left, width) = pitch.bar(bar);
            for number in [begin + left, y, width, height] {
                write_number(&mut self.bars, number);
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
        self.rectangle(corner, (hundredths(width), hundredths(height)));
    }

    fn rectangle(&mut self, (x, y): (i32, i32), (width, height): (i32, i32)) {
        let rectangle = Rect {
            x: points(x),
            y: points(y),
            width: points(width),
            height: points(height),
            mode: Some(PaintMode::Fill),
            winding_order: None,
        };
        self.ops.push(Op::DrawRectangle { rectangle });
    }

    /// A position on the page, in hundredths of a point.
    fn at(&self, x: f32, y: f32) -> (i32, i32) {
        (hundredths(x) + self.origin.0, hundredths(y) + self.origin.1)
    }

    /// Draws a form of the document at its own place.
    pub fn form(&mut self, form: &Form) {
        self.leave_text();
        let transform = XObjectTransform { no_auto_scale: true, ..XObjectTransform::default() };
        self.ops.push(Op::UseXobject { id: XObjectId(form.name()), transform });
    }

    /// Ends the page.
    pub fn finish(mut self) -> Sheet {
        self.leave_text();
        Sheet { ops: self.ops, bars: self.bars, drawn: self.usage.take_sheet() }
    }

    fn leave_text(&mut self) {
        if self.cursor.take().is_some() {
            self.ops.push(Op::EndTextSection);
        }
    }

    fn run(&mut self, run: Run, size: f32) {
        let face = run.face();
        if self.font != Some((face, size)) {
            self.font = Some((face, size));
            let font = PdfFontHandle::External(FontId(face_name(face)));
            self.ops.push(Op::SetFont { font, size: Pt(size) });
        }
        match run {
            Run::Plain { text, .. } => {
                self.ops.push(Op::ShowText { items: vec![TextItem::Text(text)] });
            }
            Run::Glyph { cid, .. } => self.glyph(Codepoint::new(cid, 0.0)),
            Run::StandsFor { cid, text, .. } => {
                let actual = [0xFE, 0xFF].into_iter();
                let actual = actual.chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
                let map = BTreeMap::from([("ActualText".to_owned(), DictItem::Bytes(actual))]);
                let properties = DictItem::Dict { map };
                let tag = "Span".to_owned();
                self.ops.push(Op::BeginMarkedContentWithProperties { tag, properties });
                self.glyph(Codepoint::with_cid(cid, 0.0, text));
                self.ops.push(Op::EndMarkedContentWithProperties);
            }
        }
    }

    fn glyph(&mut self, glyph: Codepoint) {
        self.ops.push(Op::ShowText { items: vec![TextItem::GlyphIds(vec![glyph])] });
    }
}

/// The resource name of a face.
pub(crate) fn face_name(face: usize) -> String {
    format!("F{face}")
}

/// Rounds to hundredths of a point: less is not seen, and more digits make the file larger.
fn hundredths(value: f32) -> i32 {
    (value * 100.0).round() as i32
}

/// Writes a number of hundredths, and a blank behind it.
fn write_number(out: &mut Vec<u8>, hundredths: i32) {
    let (whole, part) = (hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100);
    let sign = if hundredths < 0 { "-" } else { "" };
    // Writing into memory does not fail.
    let _ = match part {
        0 => write!(out, "{sign}{whole} "),
        it if it % 10 == 0 => write!(out, "{sign}{whole}.{} ", it / 10),
        it => write!(out, "{sign}{whole}.{it:02} "),
    };
}

fn points(hundredths: i32) -> Pt {
    Pt(hundredths as f32 / 100.0)
}

fn point(x: i32, y: i32) -> Point {
    Point { x: points(x), y: points(y) }
}

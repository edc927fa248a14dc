//! Operations for printpdf, which turns them into a content stream (see `encoder`).

use std::collections::BTreeMap;

use printpdf::{
    Codepoint, Color, DictItem, FontId, Greyscale, Line, LineDashPattern, LinePoint, Op, PaintMode,
    PdfFontHandle, Point, Pt, Rect, TextItem, XObjectId, XObjectTransform,
};

use crate::pdf::ink::{Drawing, Ink, face_name, form_name};

/// Collects operations.
#[derive(Default)]
pub(crate) struct Printed {
    ops: Vec<Op>,
    /// Characters that are not shown yet.
    text: String,
}

impl Printed {
    fn push(&mut self, op: Op) {
        self.show();
        self.ops.push(op);
    }

    fn show(&mut self) {
        if !self.text.is_empty() {
            let items = vec![TextItem::Text(std::mem::take(&mut self.text))];
            self.ops.push(Op::ShowText { items });
        }
    }

    fn glyphs(&mut self, glyph: Codepoint) {
        self.push(Op::ShowText { items: vec![TextItem::GlyphIds(vec![glyph])] });
    }
}

impl Ink for Printed {
    fn begin_text(&mut self) {
        self.push(Op::StartTextSection);
    }

    fn end_text(&mut self) {
        self.push(Op::EndTextSection);
    }

    fn move_by(&mut self, x: i32, y: i32) {
        self.push(Op::SetTextCursor { pos: point(x, y) });
    }

    fn font(&mut self, face: usize, size: i32) {
        let font = PdfFontHandle::External(FontId(face_name(face)));
        self.push(Op::SetFont { font, size: points(size) });
    }

    fn character(&mut self, c: char, _: u16) {
        self.text.push(c);
    }

    fn glyph(&mut self, cid: u16) {
        self.glyphs(Codepoint::new(cid, 0.0));
    }

    fn stand_for(&mut self, cid: u16, text: &str) {
        let actual = [0xFE, 0xFF].into_iter();
        let actual = actual.chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
        let map = BTreeMap::from([("ActualText".to_owned(), DictItem::Bytes(actual))]);
        let properties = DictItem::Dict { map };
        self.push(Op::BeginMarkedContentWithProperties { tag: "Span".to_owned(), properties });
        self.glyphs(Codepoint::with_cid(cid, 0.0, text.to_owned()));
        self.push(Op::EndMarkedContentWithProperties);
    }

    fn fill_grey(&mut self, level: i32) {
        self.push(Op::SetFillColor { col: grey(level) });
    }

    fn stroke(&mut self, thickness: i32, level: i32) {
        self.push(Op::SetOutlineThickness { pt: points(thickness) });
        self.push(Op::SetOutlineColor { col: grey(level) });
    }

    fn dash(&mut self, pattern: &[i32]) {
        let pattern: Vec<f32> = pattern.iter().map(|it| points(*it).0).collect();
        self.push(Op::SetLineDashPattern { dash: LineDashPattern::new(0.0, &pattern) });
    }

    fn path(&mut self, corners: &[(i32, i32)], is_closed: bool) {
        let corner = |(x, y): &(i32, i32)| LinePoint { p: point(*x, *y), bezier: false };
        let line = Line { points: corners.iter().map(corner).collect(), is_closed };
        self.push(Op::DrawLine { line });
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
        self.push(Op::DrawRectangle { rectangle });
    }

    fn form(&mut self, number: usize) {
        let transform = XObjectTransform { no_auto_scale: true, ..XObjectTransform::default() };
        self.push(Op::UseXobject { id: XObjectId(form_name(number)), transform });
    }

    fn finish(mut self: Box<Self>) -> Drawing {
        self.show();
        Drawing::Operations(self.ops)
    }
}

fn grey(level: i32) -> Color {
    Color::Greyscale(Greyscale { percent: points(level).0, icc_profile: None })
}

fn points(hundredths: i32) -> Pt {
    Pt(hundredths as f32 / 100.0)
}

fn point(x: i32, y: i32) -> Point {
    Point { x: points(x), y: points(y) }
}

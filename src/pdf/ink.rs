//! What a pen draws with: operations of a page in points, written by us or by printpdf.

/// One way to write what a pen draws. Positions and lengths are in hundredths of a point: less is not seen, and more
/// digits make the file larger.
///
/// There are two. [`Content`](crate::pdf::content::Content) writes content streams itself and is what exports are drawn
/// with. [`Printed`](crate::pdf::printed::Printed) hands operations to printpdf: small documents are drawn with it, and it
/// is the second opinion that the tests hold the first against, pixel by pixel.
pub(crate) trait Ink: Send {
    /// Begins a text section.
    fn begin_text(&mut self);
    /// Ends a text section.
    fn end_text(&mut self);
    /// Sets where the next text begins, from where the last one of this section began.
    fn move_by(&mut self, x: i32, y: i32);
    /// Sets the face, by its place in the chain, and its size.
    fn font(&mut self, face: usize, size: i32);
    /// Draws a character that stands for itself, behind the last one.
    fn character(&mut self, c: char, cid: u16);
    /// Draws a glyph that already says the right text.
    fn glyph(&mut self, cid: u16);
    /// Draws a glyph that stands for another text: a reader that copies it gets that text.
    fn stand_for(&mut self, cid: u16, text: &str);
    /// Sets how dark text and areas are: 0 is black, 100 is white.
    fn fill_grey(&mut self, level: i32);
    /// Sets the thickness and the darkness of lines.
    fn stroke(&mut self, thickness: i32, level: i32);
    /// Sets a pattern of lines: drawn and left out in turn. Empty: they are whole.
    fn dash(&mut self, pattern: &[i32]);
    /// Draws lines from corner to corner, and back to the first when the path is closed.
    fn path(&mut self, corners: &[(i32, i32)], is_closed: bool);
    /// Fills a rectangle, given by its lower left corner.
    fn rectangle(&mut self, corner: (i32, i32), size: (i32, i32));
    /// Draws a form of the document at its own place.
    fn form(&mut self, number: usize);
    /// Ends the page.
    fn finish(self: Box<Self>) -> Drawing;
}

/// A page that was drawn.
#[derive(Debug)]
pub(crate) enum Drawing {
    /// Its content stream.
    Content(Vec<u8>),
    /// What printpdf is to write.
    Operations(Vec<printpdf::Op>),
}

/// The resource name of a face.
pub(crate) fn face_name(face: usize) -> String {
    format!("F{face}")
}

/// The resource name of a form.
pub(crate) fn form_name(number: usize) -> String {
    format!("X{number}")
}

/// Rounds to hundredths of a point.
pub(crate) fn hundredths(value: f32) -> i32 {
    (value * 100.0).round() as i32
}

//! Draws slips while their rows arrive, and refuses a row that was not promised.

use std::io::Write;
use std::sync::Arc;

use crate::domain::{Issuer, PrintMode, SlipPrint};
use crate::pdf::{Document, FontChain, Form, Meta, Pen};
use crate::report::digest::issued_digest;
use crate::report::payment_slip::layout::{
    BOTTOM, HEADQUARTERS, HEIGHT, LEFT, PAGE, RECEIPT, RULE, STORE,
};
use crate::report::payment_slip::{
    Face, OwnedIssued, REPORT, empty, headquarters_stub, payload, proof, receipt, store_stub,
};
use crate::report::promise::Promise;
use crate::report::{Error, Finished, Front, PageDone, Totals, Writer, words};

/// Slips being written. After an error it writes no more: what is in `out` must be destroyed.
pub struct SlipWriter<W: Write> {
    document: Document<W>,
    front: Front,
    issuer: Issuer,
    print: SlipPrint,
    promise: Promise,
    /// What slips share; none when there is no slip.
    shared: Option<Shared>,
    failed: bool,
}

/// What is drawn once in a file and used by its slips.
struct Shared {
    /// Frames and labels, on blank paper; and what every slip of the issuer says.
    every: Form,
    /// For those that need no revenue stamp.
    no_stamp: Form,
}

impl Shared {
    fn add<W: Write>(
        document: &mut Document<W>,
        issuer: &Issuer,
        print: SlipPrint,
    ) -> Result<Shared, Error> {
        let mut pen = document.pen();
        // Forms that are printed on have frames of their own.
        if print.mode == PrintMode::Full {
            draw_frames(&mut pen, print);
        }
        headquarters_stub::issuer(&mut pen, issuer, print)?;
        store_stub::issuer(&mut pen, issuer, print)?;
        receipt::issuer(&mut pen, issuer, print)?;
        let sheet = pen.finish();
        let every = document.add_form(sheet)?;
        let mut pen = document.pen();
        receipt::no_stamp(&mut pen, print);
        let sheet = pen.finish();
        let no_stamp = document.add_form(sheet)?;
        Ok(Shared { every, no_stamp })
    }
}

impl<W: Write> SlipWriter<W> {
    /// Begins a file of slips, or writes the one page of a file without any.
    ///
    /// # Errors
    /// [`Error::TooLarge`] above 10,000 slips; [`Error::Disagrees`] when the totals contradict themselves; or
    /// when the file cannot be written.
    pub fn new(
        out: W,
        fonts: Arc<FontChain>,
        (front, issuer): (Front, Issuer),
        print: SlipPrint,
        totals: Totals,
    ) -> Result<SlipWriter<W>, Error> {
        let promise = Promise::new(front.tenant_id, totals, REPORT.rows_max)?;
        let title = format!("{} {}", REPORT.title, front.tenant_code.as_str());
        let meta = Meta { title, created: words::in_japan(front.ordered_at) };
        let mut document = Document::new(out, fonts, meta, PAGE)?;
        let mut shared = None;
        if promise.is_kept() {
            let mut pen = document.pen();
            empty::draw(&mut pen, &front);
            page_code(&mut pen, &front, 1);
            let sheet = pen.finish();
            document.add_page(sheet)?;
        } else {
            shared = Some(Shared::add(&mut document, &issuer, print)?);
        }
        Ok(SlipWriter { document, front, issuer, print, promise, shared, failed: false })
    }

    fn draw(&mut self, row: &OwnedIssued) -> Result<PageDone, Error> {
        self.promise.admit(row.tenant_id, &row.slip)?;
        let face = Face {
            slip: &row.slip,
            tax: row.consumption_tax_yen,
            payload: payload(&row.slip, &self.front.tenant_code, &self.issuer),
        };
        let salt = &self.front.rows_salt;
        let digest = issued_digest(salt, face.slip, face.tax, &face.payload, &self.issuer);
        self.promise.count(&row.slip, &digest);
        if self.promise.is_kept() {
            self.promise.agrees()?;
        }
        let mut pen = self.document.pen();
        if self.print.proof {
            proof::marks(&mut pen, self.print);
        }
        if let Some(shared) = &self.shared {
            pen.form(&shared.every);
            if !row.slip.revenue_stamp {
                pen.form(&shared.no_stamp);
            }
        }
        headquarters_stub::fill(&mut pen, &face, self.print)?;
        store_stub::fill(&mut pen, &face, self.print)?;
        receipt::fill(&mut pen, &face, self.print)?;
        page_code(&mut pen, &self.front, self.promise.pages() + 1);
        let sheet = pen.finish();
        self.document.add_page(sheet)?;
        self.promise.end_page()
    }
}

impl<W: Write + Send> Writer<W, OwnedIssued> for SlipWriter<W> {
    fn push(&mut self, rows: &[OwnedIssued]) -> Result<Vec<PageDone>, Error> {
        if std::mem::replace(&mut self.failed, true) {
            return Err(Error::Failed);
        }
        let mut done = rows.iter().map(|it| self.draw(it)).collect::<Result<Vec<_>, _>>()?;
        self.document.flush()?;
        done.iter_mut().for_each(|it| it.bytes = self.document.page_bytes(it.page as usize - 1));
        self.failed = false;
        Ok(done)
    }

    fn finish(self: Box<Self>) -> Result<Finished<W>, Error> {
        if self.failed {
            return Err(Error::Failed);
        }
        let (rows, amount_yen, rows_digest) = self.promise.finish()?;
        let written = self.document.finish()?;
        Ok(Finished {
            sha256: written.sha256,
            bytes: written.bytes,
            pages: REPORT.pages(rows),
            rows,
            amount_yen,
            rows_digest,
            missing_glyphs: written.missing_glyphs,
            out: written.out,
        })
    }
}

/// Writes the code of a page above the slip, where the sheet is cut off.
fn page_code(pen: &mut Pen<'_>, front: &Front, page: u32) {
    pen.origin(0.0, 0.0);
    pen.text(LEFT, BOTTOM + HEIGHT + 6.0, 6.0, &format!("照会番号 {}", front.codes.code(page)));
}

/// Draws what every slip on blank paper has: perforations, labels, boxes.
pub(super) fn draw_frames(pen: &mut Pen<'_>, print: SlipPrint) {
    pen.origin(0.0, 0.0);
    pen.stroke(0.28, 0.4);
    pen.dash(&[3.0, 2.0]);
    let top = BOTTOM + HEIGHT;
    pen.line((0.0, top), (PAGE.width, top));
    for panel in [STORE, RECEIPT] {
        let x = LEFT + panel.left;
        pen.line((x, BOTTOM), (x, top));
    }
    pen.dash(&[]);
    pen.stroke(RULE, 0.25);
    headquarters_stub::frame(pen, print);
    store_stub::frame(pen, print);
    receipt::frame(pen, print);
}

const _: () = assert!(HEADQUARTERS.left == 0.0, "the first panel begins where the slip begins");

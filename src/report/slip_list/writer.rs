//! Draws the list page by page while its rows arrive, and refuses what the cover did not promise.

use std::io::Write;
use std::sync::Arc;

use crate::domain::{LIST_ROWS_PER_PAGE, Slip, list_pages};
use crate::pdf::{Document, FontChain, Form, Meta};
use crate::report::digest::row_digest;
use crate::report::promise::Promise;
use crate::report::slip_list::page::Ground;
use crate::report::slip_list::{
    Finished, Front, OwnedRow, PageDone, REPORT, Totals, cover, empty, layout, page,
};
use crate::report::{Error, Writer, words};

/// A list being written. After an error it writes no more: what is in `out` must be destroyed.
pub struct ListWriter<W: Write> {
    document: Document<W>,
    front: Front,
    promise: Promise,
    /// Header, table and alarm of every full page but the last; none when there is only one page.
    shared: Option<Form>,
    /// Rows of the page that is not full yet.
    waiting: Vec<Slip>,
    failed: bool,
}

impl<W: Write> ListWriter<W> {
    /// Begins a list and draws its cover, or the whole of a list without rows.
    ///
    /// # Errors
    /// [`Error::TooLarge`] above 40,000 rows; [`Error::Disagrees`] when the totals contradict
    /// themselves; [`Error::DoesNotFit`]; or when the file cannot be written.
    pub fn new(
        out: W,
        fonts: Arc<FontChain>,
        front: Front,
        totals: Totals,
    ) -> Result<ListWriter<W>, Error> {
        let promise = Promise::new(front.tenant_id, totals, REPORT.rows_max)?;
        let title = format!("{} {}", REPORT.title, front.tenant_code.as_str());
        let meta = Meta { title, created: words::in_japan(front.ordered_at) };
        let mut document = Document::new(out, fonts, meta, layout::PAGE)?;
        let totals = promise.totals();
        let pages = list_pages(totals.rows);
        let mut pen = document.pen();
        if totals.rows == 0 {
            empty::draw(&mut pen, &front, totals)?;
        } else {
            cover::draw(&mut pen, &front, totals, pages)?;
        }
        let sheet = pen.finish();
        document.add_page(sheet)?;
        let mut shared = None;
        if 1 < pages {
            let mut pen = document.pen();
            page::shared(&mut pen, &front, LIST_ROWS_PER_PAGE as usize)?;
            let sheet = pen.finish();
            shared = Some(document.add_form(sheet)?);
        }
        let waiting = Vec::with_capacity(LIST_ROWS_PER_PAGE as usize);
        Ok(ListWriter { document, front, promise, shared, waiting, failed: false })
    }

    /// Takes the next rows and draws every page they complete; the last row completes the last page.
    /// Blocks may have any length. The pages that are returned have been handed to the writer.
    ///
    /// # Errors
    /// [`Error::ForeignRow`], [`Error::Unsorted`] or [`Error::TooManyRows`] at the first such row,
    /// before it is drawn; [`Error::Disagrees`] when the last row has come and the sums are not the
    /// cover's; [`Error::DoesNotFit`]; or when the file cannot be written.
    pub fn push(&mut self, rows: &[OwnedRow]) -> Result<Vec<PageDone>, Error> {
        if std::mem::replace(&mut self.failed, true) {
            return Err(Error::Failed);
        }
        let mut done = Vec::new();
        for row in rows {
            self.promise.admit(row.tenant_id, &row.slip)?;
            self.promise.count(&row.slip, &row_digest(&self.front.rows_salt, &row.slip));
            self.waiting.push(row.slip.clone());
            let full = self.waiting.len() == LIST_ROWS_PER_PAGE as usize;
            if full || self.promise.is_kept() {
                done.push(self.draw_page()?);
            }
        }
        self.document.flush()?;
        // The first page of the document is the cover.
        done.iter_mut().for_each(|it| it.bytes = self.document.page_bytes(it.page as usize));
        self.failed = false;
        Ok(done)
    }

    /// Ends the list.
    ///
    /// # Errors
    /// [`Error::TooFewRows`] when the cover promised more; or when the file cannot be written.
    pub fn finish(self) -> Result<Finished<W>, Error> {
        if self.failed {
            return Err(Error::Failed);
        }
        let (rows, amount_yen, rows_digest) = self.promise.finish()?;
        let written = self.document.finish()?;
        Ok(Finished {
            sha256: written.sha256,
            bytes: written.bytes,
            pages: list_pages(rows),
            rows,
            amount_yen,
            rows_digest,
            missing_glyphs: written.missing_glyphs,
            out: written.out,
        })
    }

    /// Draws the rows that wait.
    fn draw_page(&mut self) -> Result<PageDone, Error> {
        let slips = std::mem::take(&mut self.waiting);
        let done = self.promise.end_page()?;
        let totals = self.promise.totals();
        let pages = list_pages(totals.rows);
        let ground = if done.page == pages {
            // The total is drawn from the cover's figures, so they must be the rows' figures.
            self.promise.agrees()?;
            Ground::Last(totals)
        } else {
            let form = self.shared.as_ref().ok_or(Error::Disagrees { what: "the page count" })?;
            Ground::Shared(form)
        };
        let mut pen = self.document.pen();
        page::draw(&mut pen, &self.front, ground, &slips, &done, pages)?;
        let sheet = pen.finish();
        self.document.add_page(sheet)?;
        Ok(done)
    }
}

impl<W: Write + Send> Writer<W, OwnedRow> for ListWriter<W> {
    fn push(&mut self, rows: &[OwnedRow]) -> Result<Vec<PageDone>, Error> {
        ListWriter::push(self, rows)
    }

    fn finish(self: Box<Self>) -> Result<Finished<W>, Error> {
        ListWriter::finish(*self)
    }
}

//! Draws the list page by page while its rows arrive, and refuses what the cover did not promise.

use std::io::Write;
use std::sync::Arc;

use crate::domain::{LIST_ROWS_MAX, LIST_ROWS_PER_PAGE, Slip, SlipId, list_pages};
use crate::pdf::{Document, FontChain, Form, Meta};
use crate::report::Error;
use crate::report::digest::{Rows, row_digest};
use crate::report::slip_list::page::Ground;
use crate::report::slip_list::{
    Finished, Front, OwnedRow, PageDone, REPORT, Totals, cover, empty, layout, page, words,
};

/// A list being written. After an error it writes no more: what is in `out` must be destroyed.
pub struct ListWriter<W: Write> {
    document: Document<W>,
    front: Front,
    totals: Totals,
    /// Header, table and alarm of every full page but the last; none when there is only one page.
    shared: Option<Form>,
    /// Rows of the page that is not full yet.
    waiting: Vec<Slip>,
    page_digest: Rows,
    page_amount: i64,
    pages: u32,
    rows: u32,
    amount_yen: i64,
    revenue_stamps: u32,
    rows_digest: Rows,
    first: Option<SlipId>,
    last: Option<SlipId>,
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
        check(&totals)?;
        let title = format!("{} {}", REPORT.title, front.tenant_code.as_str());
        let meta = Meta { title, created: words::in_japan(front.ordered_at) };
        let mut document = Document::new(out, fonts, meta, layout::PAGE)?;
        let pages = list_pages(totals.rows);
        let mut pen = document.pen();
        if totals.rows == 0 {
            empty::draw(&mut pen, &front, &totals)?;
        } else {
            cover::draw(&mut pen, &front, &totals, pages)?;
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
        Ok(ListWriter {
            document,
            front,
            totals,
            shared,
            waiting: Vec::with_capacity(LIST_ROWS_PER_PAGE as usize),
            page_digest: Rows::default(),
            page_amount: 0,
            pages: 0,
            rows: 0,
            amount_yen: 0,
            revenue_stamps: 0,
            rows_digest: Rows::default(),
            first: None,
            last: None,
            failed: false,
        })
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
            self.take(row)?;
            let full = self.waiting.len() == LIST_ROWS_PER_PAGE as usize;
            if full || self.rows == self.totals.rows {
                done.push(self.draw_page()?);
            }
        }
        self.document.flush()?;
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
        if self.rows != self.totals.rows {
            return Err(Error::TooFewRows { drawn: self.rows, promised: self.totals.rows });
        }
        self.agrees()?;
        let written = self.document.finish()?;
        Ok(Finished {
            sha256: written.sha256,
            bytes: written.bytes,
            pages: list_pages(self.rows),
            rows: self.rows,
            amount_yen: self.amount_yen,
            rows_digest: self.rows_digest.finish(),
            missing_glyphs: written.missing_glyphs,
            out: written.out,
        })
    }

    /// Checks a row and counts it.
    fn take(&mut self, row: &OwnedRow) -> Result<(), Error> {
        let number = self.rows + 1;
        // First of all, so that no other error can hide it.
        if row.tenant_id != self.front.tenant_id {
            return Err(Error::ForeignRow { row: number });
        }
        if self.totals.rows < number {
            return Err(Error::TooManyRows { promised: self.totals.rows });
        }
        let slip = &row.slip;
        if self.last.as_ref().is_some_and(|last| slip.id <= *last) {
            return Err(Error::Unsorted { row: number });
        }
        let digest = row_digest(slip);
        self.page_digest.push(&digest);
        self.rows_digest.push(&digest);
        let amount = i64::from(slip.amount_yen.get());
        self.page_amount += amount;
        self.amount_yen += amount;
        self.revenue_stamps += u32::from(slip.revenue_stamp);
        self.rows = number;
        self.first.get_or_insert_with(|| slip.id.clone());
        self.last = Some(slip.id.clone());
        self.waiting.push(slip.clone());
        Ok(())
    }

    /// Draws the rows that wait.
    fn draw_page(&mut self) -> Result<PageDone, Error> {
        let slips = std::mem::take(&mut self.waiting);
        let (Some(first), Some(last)) = (slips.first(), slips.last()) else {
            return Err(Error::Disagrees { what: "a page without rows" });
        };
        self.pages += 1;
        let done = PageDone {
            page: self.pages,
            rows: slips.len() as u32,
            amount_yen: std::mem::take(&mut self.page_amount),
            first: first.id.clone(),
            last: last.id.clone(),
            digest: std::mem::take(&mut self.page_digest).finish(),
        };
        let pages = list_pages(self.totals.rows);
        let ground = if done.page == pages {
            // The total is drawn from the cover's figures, so they must be the rows' figures.
            self.agrees()?;
            Ground::Last(&self.totals)
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

    /// Compares the rows with the cover.
    fn agrees(&self) -> Result<(), Error> {
        let totals = &self.totals;
        let differs = |what| Err(Error::Disagrees { what });
        match () {
            () if self.amount_yen != totals.amount_yen => differs("the amount"),
            () if self.revenue_stamps != totals.revenue_stamps => differs("the revenue stamps"),
            () if self.first != totals.first => differs("the first row"),
            () if self.last != totals.last => differs("the last row"),
            () => Ok(()),
        }
    }
}

/// Checks what can be checked before a row is read.
fn check(totals: &Totals) -> Result<(), Error> {
    if LIST_ROWS_MAX < totals.rows {
        return Err(Error::TooLarge { promised: totals.rows, limit: LIST_ROWS_MAX });
    }
    let none = totals.rows == 0;
    if none != totals.first.is_none() || none != totals.last.is_none() {
        return Err(Error::Disagrees { what: "the first and last row of the totals" });
    }
    if totals.rows < totals.revenue_stamps || totals.rows < totals.overdue {
        return Err(Error::Disagrees { what: "the counts of the totals" });
    }
    if totals.tenant_rows < totals.rows {
        return Err(Error::Disagrees { what: "the tenant's own count" });
    }
    Ok(())
}

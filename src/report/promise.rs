//! What was counted before the first row, held against the rows as they come. Every report has one.

use crate::domain::{Slip, SlipId, TenantId};
use crate::report::digest::{Digest, Rows};
use crate::report::{Error, PageDone, Totals};

/// The counted totals, and what has come of them so far.
pub(super) struct Promise {
    tenant_id: TenantId,
    totals: Totals,
    rows: u32,
    amount_yen: i64,
    revenue_stamps: u32,
    first: Option<SlipId>,
    last: Option<SlipId>,
    digest: Rows,
    pages: u32,
    page: PageSoFar,
}

/// The page that is not ended yet.
#[derive(Default)]
struct PageSoFar {
    rows: u32,
    amount_yen: i64,
    first: Option<SlipId>,
    row_digests: Vec<Digest>,
}

impl Promise {
    /// Checks what can be checked before a row is read.
    ///
    /// # Errors
    /// [`Error::TooLarge`] above `rows_max`; [`Error::Disagrees`] when the totals contradict themselves.
    pub(super) fn new(
        tenant_id: TenantId,
        totals: Totals,
        rows_max: u32,
    ) -> Result<Promise, Error> {
        if rows_max < totals.rows {
            return Err(Error::TooLarge { promised: totals.rows, limit: rows_max });
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
        Ok(Promise {
            tenant_id,
            totals,
            rows: 0,
            amount_yen: 0,
            revenue_stamps: 0,
            first: None,
            last: None,
            digest: Rows::default(),
            pages: 0,
            page: PageSoFar::default(),
        })
    }

    /// What was counted.
    pub(super) fn totals(&self) -> &Totals {
        &self.totals
    }

    /// Rows that have come.
    pub(super) fn rows(&self) -> u32 {
        self.rows
    }

    /// True when every row that was counted has come.
    pub(super) fn is_kept(&self) -> bool {
        self.rows == self.totals.rows
    }

    /// Checks that a row may be drawn: whose it is first of all, so that no other error can hide it.
    ///
    /// # Errors
    /// [`Error::ForeignRow`], [`Error::TooManyRows`] or [`Error::Unsorted`].
    pub(super) fn admit(&self, tenant_id: TenantId, slip: &Slip) -> Result<(), Error> {
        let row = self.rows + 1;
        if tenant_id != self.tenant_id {
            return Err(Error::ForeignRow { row });
        }
        if self.totals.rows < row {
            return Err(Error::TooManyRows { promised: self.totals.rows });
        }
        if self.last.as_ref().is_some_and(|last| slip.id <= *last) {
            return Err(Error::Unsorted { row });
        }
        Ok(())
    }

    /// Counts a row that was admitted.
    pub(super) fn count(&mut self, slip: &Slip, digest: &Digest) {
        self.digest.push(digest);
        self.page.row_digests.push(*digest);
        let amount = i64::from(slip.amount_yen.get());
        self.page.amount_yen += amount;
        self.amount_yen += amount;
        self.revenue_stamps += u32::from(slip.revenue_stamp);
        self.rows += 1;
        self.page.rows += 1;
        self.page.first.get_or_insert_with(|| slip.id.clone());
        self.first.get_or_insert_with(|| slip.id.clone());
        self.last = Some(slip.id.clone());
    }

    /// Pages that were ended.
    pub(super) fn pages(&self) -> u32 {
        self.pages
    }

    /// Ends the page of the rows that were counted since the last one. Where it lies in the file only its writer knows.
    ///
    /// # Errors
    /// [`Error::Disagrees`] for a page without rows.
    pub(super) fn end_page(&mut self) -> Result<PageDone, Error> {
        let page = std::mem::take(&mut self.page);
        let (Some(first), Some(last)) = (page.first, self.last.clone()) else {
            return Err(Error::Disagrees { what: "a page without rows" });
        };
        self.pages += 1;
        Ok(PageDone {
            page: self.pages,
            rows: page.rows,
            amount_yen: page.amount_yen,
            first,
            last,
            digest: Rows::of(&page.row_digests),
            row_digests: page.row_digests,
            bytes: 0..0,
        })
    }

    /// Compares the rows with what was counted.
    ///
    /// # Errors
    /// [`Error::Disagrees`] with the figure that differs.
    pub(super) fn agrees(&self) -> Result<(), Error> {
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

    /// Ends the rows: their number, their sum and their digest.
    ///
    /// # Errors
    /// [`Error::TooFewRows`] when more were counted, and as [`Self::agrees`].
    pub(super) fn finish(self) -> Result<(u32, i64, Digest), Error> {
        if !self.is_kept() {
            return Err(Error::TooFewRows { drawn: self.rows, promised: self.totals.rows });
        }
        self.agrees()?;
        Ok((self.rows, self.amount_yen, self.digest.finish()))
    }
}

//! Writes the rows while they arrive, and refuses one that was not promised.

use std::collections::BTreeMap;
use std::io::Write;

use sha2::{Digest as _, Sha256};

use crate::domain::{CsvEncoding, Slip};
use crate::pdf;
use crate::report::digest::{Salt, row_digest};
use crate::report::promise::Promise;
use crate::report::slip_csv::REPORT;
use crate::report::slip_csv::cell::{encoded, guarded, quoted};
use crate::report::{Error, Finished, Front, OwnedRow, PageDone, Totals, Writer, words};

/// The names of the columns, those of the list.
const HEADS: &str = "請求番号,再発行区分,顧客番号,顧客名,支払期限,印紙,請求金額\r\n";

/// Spreadsheets take a file for UTF-8 when it begins with this.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A CSV file being written. After an error it writes no more: what is in `out` must be destroyed.
pub struct CsvWriter<W: Write> {
    out: W,
    hash: Sha256,
    bytes: u64,
    encoding: CsvEncoding,
    promise: Promise,
    salt: Salt,
    page_rows: u32,
    /// Where the page that is not ended began.
    page_begin: u64,
    failed: bool,
}

impl<W: Write> CsvWriter<W> {
    /// Begins a file with its heads.
    ///
    /// # Errors
    /// [`Error::TooLarge`] above 40,000 rows; [`Error::Disagrees`] when the totals contradict themselves; or when
    /// the file cannot be written.
    pub fn new(
        out: W,
        front: &Front,
        encoding: CsvEncoding,
        totals: Totals,
    ) -> Result<CsvWriter<W>, Error> {
        let promise = Promise::new(front.tenant_id, totals, REPORT.rows_max)?;
        let mut csv = CsvWriter {
            out,
            hash: Sha256::new(),
            bytes: 0,
            encoding,
            promise,
            salt: front.rows_salt,
            page_rows: 0,
            page_begin: 0,
            failed: false,
        };
        if encoding == CsvEncoding::Utf8 {
            csv.put(BYTE_ORDER_MARK)?;
        }
        let heads =
            encoded(HEADS, encoding).ok_or(Error::NotEncodable { field: "heads", row: 0 })?;
        csv.put(&heads)?;
        csv.page_begin = csv.bytes;
        Ok(csv)
    }

    fn row(&mut self, row: &OwnedRow) -> Result<Option<PageDone>, Error> {
        self.promise.admit(row.tenant_id, &row.slip)?;
        self.promise.count(&row.slip, &row_digest(&self.salt, &row.slip));
        self.line(&row.slip)?;
        self.page_rows += 1;
        if self.page_rows < REPORT.rows_per_page && !self.promise.is_kept() {
            return Ok(None);
        }
        self.page_rows = 0;
        let begin = std::mem::replace(&mut self.page_begin, self.bytes);
        Ok(Some(PageDone { bytes: begin..self.bytes, ..self.promise.end_page()? }))
    }

    fn line(&mut self, slip: &Slip) -> Result<(), Error> {
        let due = words::due(slip.due_date);
        let (reissue, amount) =
            (slip.id.reissue_number.get().to_string(), slip.amount_yen.get().to_string());
        let number = guarded(slip.customer_number.as_str());
        let name = guarded(slip.customer_name.as_str());
        let cells = [
            ("bill_number", slip.id.bill_number.as_str()),
            ("reissue_number", &reissue),
            ("customer_number", &number),
            ("customer_name", &name),
            ("due_date", &due),
            ("revenue_stamp", if slip.revenue_stamp { "要" } else { "不要" }),
            ("amount_yen", &amount),
        ];
        let mut line = Vec::with_capacity(160);
        for (place, (field, text)) in cells.into_iter().enumerate() {
            if 0 < place {
                line.push(b',');
            }
            let text = quoted(text);
            let bytes = encoded(&text, self.encoding)
                .ok_or(Error::NotEncodable { field, row: self.promise.rows() })?;
            line.extend_from_slice(&bytes);
        }
        line.extend_from_slice(b"\r\n");
        self.put(&line)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.out.write_all(bytes).map_err(pdf::Error::Write)?;
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(())
    }
}

impl<W: Write + Send> Writer<W, OwnedRow> for CsvWriter<W> {
    fn push(&mut self, rows: &[OwnedRow]) -> Result<Vec<PageDone>, Error> {
        if std::mem::replace(&mut self.failed, true) {
            return Err(Error::Failed);
        }
        let mut done = Vec::new();
        for row in rows {
            done.extend(self.row(row)?);
        }
        self.failed = false;
        Ok(done)
    }

    fn finish(self: Box<Self>) -> Result<Finished<W>, Error> {
        if self.failed {
            return Err(Error::Failed);
        }
        let (rows, amount_yen, rows_digest) = self.promise.finish()?;
        Ok(Finished {
            sha256: self.hash.finalize().into(),
            bytes: self.bytes,
            pages: REPORT.pages(rows),
            rows,
            amount_yen,
            rows_digest,
            missing_glyphs: BTreeMap::new(),
            out: self.out,
        })
    }
}

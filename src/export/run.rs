//! The one path from an order to a released file.

use std::{fs::File, io::BufWriter};

use time::{Date, OffsetDateTime, UtcOffset};

use crate::{
    db::{
        self, CheckTicket, ExportTicket, SealedTx,
        statements::{
            exports::{
                AskFront, BLOCK_ROWS, BeginExport, CheckPaymentSlip, CheckSlipList, FailExport,
                FinishDrawing, FrontRow, IssuedBlock, LendSnapshot, RecordCheck, ReleaseExport,
                ReportPages, SlipBlock, Verdict, glyphs_to_json,
            },
            slips::{TotalSlips, Totals},
            tenants::AskIssuer,
        },
    },
    domain::{ExportId, ReportKind, SlipFilter, SlipId, Wish},
    export::{Exporter, StoreError, blocks::Block, store::Part},
    report::{
        self, Finished, Front, PageDone, Writer, payment_slip::SlipWriter, slip_csv::CsvWriter,
        slip_list::ListWriter,
    },
};

/// Today where the bills are paid.
pub(super) fn today() -> Date {
    let japan = UtcOffset::from_hms(9, 0, 0).unwrap_or(UtcOffset::UTC);
    OffsetDateTime::now_utc().to_offset(japan).date()
}

/// One export, as its process holds it.
pub(super) struct Job {
    pub(super) ticket: ExportTicket,
    pub(super) check_ticket: CheckTicket,
}

/// Why a job ended without a release.
#[derive(Debug, thiserror::Error)]
enum Ended {
    /// The database has written the end already: cancelled, tripped, or another number of rows.
    #[error("the database ended it")]
    ByDatabase(Verdict),
    #[error(transparent)]
    Db(#[from] db::Error),
    #[error(transparent)]
    Report(#[from] report::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Entered when it was ordered, and taken away since.
    #[error("the biller has no issuer")]
    NoIssuer,
    #[error("a thread died")]
    Thread,
}

impl Ended {
    /// What is written down: whether a check tripped, and the reason as a word.
    fn failure(&self) -> (bool, &'static str) {
        match self {
            Ended::ByDatabase(_) => (false, "ended"),
            Ended::Db(db::Error::ForeignRow { .. })
            | Ended::Report(report::Error::ForeignRow { .. }) => (true, "foreign_row"),
            Ended::Report(
                report::Error::TooFewRows { .. }
                | report::Error::TooManyRows { .. }
                | report::Error::Unsorted { .. }
                | report::Error::Disagrees { .. },
            ) => (true, "drawn_is_not_counted"),
            Ended::Db(_) => (false, "database"),
            Ended::Report(report::Error::DoesNotFit { .. }) => (false, "text_does_not_fit"),
            Ended::Report(report::Error::GlyphMissing { .. }) => (false, "glyph_missing"),
            Ended::Report(report::Error::NotEncodable { .. }) => (false, "text_not_in_encoding"),
            Ended::NoIssuer => (false, "issuer_missing"),
            Ended::Report(_) => (false, "drawing"),
            Ended::Store(_) => (false, "storage"),
            Ended::Thread => (false, "internal"),
        }
    }
}

/// Where a report's bytes go.
type Out = BufWriter<File>;

/// A report that takes the rows of a block.
type WriterOf<B> = Box<dyn Writer<Out, <B as Block>::Drawn>>;

impl Job {
    /// Runs to an end that is written down, whatever happens.
    pub(super) async fn run(self, exporter: Exporter) {
        let id = self.ticket.export_id();
        match self.draw_check_release(&exporter).await {
            Ok(()) => tracing::info!(export = %id.0, "export released"),
            Err(Ended::ByDatabase(verdict)) => {
                tracing::info!(export = %id.0, ?verdict, "export ended by the database");
            }
            Err(ended) => {
                let (tripped, failure) = ended.failure();
                if tripped {
                    tracing::error!(export = %id.0, failure, "EXPORT TRIPPED: nothing was released");
                } else {
                    tracing::warn!(export = %id.0, failure, error = %ended, "export failed");
                }
                // If even this fails the lease runs out, and the job becomes `failed: interrupted`.
                if let Err(err) = self.write_failure(&exporter, tripped, failure).await {
                    tracing::warn!(export = %id.0, error = %err, "the failure could not be written");
                }
            }
        }
    }

    async fn write_failure(
        &self,
        exporter: &Exporter,
        tripped: bool,
        failure: &str,
    ) -> Result<(), db::Error> {
        let mut tx = exporter.inner.pool.enter_export(&self.ticket).await?;
        tx.fetch(&FailExport { tripped, failure: failure.to_owned() }).await?;
        tx.commit().await
    }

    async fn draw_check_release(&self, exporter: &Exporter) -> Result<(), Ended> {
        let inner = &exporter.inner;
        let id = self.ticket.export_id();
        let mut snapshot = inner.pool.enter_snapshot(&self.ticket).await?;
        let front = snapshot.fetch_one(&AskFront { export_id: id.0 }).await?;
        let (kind, filter) = (front.wish.kind(), front.scope.filter());
        let totals = TotalSlips::new(&filter, today()).payable(kind.is_of_payable_slips());
        let totals = snapshot.fetch_one(&totals).await?;
        let rows = u32::try_from(totals.rows).unwrap_or(u32::MAX);
        self.step(
            exporter,
            &BeginExport {
                rows: i32::try_from(rows).unwrap_or(i32::MAX),
                amount_yen: totals.amount_yen,
                pages: i32::try_from(report::of(kind).pages(rows)).unwrap_or(i32::MAX),
            },
        )
        .await?;
        let (part, file) = inner.store.begin(id)?;
        let finished = self.draw(exporter, &mut snapshot, &filter, front, totals, file).await?;
        self.step(
            exporter,
            &FinishDrawing {
                rows_digest: finished.rows_digest.to_vec(),
                sha256: finished.sha256.to_vec(),
                bytes: i64::try_from(finished.bytes).unwrap_or(i64::MAX),
                missing_glyphs: glyphs_to_json(&finished.missing_glyphs),
            },
        )
        .await?;
        self.check(exporter, &mut snapshot, kind).await?;
        snapshot.commit().await?;
        self.step(exporter, &ReleaseExport {}).await?;
        self.keep(exporter, id, part).await
    }

    /// Draws a report: which rows it takes, and who writes it. One arm for each kind.
    async fn draw(
        &self,
        exporter: &Exporter,
        snapshot: &mut SealedTx,
        filter: &SlipFilter,
        front: FrontRow,
        totals: Totals,
        file: File,
    ) -> Result<Finished<Out>, Ended> {
        let (wish, fonts) = (front.wish, exporter.inner.fonts.clone());
        let (front, totals) = (self.front(exporter, front), promised(totals));
        let (out, empty) = (BufWriter::new(file), totals.rows == 0);
        match wish {
            Wish::SlipList => {
                let begin = move || -> Result<WriterOf<SlipBlock>, report::Error> {
                    Ok(Box::new(ListWriter::new(out, fonts, front, totals)?))
                };
                self.draw_blocks::<SlipBlock>(exporter, snapshot, filter, empty, begin).await
            }
            Wish::SlipCsv(encoding) => {
                let begin = move || -> Result<WriterOf<SlipBlock>, report::Error> {
                    Ok(Box::new(CsvWriter::new(out, &front, encoding, totals)?))
                };
                self.draw_blocks::<SlipBlock>(exporter, snapshot, filter, empty, begin).await
            }
            Wish::PaymentSlip(print) => {
                let issuer = snapshot.fetch_one(&AskIssuer {}).await?.ok_or(Ended::NoIssuer)?;
                let begin = move || -> Result<WriterOf<IssuedBlock>, report::Error> {
                    Ok(Box::new(SlipWriter::new(out, fonts, (front, issuer), print, totals)?))
                };
                self.draw_blocks::<IssuedBlock>(exporter, snapshot, filter, empty, begin).await
            }
        }
    }

    /// The rows, block by block: while one is drawn the next is fetched.
    async fn draw_blocks<B: Block>(
        &self,
        exporter: &Exporter,
        snapshot: &mut SealedTx,
        filter: &SlipFilter,
        empty: bool,
        begin: impl FnOnce() -> Result<WriterOf<B>, report::Error> + Send + 'static,
    ) -> Result<Finished<Out>, Ended> {
        let mut writer = blocking(begin).await??;
        let mut block = snapshot.fetch(&B::after(filter, None)).await?;
        while !block.is_empty() {
            let last_block = block.len() < BLOCK_ROWS as usize;
            let after: Option<SlipId> = block.last().map(|it| B::id(it).clone());
            let rows: Vec<B::Drawn> = block.into_iter().map(B::drawn).collect();
            let drawing = blocking(move || draw_block::<B>(writer, &rows));
            let next = async {
                if last_block {
                    Ok(Vec::new())
                } else {
                    snapshot.fetch(&B::after(filter, after.as_ref())).await
                }
            };
            let (drawn, fetched) = tokio::join!(drawing, next);
            let (back, pages) = drawn??;
            writer = back;
            block = fetched?;
            self.step(exporter, &manifest(&pages)).await?;
        }
        if empty {
            self.step(exporter, &empty_manifest()).await?;
        }
        blocking(move || {
            let mut finished = writer.finish()?;
            use std::io::Write;
            let synced = finished.out.flush().and_then(|()| finished.out.get_ref().sync_all());
            synced.map_err(StoreError::Io)?;
            Ok::<_, Ended>(finished)
        })
        .await?
    }

    fn front(&self, exporter: &Exporter, row: FrontRow) -> Front {
        Front {
            export_id: self.ticket.export_id(),
            tenant_id: self.ticket.tenant_id(),
            tenant_code: row.tenant_code,
            tenant_name: row.tenant_name,
            scope_words: row.scope.in_japanese(),
            ordered_at: row.ordered_at,
            requested_by: row.requested_by,
            contact: exporter.inner.contact.clone(),
        }
    }

    /// The same rows, counted and digested by another role on the same snapshot.
    async fn check(
        &self,
        exporter: &Exporter,
        snapshot: &mut SealedTx,
        kind: ReportKind,
    ) -> Result<(), Ended> {
        let lent = snapshot.fetch_one(&LendSnapshot {}).await?;
        let checker = &exporter.inner.checker;
        let mut tx = checker.enter_snapshot(&self.check_ticket, &lent).await?;
        let tenant_id = self.check_ticket.tenant_id().0;
        let export_id = self.check_ticket.export_id().0;
        let found = match kind {
            // The same rows in the same encoding: a list and a CSV file differ in ink alone.
            ReportKind::SlipList | ReportKind::SlipCsv => {
                tx.fetch_one(&CheckSlipList { tenant_id, export_id }).await?
            }
            ReportKind::PaymentSlip => {
                tx.fetch_one(&CheckPaymentSlip { tenant_id, export_id }).await?
            }
        };
        tx.commit().await?;
        let mut tx = checker.enter_check(&self.check_ticket).await?;
        let record = RecordCheck {
            rows: found.rows,
            amount_yen: found.amount_yen,
            tenants: found.tenants,
            rows_digest: found.rows_digest,
        };
        let agrees = tx.fetch_one(&record).await?;
        tx.commit().await?;
        if agrees {
            return Ok(());
        }
        tracing::error!(export = %self.ticket.export_id().0, "EXPORT TRIPPED: the second computation disagrees");
        Err(Ended::ByDatabase(Verdict::Tripped))
    }

    /// One step of the export's life, in a short transaction of its own.
    async fn step<S>(&self, exporter: &Exporter, statement: &S) -> Result<(), Ended>
    where
        S: db::Statement<Row = Verdict>,
    {
        let mut tx = exporter.inner.pool.enter_export(&self.ticket).await?;
        let verdict = tx.fetch_one(statement).await?;
        tx.commit().await?;
        match verdict {
            Verdict::GoOn => Ok(()),
            verdict => Err(Ended::ByDatabase(verdict)),
        }
    }

    async fn keep(&self, exporter: &Exporter, id: ExportId, part: Part) -> Result<(), Ended> {
        let store = exporter.inner.store.clone();
        Ok(blocking(move || store.keep(id, part)).await??)
    }
}

fn promised(totals: Totals) -> report::Totals {
    let count = |it: i64| u32::try_from(it).unwrap_or(u32::MAX);
    report::Totals {
        rows: count(totals.rows),
        amount_yen: totals.amount_yen,
        revenue_stamps: count(totals.revenue_stamps),
        overdue: count(totals.overdue),
        first: totals.first,
        last: totals.last,
        tenant_rows: count(totals.tenant_rows),
    }
}

fn draw_block<B: Block>(
    mut writer: WriterOf<B>,
    rows: &[B::Drawn],
) -> Result<(WriterOf<B>, Vec<PageDone>), report::Error> {
    let pages = writer.push(rows)?;
    Ok((writer, pages))
}

fn manifest(pages: &[PageDone]) -> ReportPages {
    let number = |it: u32| i32::try_from(it).unwrap_or(i32::MAX);
    ReportPages {
        pages: pages.iter().map(|it| number(it.page)).collect(),
        rows: pages.iter().map(|it| number(it.rows)).collect(),
        amounts_yen: pages.iter().map(|it| it.amount_yen).collect(),
        first: pages.iter().map(|it| Some(it.first.to_string())).collect(),
        last: pages.iter().map(|it| Some(it.last.to_string())).collect(),
        digests: pages.iter().map(|it| it.digest.to_vec()).collect(),
    }
}

/// The one page of an empty list: no rows, and the digest of no rows.
fn empty_manifest() -> ReportPages {
    ReportPages {
        pages: vec![1],
        rows: vec![0],
        amounts_yen: vec![0],
        first: vec![None],
        last: vec![None],
        digests: vec![report::digest::Rows::default().finish().to_vec()],
    }
}

/// Runs what computes or writes to disk where it may block.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Ended> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Ended::Thread)
}
